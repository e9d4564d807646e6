"""Pillow: pixels, formats in memory, filters, drawing, fonts, buffer protocol, errors."""

import io

from _expect import raises

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageMath, ImageOps, UnidentifiedImageError, features

image = Image.new("RGB", (40, 30), (255, 0, 0))
draw = ImageDraw.Draw(image)
draw.rectangle((10, 10, 19, 19), fill="blue", outline=(0, 255, 0))
draw.line([(0, 0), (39, 29)], fill="white", width=2)
draw.ellipse((25, 5, 35, 15), fill=(1, 2, 3))
assert image.getpixel((10, 10)) == (0, 255, 0) and image.getpixel((12, 18)) == (0, 0, 255)
image.putpixel((0, 29), (9, 8, 7))
assert image.load()[0, 29] == (9, 8, 7)
assert image.getbbox() == (0, 0, 40, 30) and len(image.getcolors()) >= 5
assert len(image.tobytes()) == 40 * 30 * 3
assert Image.frombytes("RGB", image.size, image.tobytes()).tobytes() == image.tobytes()
assert [band.mode for band in image.split()] == ["L", "L", "L"]
assert Image.merge("RGB", image.split()).tobytes() == image.tobytes()

for kind, exact in (("PNG", True), ("BMP", True), ("TIFF", True), ("PPM", True), ("GIF", False), ("JPEG", False), ("WEBP", False)):
    file = io.BytesIO()
    image.save(file, kind)
    file.seek(0)
    again = Image.open(file)
    assert again.format == kind and again.size == (40, 30)
    again = again.convert("RGB")
    assert not exact or again.tobytes() == image.tobytes()
    assert max(high for low, high in ImageChops.difference(image, again).getextrema()) < 256

grey = ImageOps.grayscale(image)
assert grey.mode == "L" and sum(grey.histogram()) == 1200
assert image.resize((20, 15), Image.Resampling.LANCZOS).size == (20, 15)
assert image.rotate(90, expand=True).size == (30, 40)
assert image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).getpixel((39, 29)) == (9, 8, 7)
assert image.crop((10, 10, 20, 20)).getpixel((0, 0)) == (0, 255, 0)
assert image.filter(ImageFilter.GaussianBlur(2)).size == image.size
kernel = ImageFilter.Kernel((3, 3), [0, 0, 0, 0, 1, 0, 0, 0, 0])
assert grey.filter(kernel).tobytes() == grey.tobytes()
assert grey.point(lambda value: 255 - value).tobytes() == ImageOps.invert(grey).tobytes()
assert ImageMath.lambda_eval(lambda a: a["x"] * 2 + 1, x=Image.new("I", (1, 1), 20)).getpixel((0, 0)) == 41
mask = Image.new("L", image.size, 0)
pasted = Image.composite(image, Image.new("RGB", image.size), mask)
assert pasted.getbbox() is None
quantised = image.quantize(4)
assert quantised.mode == "P" and len(quantised.getcolors()) <= 4

view = bytearray(12)
shared = Image.frombuffer("RGB", (2, 2), view, "raw", "RGB", 0, 1)
assert shared.getpixel((1, 1)) == (0, 0, 0)
face = ImageFont.load_default(20)
box = ImageDraw.Draw(image).textbbox((0, 0), "Hello", font=face)
assert box[2] > 20 and box[3] > 5
assert face.getmask("H").getbbox() is not None
assert features.check("zlib") and features.check("jpg") and features.check("freetype2")

raises(UnidentifiedImageError, "cannot identify image file", Image.open, io.BytesIO(b"no image"))
raises(ValueError, "not enough image data", Image.frombytes, "RGB", (9, 9), b"short")
raises(IndexError, "image index out of range", image.getpixel, (100, 0))
raises(ValueError, "unknown color specifier: 'nocolour'", Image.new, "RGB", (1, 1), "nocolour")
raises(KeyError, "NOFORMAT", image.save, io.BytesIO(), "NOFORMAT")
raises(ValueError, "Width and height must be >= 0", Image.new, "RGB", (-1, 1))
damaged = io.BytesIO()
image.save(damaged, "PNG")
raises(OSError, "image file is truncated", Image.open(io.BytesIO(damaged.getvalue()[:80])).load)
print("ok")
