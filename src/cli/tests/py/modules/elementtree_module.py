"""xml.etree.ElementTree over _elementtree: elements, paths, copies, pickles, builders, parsers and their targets, events; changes meanwhile; threads."""

import copy
import gc
import io
import pickle
import threading
import time
import weakref
import xml.etree.ElementTree as ET


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


eq(ET.Element.__module__, "xml.etree.ElementTree")
assert not hasattr(ET.Element("a"), "__dict__"), "the native class"

# Elements.
a = ET.Element("a", {"k": "1"}, l="2")
eq((a.tag, a.attrib, a.text, a.tail, len(a)), ("a", {"k": "1", "l": "2"}, None, None, 0))
assert repr(a).startswith("<Element 'a' at 0x")
given = {"x": "y"}
b = ET.SubElement(a, "b", given)
b.set("z", 1)
eq((given, b.attrib, b.get("x"), b.get("no"), b.get("no", 5)), ({"x": "y"}, {"x": "y", "z": 1}, "y", None, 5))
eq((sorted(map(str, b.keys())), b.items()), (["x", "z"], [("x", "y"), ("z", 1)]))
c, d = ET.Element("c"), ET.Element("d")
a.extend([c, d])
a.insert(0, ET.Element("first"))
a.insert(-1, ET.Element("before"))
eq([e.tag for e in a], ["first", "b", "c", "before", "d"])
eq((a[0].tag, a[-1].tag, [e.tag for e in a[1:4:2]]), ("first", "d", ["b", "before"]))
a[0] = ET.Element("zero")
a[1:3] = [ET.Element("one"), ET.Element("two"), ET.Element("three")]
del a[-1], a[0]
eq([e.tag for e in a], ["one", "two", "three", "before"])
a.remove(a[1])
eq([e.tag for e in list(a)], ["one", "three", "before"])
for call, error, text in (
    (lambda: a[9], IndexError, "child index out of range"),
    (lambda: a.__setitem__(9, c), IndexError, "child assignment index out of range"),
    (lambda: a["x"], TypeError, "element indices must be integers"),
    (lambda: a.__setitem__(0, "x"), TypeError, 'expected an Element, not "str"'),
    (lambda: a.extend([1]), TypeError, 'expected an Element, not "int"'),
    (lambda: a.append(None), TypeError, "append() argument 1 must be xml.etree.ElementTree.Element, not None"),
    (lambda: a.__setitem__(slice(None, None, 2), [c]), ValueError, "attempt to assign sequence of size 1 to extended slice of size 2"),
    (lambda: a.remove(d), ValueError, "Element.remove(x): element not found"),
    (lambda: ET.Element("a", 1), TypeError, None),
    (lambda: ET.Element("a", attrib=1), TypeError, "attrib must be dict, not int"),
    (lambda: setattr(a, "attrib", 1), TypeError, "attrib must be dict, not int"),
    (lambda: delattr(a, "tag"), AttributeError, "can't delete element attribute"),
    (lambda: a.__setstate__(5), TypeError, "Don't know how to unpickle \"5\" as an Element"),
):
    with raises(error, text):
        call()

# Paths, walks and text.
tree = ET.XML("<r>1<a k='v'>2<b>3</b>4</a>5<a/><!--no-->6<c>7</c></r>")
eq([e.tag for e in tree.iter()], ["r", "a", "b", "a", "c"])
eq([e.tag for e in tree.iter("a")], ["a", "a"])
eq("".join(tree.itertext()), "1234567")
eq((tree.find("a").get("k"), tree.find("no"), tree.find(".//b").text, tree.findtext("c")), ("v", None, "3", "7"))
eq((tree.findtext("no", "x"), tree.findtext("a[2]"), len(tree.findall("a")), len(tree.findall("./*"))), ("x", "", 2, 3))
eq([e.tag for e in tree.iterfind("a/b")], ["b"])
spaced = ET.XML("<x:r xmlns:x='u'><x:a/></x:r>")
eq((spaced.tag, spaced.find("{u}a").tag, spaced.find("n:a", {"n": "u"}).tag), ("{u}r", "{u}a", "{u}a"))

# Copies and pickles.
tree = ET.XML("<r k='v'>t<a><b/></a>tail</r>")
shallow, deep, back = copy.copy(tree), copy.deepcopy(tree), pickle.loads(pickle.dumps(tree))
assert shallow[0] is tree[0] and deep[0] is not tree[0]
for other in shallow, deep, back:
    eq(ET.tostring(other), ET.tostring(tree))
eq(sorted(tree.__getstate__()), ["_children", "attrib", "tag", "tail", "text"])
tree.clear()
eq((len(tree), tree.attrib, tree.text), (0, {}, None))
# Builders.
builder = ET.TreeBuilder(insert_comments=True, insert_pis=True)
builder.data("lost")
builder.start("r", {"k": "v"})
builder.data("1")
builder.data("2")
builder.comment("c")
builder.data("3")
builder.pi("p", "q")
builder.start("s", {})
eq(builder.end("s").tag, "s")
builder.data("4")
eq(builder.end("r").tag, "r")
eq(ET.tostring(builder.close()), b'<r k="v">12<!--c-->3<?p q?><s />4</r>')
with raises(IndexError, "pop from empty stack"):
    builder.end("x")
with raises(ET.ParseError, "multiple elements on top level"):
    builder.start("x", {})
eq(ET.TreeBuilder().close(), None)
made = []
builder = ET.TreeBuilder(lambda tag, attrib: made.append((tag, attrib)) or ET.Element(tag, attrib))
parser = ET.XMLParser(target=builder)
parser.feed("<a x='1'><b/></a>")
eq((parser.close().tag, made), ("a", [("a", {"x": "1"}), ("b", {})]))


# Targets of a program's own.
class Target:
    def __init__(self):
        self.seen = []

    def __getattr__(self, name):
        if name in ("start", "end", "data", "comment", "pi", "doctype", "start_ns", "end_ns"):
            return lambda *arguments: self.seen.append((name, *arguments))
        raise AttributeError(name)

    def close(self):
        return self.seen


parser = ET.XMLParser(target=Target())
parser.feed(b"<!DOCTYPE a PUBLIC 'p' 's'><a xmlns:n='u' n:k='v'>t<!--c--><?p q?></a>")
eq(parser.close(), [
    ("doctype", "a", "p", "s"),
    ("start_ns", "n", "u"),
    ("start", "a", {"{u}k": "v"}),
    ("data", "t"),
    ("comment", "c"),
    ("pi", "p", "q"),
    ("end", "a"),
    ("end_ns", "n"),
])


class Stop(Exception):
    pass


class Failing:
    def start(self, tag, attrib):
        raise Stop(tag)


parser = ET.XMLParser(target=Failing())
with raises(Stop, "a"):
    parser.feed("<a><b/></a>")

# Entities, errors, encodings, sources.
parser = ET.XMLParser()
parser.entity["known"] = "!"
parser.feed("<!DOCTYPE a SYSTEM 'x'><a>&known;</a>")
eq(parser.close().text, "!")
with raises(ET.ParseError, "undefined entity: line 1, column 3") as caught:
    ET.XML("<a>&no;</a>")
eq((caught.value.code, caught.value.position), (11, (1, 3)))
with raises(ET.ParseError, "undefined entity &no;: line 1, column 25"):
    ET.XML("<!DOCTYPE a SYSTEM ''><a>&no;</a>")
with raises(ET.ParseError, "mismatched tag: line 1, column 5"):
    ET.XML("<a></b>")
eq(ET.XML("<a>\xe9</a>".encode("utf-16")).text, "\xe9")
eq(ET.XML(b"<?xml version='1.0' encoding='cp1252'?><a>\x80</a>").text, "\u20ac")
eq(ET.parse(io.BytesIO(b"<a>b</a>")).getroot().text, "b")
eq(ET.parse(io.StringIO("<a>b</a>")).getroot().text, "b")
with raises(ValueError, "XMLParser.__init__() wasn't called"):
    ET.XMLParser.__new__(ET.XMLParser).feed("")
assert ET.XMLParser().version.startswith("Expat 2.")

# Events.
events = list(ET.iterparse(io.BytesIO(b"<a xmlns='u'><b>t</b><!--c--><?p?></a>"), ("start", "end", "start-ns", "end-ns", "comment", "pi")))
eq([name for name, _ in events], ["start-ns", "start", "start", "end", "comment", "pi", "end", "end-ns"])
eq((events[0][1], events[1][1].tag, events[3][1].text), (("", "u"), "{u}a", "t"))
pull = ET.XMLPullParser(["end"])
pull.feed("<a><b/>")
pull.flush()
pull.feed("</a>")
eq([e.tag for _, e in pull.read_events()], ["b", "a"])
with raises(ValueError, "unknown event 'x'"):
    ET.XMLPullParser(["x"])


# Comparisons and copies that change what is looked at.
class Evil(ET.Element):
    def __eq__(self, other):
        root.clear()
        return True


class Copied(ET.Element):
    def __deepcopy__(self, memo):
        root.clear()
        return self


root = ET.Element("root")
root.extend([Evil("e"), ET.Element("x")])
root.remove(ET.Element("y"))
eq(len(root), 0)
root.extend([Copied("e"), ET.Element("x")])
eq(len(copy.deepcopy(root)), 1)

# Cycles are collected.
root = ET.Element("a")
root.append(ET.Element("b"))
root[0].attrib["root"] = root
gone = weakref.ref(root)
del root
for _ in range(100):
    gc.collect()
    if gone() is None:
        break
    time.sleep(0.02)
assert gone() is None

# Threads: one tree, and one document each.
shared, errors = ET.Element("shared"), []
DOCUMENT = "<r>" + "<i n='1'>text<j/></i>" * 300 + "</r>"


def work(number):
    try:
        for index in range(30):
            ET.SubElement(shared, f"t{number}", n=str(index)).text = "x"
            assert len(ET.XML(DOCUMENT).findall("i/j")) == 300
            sum(1 for _ in shared.iter(f"t{number}"))
    except BaseException as error:
        errors.append(error)


threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not errors, errors
for number in range(4):
    eq([e.get("n") for e in shared.findall(f"t{number}")], [str(index) for index in range(30)])
