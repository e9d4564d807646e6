"""pyproj: coordinate systems, transformations with the grids that the wheel carries, geodesics, arrays, errors."""

import array
import math
import pickle
import threading

from _expect import raises

import pyproj
from pyproj import CRS, Geod, Proj, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import UTMConversion
from pyproj.enums import TransformDirection

pyproj.network.set_network_enabled(False)
assert pyproj.proj_version_str.count(".") == 2 and not pyproj.network.is_network_enabled()
world = CRS.from_epsg(4326)
assert world.is_geographic and not world.is_projected and world.name == "WGS 84" and world.to_epsg() == 4326
assert [axis.direction for axis in world.axis_info] == ["north", "east"] and world.ellipsoid.inverse_flattening == 298.257223563
utm = CRS("EPSG:32633")
assert utm.is_projected and utm.utm_zone == "33N" and utm.area_of_use.west == 12.0 and utm.geodetic_crs.to_epsg() == 4326
assert CRS.from_wkt(utm.to_wkt()) == utm and CRS.from_json(utm.to_json()) == utm and CRS(utm.to_string()) == utm and hash(CRS("EPSG:32633")) == hash(utm)
assert CRS.from_proj4("+proj=utm +zone=33 +datum=WGS84").to_authority() == ("EPSG", "32633") and pickle.loads(pickle.dumps(utm)) == utm
assert ProjectedCRS(UTMConversion(33)).coordinate_operation.method_name == "Transverse Mercator" and "PROJCRS" in utm.to_wkt(pretty=True)

forward = Transformer.from_crs(4326, 32633, always_xy=True)
x, y = forward.transform(15.0, 52.0)
assert math.isclose(x, 500_000, abs_tol=1e-3) and math.isclose(y, 5_761_038.21, abs_tol=0.1)
back = forward.transform(x, y, direction=TransformDirection.INVERSE)
assert math.isclose(back[0], 15) and math.isclose(back[1], 52)
xs, ys = forward.transform([14.0, 15.0, 16.0], [50.0, 51.0, 52.0])
assert type(xs) is list and len(xs) == 3 and math.isclose(xs[1], 500_000)
ax, ay = forward.transform(array.array("d", [14, 15]), array.array("d", [50, 51]))
assert type(ax) is array.array and math.isclose(ax[0], xs[0]) and math.isclose(ay[1], ys[1])
assert [round(value) for value in next(forward.itransform([(15.0, 52.0)]))] == [500_000, 5_761_038]
web = Transformer.from_crs("EPSG:4326", "EPSG:3857")
assert [round(value) for value in web.transform(52, 15)] == [1_669_792, 6_800_125] and web.target_crs.to_epsg() == 3857
left, bottom, right, top = web.transform_bounds(50, 10, 52, 15)
assert left < right and bottom < top
pipeline = Transformer.from_pipeline("+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=merc")
assert math.isclose(pipeline.transform(0, 0)[0], 0, abs_tol=1e-6)

geod = Geod(ellps="WGS84")
azimuth, reverse, distance = geod.inv(13.4, 52.5, 2.35, 48.86)
assert 870_000 < distance < 880_000 and -125 < azimuth < -110
lon, lat, _ = geod.fwd(13.4, 52.5, azimuth, distance)
assert math.isclose(lon, 2.35, abs_tol=1e-9) and math.isclose(lat, 48.86, abs_tol=1e-9)
assert len(geod.npts(0, 0, 10, 10, 5)) == 5 and math.isclose(geod.line_length([0, 1], [0, 0]), 111_319.49, abs_tol=0.01)
area, perimeter = geod.polygon_area_perimeter([0, 1, 1, 0], [0, 0, 1, 1])
assert math.isclose(area, 12_308_778_361, rel_tol=1e-6) and perimeter > 440_000
projection = Proj(proj="lcc", lat_1=33, lat_2=45, lat_0=39, lon_0=-96)
assert [round(value, 6) for value in projection(-96, 39)] == [0, 0] and math.isclose(projection(*projection(-90, 40), inverse=True)[0], -90)
assert projection.get_factors(-96, 39).meridional_scale > 0.98
found = pyproj.database.query_utm_crs_info(datum_name="WGS 84", area_of_interest=AreaOfInterest(14, 51, 15, 52))
assert [info.code for info in found] == ["32633"] and "EPSG" in pyproj.get_authorities() and "merc" in pyproj.get_proj_operations_map()

results = []
workers = [threading.Thread(target=lambda: results.append(Transformer.from_crs(4326, 32633, always_xy=True).transform(15.0, 52.0)[0])) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
assert results == [x] * 3

raises(pyproj.exceptions.CRSError, "Invalid projection: nonsense", CRS, "nonsense")
raises(pyproj.exceptions.CRSError, "Invalid projection: EPSG:999999", CRS.from_epsg, 999999)
raises(pyproj.exceptions.ProjError, "transform error: Invalid coordinate: (Internal Proj Error: utm: Invalid", forward.transform, 200.0, 95.0, errcheck=True)
assert forward.transform(200.0, 95.0) == (math.inf, math.inf)
raises(pyproj.exceptions.ProjError, "Invalid projection +proj=nonsense.: (Internal Proj Error: proj_create:", Transformer.from_pipeline, "+proj=nonsense")
raises(TypeError, "input must be a scalar", forward.transform, "x", "y")
raises(ValueError, "Invalid value supplied 'SIDEWAYS'", forward.transform, 1, 2, direction="SIDEWAYS")
print("ok")
