"""coverage: statements and branches through the C tracer and the default core, contexts, reports, errors."""

import json
import os
import sys

from _expect import raises

import coverage
from coverage import tracer

SOURCE = """\
def choose(x):
    if x > 1:
        kind = "large"
    else:
        kind = "small"
    for i in range(3):
        if i == x:
            break
    return kind


def unused():
    return 1


class C:
    value = choose(5)
"""
with open("measured.py", "w") as file:
    file.write(SOURCE)
sys.path.insert(0, os.getcwd())


def measure(core, branch):
    os.environ["COVERAGE_CORE"] = core
    sys.modules.pop("measured", None)
    cov = coverage.Coverage(data_file=None, branch=branch, include=[os.path.join(os.getcwd(), "measured.py")], config_file=False)
    cov.start()
    import measured

    measured.choose(0)
    cov.stop()
    return cov


for core in ("ctrace", "pytrace", "sysmon"):
    cov = measure(core, branch=False)
    name, statements, excluded, missing, text = cov.analysis2("measured.py")
    assert statements == [1, 2, 3, 5, 6, 7, 8, 9, 12, 13, 16, 17] and missing == [13] and text == "13", (core, missing)
    assert dict(cov.sys_info())["core"] == {"ctrace": "CTracer", "pytrace": "PyTracer", "sysmon": "SysMonitor"}[core]
cov = measure("ctrace", branch=True)
data = cov.get_data()
arcs = set(data.arcs(os.path.realpath("measured.py")))
assert {(2, 3), (2, 5), (7, 8), (6, 9), (7, 6)} <= arcs and data.has_arcs()
assert 88 < cov.report(file=open(os.devnull, "w")) < 97
cov.json_report(outfile="out.json")
summary = json.load(open("out.json"))["files"]["measured.py"]
assert summary["missing_lines"] == [13] and summary["summary"]["num_branches"] == 6 and summary["summary"]["missing_branches"] == 0, summary["summary"]
cov.xml_report(outfile="out.xml")
assert 'line number="13" hits="0"' in open("out.xml").read()

plain = tracer.CTracer()
assert plain.get_stats() is None or isinstance(plain.get_stats(), dict)
assert type(plain).__name__ == "CTracer" and tracer.__file__.endswith(".so")

raises(coverage.exceptions.NoSource, "No source for code", cov.analysis, "no-such-file.py")
raises(coverage.exceptions.NoDataError, "No data to report.", coverage.Coverage(data_file=None, config_file=False).report)
raises(coverage.exceptions.ConfigError, "Couldn't read 'nope.toml' as a config file", coverage.Coverage, config_file="nope.toml")
print("ok")
