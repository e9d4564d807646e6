"""black: formatting and comparing trees through its mypyc modules; errors."""

from _expect import raises

import black
from black import linegen, nodes, parsing
from blib2to3.pgen2 import driver

assert black.__file__.endswith(".so") and linegen.__file__.endswith(".so"), "the compiled modules are not in use"
mode = black.Mode()
SOURCE = """\
from  os import (path)
x = { 'a':1, 'b' : [1,2,
3], }
def f ( a, *, b:int=1, **kw )->dict[str,int] :
    '''Doc.   '''
    if not(a) : return  x [ 'a' ]
    print ( 'hello %s' % a, "it's" , f'{a!r:>{b}}' )
    very_long_name = some_function_name(argument_number_one, argument_number_two)[0].attribute.method("x" * 10)
    match a:
        case {'k': [1, *rest]} if rest: pass
    async_result = [ i async for i in a ]
class C (object): pass
"""
EXPECTED = '''\
from os import path

x = {
    "a": 1,
    "b": [1, 2, 3],
}


def f(a, *, b: int = 1, **kw) -> dict[str, int]:
    """Doc."""
    if not (a):
        return x["a"]
    print("hello %s" % a, "it's", f"{a!r:>{b}}")
    very_long_name = some_function_name(argument_number_one, argument_number_two)[
        0
    ].attribute.method("x" * 10)
    match a:
        case {"k": [1, *rest]} if rest:
            pass
    async_result = [i async for i in a]


class C(object):
    pass
'''
formatted = black.format_str(SOURCE, mode=mode)
assert formatted == EXPECTED, formatted
assert black.format_str(formatted, mode=mode) == formatted
short = black.format_str("call(aaaa, bbbb, 'x')\n", mode=black.Mode(line_length=12, string_normalization=False))
assert short == "call(\n    aaaa,\n    bbbb,\n    'x',\n)\n"
assert black.format_file_contents(SOURCE, fast=False, mode=mode) == EXPECTED
assert black.format_str("# fmt: off\nx  =  1\n# fmt: on\ny  =  1\n", mode=mode) == "# fmt: off\nx  =  1\n# fmt: on\ny = 1\n"
assert black.format_str("def f(): ...\n", mode=black.Mode(is_pyi=True)) == "def f(): ...\n"
tree = parsing.lib2to3_parse("a = 1\n")
assert str(tree) == "a = 1\n" and isinstance(tree, nodes.Node) and [leaf.value for leaf in tree.leaves()][:3] == ["a", "=", "1"]
assert driver.__file__.endswith(".so")
black.assert_equivalent("x = (1)\n", "x = 1\n")
black.assert_stable(SOURCE, EXPECTED, mode=mode)
assert black.get_features_used(parsing.lib2to3_parse("match x:\n    case 1: pass\n")) >= {black.Feature.PATTERN_MATCHING}
own = open(black.__file__.rsplit("/", 1)[0] + "/strings.py").read()
assert black.format_str(own, mode=black.Mode(preview=False)) == black.format_str(black.format_str(own, mode=mode), mode=mode)

raises(black.NothingChanged, "", black.format_file_contents, EXPECTED, fast=False, mode=mode)
raises(black.InvalidInput, "cannot parse: 1:5", black.format_str, "x = (\n", mode=mode)
raises(black.parsing.ASTSafetyError, "produced code that is not equivalent to the source", black.assert_equivalent, "x = 1\n", "x = 2\n")
raises(TypeError, "str object expected; got int", black.format_str, 5, mode=mode)
raises(TypeError, "black.lines.Line object expected; got int", linegen.transform_line, 5, mode)
print("ok")
