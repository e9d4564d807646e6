"""Stands in for CPython's C module of this name: `test.test_importlib.util` asks whether it is there. What uses its contents is skipped, since
there are no subinterpreters."""
