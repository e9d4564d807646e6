"""pyexpat: events, attributes, namespaces, buffered text, errors, entities, files, handlers that fail or come back; threads at one parser."""

import gc
import io
import pyexpat
import threading
import time
import weakref
from xml.parsers import expat


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        self.value = value
        return True


NAMES = [name for name in dir(pyexpat.XMLParserType) if "Handler" in name]
eq(len(NAMES), 22)


def recorder(*names, **options):
    """A parser that notes what the named handlers are called with."""
    parser = expat.ParserCreate(**options)
    events = []
    for name in names or NAMES:

        def note(*arguments, name=name):
            events.append((name.removesuffix("Handler"), *arguments))
            return 1

        setattr(parser, name, note)
    return parser, events


# Events, in the order of the document.
parser, events = recorder("StartElementHandler", "EndElementHandler", "CharacterDataHandler", "CommentHandler", "ProcessingInstructionHandler")
eq(parser.Parse(b"<a x='1' y='2'><b>t\xc3\xa9</b><!--c--><?do it?></a>", True), 1)
eq(
    events,
    [
        ("StartElement", "a", {"x": "1", "y": "2"}),
        ("StartElement", "b", {}),
        ("CharacterData", "t\xe9"),
        ("EndElement", "b"),
        ("Comment", "c"),
        ("ProcessingInstruction", "do", "it"),
        ("EndElement", "a"),
    ],
)

# Everything that a DTD declares.
parser, events = recorder(
    "XmlDeclHandler",
    "StartDoctypeDeclHandler",
    "EndDoctypeDeclHandler",
    "ElementDeclHandler",
    "AttlistDeclHandler",
    "EntityDeclHandler",
    "NotationDeclHandler",
    "UnparsedEntityDeclHandler",
    "StartCdataSectionHandler",
    "EndCdataSectionHandler",
)
parser.SetBase("here")
parser.Parse(
    """<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE a PUBLIC 'p' 's' [
<!ELEMENT a (b|(c,d)*)+>
<!ATTLIST a k CDATA #REQUIRED l (x|y) 'x'>
<!NOTATION n SYSTEM 'ns'>
<!ENTITY e 'value'>
<!ENTITY u SYSTEM 'us' NDATA n>
]><a k='1'><![CDATA[<]]></a>""",
    True,
)
eq(
    events,
    [
        ("XmlDecl", "1.0", "utf-8", -1),
        ("StartDoctypeDecl", "a", "s", "p", 1),
        ("ElementDecl", "a", (5, 3, None, ((4, 0, "b", ()), (6, 2, None, ((4, 0, "c", ()), (4, 0, "d", ())))))),
        ("AttlistDecl", "a", "k", "CDATA", None, 1),
        ("AttlistDecl", "a", "l", "(x|y)", "x", 0),
        ("NotationDecl", "n", "here", "ns", None),
        ("EntityDecl", "e", 0, "value", "here", None, None, None),
        ("UnparsedEntityDecl", "u", "here", "us", None, "n"),
        ("EndDoctypeDecl",),
        ("StartCdataSection",),
        ("EndCdataSection",),
    ],
)
eq(parser.GetBase(), "here")

# Namespaces.
parser, events = recorder("StartElementHandler", "StartNamespaceDeclHandler", "EndNamespaceDeclHandler", namespace_separator=" ")
parser.namespace_prefixes = 1
eq(parser.namespace_prefixes, True)
parser.Parse("<p:a xmlns:p='u' p:k='v'><b xmlns='w'/></p:a>", True)
eq(
    events,
    [
        ("StartNamespaceDecl", "p", "u"),
        ("StartElement", "u a p", {"u k p": "v"}),
        ("StartNamespaceDecl", None, "w"),
        ("StartElement", "w b", {}),
        ("EndNamespaceDecl", None),
        ("EndNamespaceDecl", "p"),
    ],
)
with raises(ValueError, "namespace_separator must be at most one character, omitted, or None"):
    expat.ParserCreate(namespace_separator="ab")
with raises(TypeError, "ParserCreate() argument 'namespace_separator' must be str or None, not int"):
    expat.ParserCreate(namespace_separator=1)

# Attributes as a list, and only those that stand in the document.
parser, events = recorder("StartElementHandler")
parser.ordered_attributes = True
parser.specified_attributes = 5
eq((parser.ordered_attributes, parser.specified_attributes), (True, True))
parser.Parse("<!DOCTYPE a [<!ATTLIST a d CDATA 'x'>]><a c='1' b='2'/>", True)
eq(events, [("StartElement", "a", ["c", "1", "b", "2"])])

# Text that waits.
parser, events = recorder("CharacterDataHandler", "CommentHandler")
eq((parser.buffer_text, parser.buffer_size, parser.buffer_used), (False, 8192, 0))
parser.buffer_text = True
parser.EndElementHandler = lambda name: events.append(("used", parser.buffer_used))
parser.StartElementHandler = lambda name, attributes: events.append(("used", parser.buffer_used))
parser.Parse("<a>1&lt;2\n3<!--c-->4</a>", True)
eq(events, [("used", 0), ("CharacterData", "1<2\n3"), ("Comment", "c"), ("CharacterData", "4"), ("used", 0)])
eq(parser.buffer_used, 0)
parser, events = recorder("CharacterDataHandler")
parser.buffer_size = 4
eq((parser.buffer_text, parser.buffer_size), (True, 4))
parser.Parse("<a>12\n345678</a>", True)
eq("".join(event[1] for event in events), "12\n345678")
for value, error, text in (
    (0, ValueError, "buffer_size must be greater than zero"),
    (-1, ValueError, "buffer_size must be greater than zero"),
    (1 << 40, ValueError, "buffer_size must not be greater than 2147483647"),
    ("8", TypeError, "buffer_size must be an integer"),
):
    with raises(error, text):
        parser.buffer_size = value
with raises(RuntimeError, "Cannot delete attribute"):
    del parser.buffer_size
with raises(RuntimeError, "Cannot delete attribute"):
    del parser.StartElementHandler

# Errors, with their place.
parser = expat.ParserCreate()
with raises(expat.ExpatError, "mismatched tag: line 2, column 2") as caught:
    parser.Parse(b"<a>\n</b>", True)
eq((caught.value.code, caught.value.lineno, caught.value.offset), (7, 2, 2))
eq((parser.ErrorCode, parser.ErrorLineNumber, parser.ErrorColumnNumber, parser.ErrorByteIndex), (7, 2, 2, 6))
eq(expat.ErrorString(7), "mismatched tag")
eq(expat.errors.messages[7], expat.errors.XML_ERROR_TAG_MISMATCH)
eq(expat.errors.codes["mismatched tag"], 7)
eq(expat.model.XML_CTYPE_SEQ, 6)
parser = expat.ParserCreate()
parser.Parse(b"<a/>", True)
with raises(expat.ExpatError, "parsing finished: line 1, column 4"):
    parser.Parse(b"<a/>", True)
with raises(TypeError, "a bytes-like object is required, not 'int'"):
    parser.Parse(1)
with raises(UnicodeEncodeError):
    expat.ParserCreate().Parse("<a>\ud800</a>", True)

# Encodings: those of the library, and single bytes by Python's codecs.
for encoding, text in ("utf-16", "\u20ac"), ("iso-8859-1", "\xe9"), ("cp1252", "\u20ac"), ("koi8-r", "\u0416"):
    parser, events = recorder("CharacterDataHandler")
    parser.Parse(f"<?xml version='1.0' encoding='{encoding}'?><a>{text}</a>".encode(encoding), True)
    eq(events, [("CharacterData", text)])
with raises(ValueError, "multi-byte encodings are not supported"):
    expat.ParserCreate().Parse(b"<?xml version='1.0' encoding='shift_jis'?><a/>", True)
with raises(LookupError, "unknown encoding: no-such"):
    expat.ParserCreate().Parse(b"<?xml version='1.0' encoding='no-such'?><a/>", True)

# Names are kept once, in a dict that the program may give.
names = {}
parser, events = recorder("StartElementHandler", "EndElementHandler", intern=names)
parser.Parse("<abc def='1'></abc>", True)
assert parser.intern is names and set(names) == {"abc", "def"}, names
assert events[0][1] is events[1][1]
eq(expat.ParserCreate(intern=None).intern, None)
with raises(TypeError, "intern must be a dictionary"):
    expat.ParserCreate(intern=[])

# Positions and the input, inside of handlers.
parser = expat.ParserCreate()
places = []
parser.StartElementHandler = lambda name, attributes: places.append(
    (name, parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex, parser.GetInputContext())
)
parser.Parse(b"<a>\n <b/></a>", True)
eq([place[:4] for place in places], [("a", 1, 0, 0), ("b", 2, 1, 5)])
assert places[1][4].startswith(b"<b/>"), places
eq(parser.GetInputContext(), None)


# Files.
class File:
    def __init__(self, *blocks):
        self.blocks = list(blocks)

    def read(self, size):
        return self.blocks.pop(0) if self.blocks else b""


parser, events = recorder("StartElementHandler")
eq(parser.ParseFile(File(b"<a>", bytearray(b"<b/>"), b"</a>")), 1)
eq([event[1] for event in events], ["a", "b"])
expat.ParserCreate().ParseFile(io.BytesIO(b"<a>" + b"x" * 100_000 + b"</a>"))
with raises(TypeError, "argument must have 'read' attribute"):
    expat.ParserCreate().ParseFile(1)
with raises(TypeError, "read() did not return a bytes object (type=str)"):
    expat.ParserCreate().ParseFile(io.StringIO("<a/>"))
with raises(ValueError, "read() returned too much data: 2048 bytes requested, 2049 returned"):
    expat.ParserCreate().ParseFile(File(b"x" * 2049))

# Long input is taken in pieces.
parser, events = recorder("CharacterDataHandler")
parser.buffer_text = True
text = ("x" * 999 + "\n") * 1200
parser.Parse("<a>" + text + "</a>", True)
assert "".join(event[1] for event in events) == text

# References to other documents.
parser, events = recorder("StartElementHandler", "CharacterDataHandler")


def refer(context, base, system, public):
    child = parser.ExternalEntityParserCreate(context)
    events.append(("refer", base, system, public, type(child) is type(parser)))
    child.Parse(b"<in/>text", True)
    return 1


parser.ExternalEntityRefHandler = refer
parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
parser.Parse("<!DOCTYPE a [<!ENTITY e SYSTEM 'file'>]><a>&e;</a>", True)
eq(events, [("StartElement", "a", {}), ("refer", None, "file", None, True), ("StartElement", "in", {}), ("CharacterData", "text")])
parser.ExternalEntityRefHandler = lambda *arguments: 0
parser = expat.ParserCreate()
parser.ExternalEntityRefHandler = lambda *arguments: 0
with raises(expat.ExpatError, "error in processing external entity reference: line 1, column 43"):
    parser.Parse("<!DOCTYPE a [<!ENTITY e SYSTEM 'file'>]><a>&e;</a>", True)
parser = expat.ParserCreate()
parser.ExternalEntityRefHandler = lambda *arguments: None
with raises(TypeError):
    parser.Parse("<!DOCTYPE a [<!ENTITY e SYSTEM 'file'>]><a>&e;</a>", True)

# A child keeps its parent.
parser = expat.ParserCreate()
child = parser.ExternalEntityParserCreate(None)
del parser
gc.collect()
child.Parse("<!ELEMENT a ANY>", True)
del child


# What a handler raises ends the parse; no handler is called any more.
class Stop(Exception):
    pass


parser = expat.ParserCreate()
seen = []


def stop(name, attributes):
    seen.append(name)
    if name == "b":
        raise Stop(name)


parser.StartElementHandler = stop
with raises(Stop, "b") as caught:
    parser.Parse("<a><b/><c/></a>", True)
eq(seen, ["a", "b"])
eq(parser.StartElementHandler, None)
traceback = caught.value.__traceback__
functions = []
while traceback:
    functions.append(traceback.tb_frame.f_code.co_name)
    traceback = traceback.tb_next
eq(functions[1:], ["StartElement", "stop"])

# A handler that sets and removes handlers, and one that comes back.
parser = expat.ParserCreate()
seen = []


def change(text):
    seen.append(text)
    parser.CharacterDataHandler = None
    parser.EndElementHandler = seen.append


parser.CharacterDataHandler = change
parser.Parse("<a>1<b/>2</a>", True)
eq(seen, ["1", "b", "a"])

# Cycles through handlers are collected.
parser = expat.ParserCreate()


class Target:
    def start(self, name, attributes):
        pass


target = Target()
target.parser = parser
parser.StartElementHandler = target.start
gone = weakref.ref(target)
del parser, target
for _ in range(100):
    # A collection that another thread has begun is not waited for.
    gc.collect()
    if gone() is None:
        break
    time.sleep(0.02)
assert gone() is None

# Limits.
parser = expat.ParserCreate()
with raises(expat.ExpatError, "'max_factor' must be at least 1.0"):
    parser.SetBillionLaughsAttackProtectionMaximumAmplification(0.5)
with raises(expat.ExpatError, "parser must be a root parser"):
    parser.ExternalEntityParserCreate(None).SetBillionLaughsAttackProtectionActivationThreshold(1)
parser.SetBillionLaughsAttackProtectionMaximumAmplification(1.0)
parser.SetBillionLaughsAttackProtectionActivationThreshold(0)
with raises(expat.ExpatError):
    parser.Parse("<!DOCTYPE a [<!ENTITY e '" + "x" * 100 + "'>]><a>" + "&e;" * 100 + "</a>", True)
parser = expat.ParserCreate()
parser.SetReparseDeferralEnabled(False)
eq(parser.GetReparseDeferralEnabled(), False)
with raises(TypeError, "cannot create 'pyexpat.xmlparser' instances"):
    pyexpat.XMLParserType()

# Threads with parsers of their own, and with one between them: each piece is parsed whole.
shared, pieces = recorder("StartElementHandler")
shared.Parse("<all>")
errors = []


def work(number):
    try:
        own, events = recorder("StartElementHandler", "CharacterDataHandler")
        own.buffer_text = True
        own.Parse(f"<t n='{number}'>" + "<x/>some text" * 200 + "</t>", True)
        assert len(events) == 401, len(events)
        for index in range(50):
            shared.Parse(f"<t{number} i='{index}'/>")
            shared.CurrentLineNumber
    except BaseException as error:
        errors.append(error)


threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not errors, errors
shared.Parse("</all>", True)
for number in range(4):
    eq([event[2]["i"] for event in pieces if event[1] == f"t{number}"], [str(index) for index in range(50)])
