"""Runs the tests of one extension: run.py NAME [FOLDER]. Each function of the module takes `eval` and returns `True`."""
import importlib
import os
import sys

name = sys.argv[1]
sys.path.insert(0, sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__)))
module = importlib.import_module(name)
space = {}
failed = ran = 0
for test in sorted(set(dir(module))):
    function = getattr(module, test)
    if test.startswith("_") or not callable(function):
        continue
    ran += 1
    try:
        result = function(lambda text: eval(text, space))
        problem = None if result is True else f"returned {result!r}"
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    if problem:
        failed += 1
        print(f"{name}.{test}: {problem}")
print(f"{name}: {ran - failed} of {ran} passed")
sys.exit(1 if failed or not ran else 0)
