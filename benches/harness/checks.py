"""What a program computes, so that a fast but wrong interpreter is noticed.

Many programs check themselves while they run. For the others there is a function
here that gets the program's globals and its benches and returns a value which
must be the same under every interpreter. With an entry in `KNOWN` it must be that.
"""


def canonical(value):
    """A text that equal results share: floats to ten digits, sets in order."""
    kind = type(value)
    if kind is float:
        return f"{value:.10g}"
    if kind is complex:
        return f"({canonical(value.real)},{canonical(value.imag)})"
    if kind in (set, frozenset):
        return "{" + ",".join(sorted(canonical(item) for item in value)) + "}"
    if kind is dict:
        return "{" + ",".join(f"{canonical(key)}:{canonical(item)}" for key, item in value.items()) + "}"
    if kind in (list, tuple) or isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if value is None or kind in (int, bool, str, bytes, bytearray):
        return repr(value)
    if hasattr(value, "__dict__"):
        return kind.__name__ + canonical(dict(sorted(vars(value).items())))
    return kind.__name__ + ":" + str(value)


def digest(value):
    """The canonical text itself where it is short, else its length and checksum."""
    text = canonical(value)
    if len(text) <= 60:
        return text
    import binascii

    return f"{len(text)}:{binascii.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


def _result(ns, benches):
    """What the first bench returns."""
    return benches[0].function(*benches[0].args)


def _argparse(ns, benches):
    """What every parser of the program makes of its arguments."""
    import argparse

    seen = []
    original = argparse.ArgumentParser.parse_args

    def watch(self, *args, **kwargs):
        found = original(self, *args, **kwargs)
        seen.append(sorted(vars(found).items(), key=lambda pair: pair[0]))
        return found

    argparse.ArgumentParser.parse_args = watch
    try:
        benches[0].function(*benches[0].args)
    finally:
        argparse.ArgumentParser.parse_args = original
    return [[(key, str(value)) for key, value in found] for found in seen]


def _barnes_hut(ns, benches):
    particles = ns["create_deterministic_galaxy"](60, 500, 400)
    for _ in range(5):
        ns["advance_system"](particles, 0.5, 0.1, 1000, 800)
    return ns["calculate_system_energy"](particles)


def _base64(ns, benches):
    import base64

    data = bytes(i * 7 % 256 for i in range(1000))
    texts = []
    for name in ("b64", "b32", "b16", "a85", "b85"):
        text = getattr(base64, name + "encode")(data)
        assert getattr(base64, name + "decode")(text) == data
        texts.append(text)
    return texts


def _chaos(ns, benches):
    bench = benches[0]
    images = []
    ns["write_ppm"] = lambda image, name: images.append(image)
    width, height, iterations, _, seed = bench.args
    bench.function(width, height, iterations, "image", seed)
    return images[0]


def _comprehensions(ns, benches):
    tray = ns["WidgetTray"](1, ns["make_some_widgets"]())
    return [widget.widget_id for widget in tray.sorted_widgets]


def _coroutines(ns, benches):
    try:
        ns["fibonacci"](15).send(None)
    except StopIteration as stop:
        return stop.value
    return None


def _deepcopy(ns, benches):
    import copy

    shared = [1, 2]
    value = {"a": (shared, shared), "b": [shared] * 3, "c": ns["A"]("text", [1, 2, 3], True)}
    other = copy.deepcopy(value)
    assert other["a"][0] is other["b"][2] and other["a"][0] is not shared
    return other


def _float(ns, benches):
    point = ns["benchmark"](1000)
    return point.x, point.y, point.z


def _generators(ns, benches):
    return list(ns["tree"](range(50)))


def _async_generators(ns, benches):
    found = []

    async def collect():
        async for value in ns["tree"](range(50)):
            found.append(value)

    try:
        collect().send(None)
    except StopIteration:
        pass
    return found


def _decimal_factorial(ns, benches):
    import decimal

    with decimal.localcontext(decimal.Context(prec=1000)):
        return str(ns["factorial"](decimal.Decimal(300), 0))


def _decimal_pi(ns, benches):
    import decimal

    with decimal.localcontext(decimal.Context(prec=50)):
        return str(ns["pi_decimal"]())


def _json_loads(ns, benches):
    import json

    return [json.loads(text) for text in benches[0].args[0]]


def _json_dumps(ns, benches):
    import json

    return [json.dumps(value) for value, _ in benches[0].args[0]]


def _nbody(ns, benches):
    import copy

    bodies = copy.deepcopy(ns["SYSTEM"])
    pairs = ns["combinations"](bodies)
    ns["advance"](0.01, 100, bodies, pairs)
    return ns["report_energy"](bodies, pairs)


def _nqueens(ns, benches):
    return len(list(ns["n_queens"](6))), list(ns["n_queens"](5))


def _pickle(ns, benches):
    import pickle

    values = (ns["DICT"], ns["TUPLE"], ns["DICT_GROUP"], ns["LIST"], ns["MICRO_DICT"])
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(values, protocol)) == values
    return [pickle.dumps(value, 2) for value in ns["LIST"]], pickle.loads(pickle.dumps(values))


def _raytrace(ns, benches):
    canvases = []

    class Canvas(ns["Canvas"]):
        def __init__(self, *args):
            super().__init__(*args)
            canvases.append(self)

    original = ns["Canvas"]
    ns["Canvas"] = Canvas
    try:
        ns["bench_raytrace"](1, 20, 20, None)
    finally:
        ns["Canvas"] = original
    return bytes(canvases[0].bytes)


def _regex_effbot(ns, benches):
    import re

    found = [re.search(regex, text) for regex, text in ns["init_benchmarks"]()]
    return [match and match.span() for match in found]


def _regex_compile(ns, benches):
    import re

    compiled = [re.compile(regex, flags) for regex, flags in benches[0].args[0]]
    return [(regex.groups, dict(regex.groupindex)) for regex in compiled]


def _regex_dna(ns, benches):
    return ns["run_benchmarks"](benches[0].args[0])


def _scimark(ns, benches):
    data = [float(i % 7) for i in range(64)]
    ns["FFT_transform"](32, data)
    grid = ns["Array2D"](10, 10)
    for i in range(10):
        for j in range(10):
            grid[i, j] = float(i * j % 5)
    ns["SOR_execute"](1.25, grid, 4, ns["Array2D"])
    return data, [grid[i, j] for i in range(10) for j in range(10)], ns["MonteCarlo"](1000)


def _spectral_norm(ns, benches):
    vector = [1] * 20
    for _ in range(5):
        vector = ns["eval_AtA_times_u"](vector)
    return vector


def _telco(ns, benches):
    lines = []
    ns["print"] = lambda line, file: lines.append(str(line))
    try:
        benches[0].function(1, *benches[0].args)
    finally:
        del ns["print"]
    return lines


def _protocols(ns, benches):
    instances = [ns[name]() for name in ("Empty", "PropertyX", "HasIntMethod", "NominalX", "NominalXWithInt")]
    return [isinstance(value, ns[name]) for name in ("HasX", "SupportsInt", "SupportsIntAndX") for value in instances]


CHECKS = {
    "2to3": _result,
    "argparse_many_optionals": _argparse,
    "argparse_subparsers": _argparse,
    "async_generators": _async_generators,
    "barnes_hut": _barnes_hut,
    "base64": _base64,
    "chaos": _chaos,
    "comprehensions": _comprehensions,
    "coroutines": _coroutines,
    "decimal_factorial": _decimal_factorial,
    "decimal_pi": _decimal_pi,
    "deepcopy": _deepcopy,
    "fannkuch": _result,
    "float": _float,
    "generators": _generators,
    "go": _result,
    "json_dumps": _json_dumps,
    "json_loads": _json_loads,
    "nbody": _nbody,
    "nqueens": _nqueens,
    "pickle": _pickle,
    "pickle_pure_python": _pickle,
    "unpickle": _pickle,
    "unpickle_pure_python": _pickle,
    "pidigits": _result,
    "pprint": _result,
    "raytrace": _raytrace,
    "regex_compile": _regex_compile,
    "regex_dna": _regex_dna,
    "regex_effbot": _regex_effbot,
    "richards": _result,
    "richards_super": _result,
    "scimark": _scimark,
    "spectral_norm": _spectral_norm,
    "telco": _telco,
    "typing_runtime_protocols": _protocols,
}

KNOWN = {
    "2to3": "0",
    "coroutines": "610",
    "fannkuch": "30",
    "richards": "True",
    "richards_super": "True",
}
