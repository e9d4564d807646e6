"""The benchmark harness behind `run.py`.

`programs` says what is run, `fetch` gets it, `worker` runs inside the interpreter
that is measured, `measure`, `parallel` and `startup` start those interpreters,
`stats`, `report` and `page` turn numbers into text. Only `worker`, `checks` and
`standin/` run under the measured interpreter, so they use as little of it as they
can; the rest is run by a CPython.
"""
