"""lxml: parsing, XPath, XSLT, schemas, HTML, objectify, extension functions, SAX, errors with lines."""

import gc
import io

from _expect import raises

from lxml import etree, html, objectify
from lxml.builder import E

XML = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE shop [<!ENTITY firm "Caf\xc3\xa9 &amp; Co">]>
<shop xmlns:p="urn:price"><!-- note --><name>&firm;</name>
  <item id="1" p:cost="1.5">pen<b>bold</b> tail</item><item id="2" p:cost="20">ink</item><?pi data?>
</shop>"""
root = etree.fromstring(XML)
assert root.tag == "shop" and root.nsmap == {"p": "urn:price"} and len(root) == 5 and root[1].text == "Caf\xe9 & Co"
items = root.findall("item")
assert items[0].get("{urn:price}cost") == "1.5" and items[0].attrib["id"] == "1" and items[0][0].tail == " tail"
assert [child.tag for child in root.iter("item", "name")] == ["name", "item", "item"] and items[1].getparent() is root
assert items[0].getnext() is items[1] and items[1].sourceline == 4 and root.getroottree().getpath(items[1]) == "/shop/item[2]"
assert root.xpath("//item[@p:cost > $limit]/@id", namespaces={"p": "urn:price"}, limit=2) == ["2"]
assert root.xpath("count(//item)") == 2.0 and root.xpath("string(//b)") == "bold" and root.xpath("boolean(//nope)") is False
assert root.xpath("re:test('abc', '^a.c$')", namespaces={"re": "http://exslt.org/regular-expressions"})
assert etree.XPath("//item/text()")(root) == ["pen", " tail", "ink"]
functions = etree.FunctionNamespace("urn:mine")
functions["double"] = lambda context, values: [value.text * 2 for value in values]
assert root.xpath("m:double(//b)", namespaces={"m": "urn:mine"}) == ["boldbold"]

tree = E.html(E.body(E.p("one ", E.b("two"), id="x"), E.br()))
assert etree.tostring(tree) == b'<html><body><p id="x">one <b>two</b></p><br/></body></html>'
new = etree.SubElement(root, "{urn:n}new", {"a": "<&>"}, nsmap={"n": "urn:n"})
new.text = "\u20ac"
assert etree.tostring(new) == b'<n:new xmlns:n="urn:n" xmlns:p="urn:price" a="&lt;&amp;&gt;">&#8364;</n:new>'
assert etree.tostring(new, encoding="unicode").endswith(">\u20ac</n:new>")
root.remove(new)
root.insert(0, items[1])
root[0:0] = [etree.Comment("c"), etree.ProcessingInstruction("t", "v")]
assert root[2] is items[1]
del root[0], root[0]
text = etree.tostring(etree.fromstring("<a><b/><c>x</c></a>"), pretty_print=True).decode()
assert text == "<a>\n  <b/>\n  <c>x</c>\n</a>\n"

sheet = etree.XSLT(etree.fromstring("""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:param name="title"/><xsl:template match="/"><list title="{$title}"><xsl:for-each select="//item"><xsl:sort select="@id"/>
<i><xsl:value-of select="@id"/></i></xsl:for-each></list></xsl:template></xsl:stylesheet>"""))
result = sheet(root, title=etree.XSLT.strparam("T's"))
assert result.getroot().get("title") == "T's" and [found.text for found in result.getroot()] == ["1", "2"] and "<list" in str(result)
schema = etree.XMLSchema(etree.fromstring("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="n" type="xs:int"/></xs:schema>"""))
assert schema.validate(etree.fromstring("<n>5</n>")) and not schema.validate(etree.fromstring("<n>x</n>"))
assert "'x' is not a valid value" in str(schema.error_log.last_error)
assert etree.RelaxNG(etree.fromstring('<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>'))(etree.fromstring("<a>t</a>"))
assert not etree.DTD(io.StringIO("<!ELEMENT a EMPTY>")).validate(etree.fromstring("<a>t</a>"))

events = [(event, element.tag) for event, element in etree.iterparse(io.BytesIO(b"<a><b>1</b><b>2</b></a>"), events=("start", "end"))]
assert events == [("start", "a"), ("start", "b"), ("end", "b"), ("start", "b"), ("end", "b"), ("end", "a")]


class Target:
    def __init__(self):
        self.log = []

    def start(self, tag, attributes):
        self.log.append(tag)

    def data(self, text):
        self.log.append(text)

    def close(self):
        return self.log


parser = etree.XMLParser(target=Target())
parser.feed("<a><b>te")
parser.feed("xt</b></a>")
assert parser.close() in (["a", "b", "te", "xt"], ["a", "b", "text"])
page = html.fromstring("<div class='x y'><p>un<b>closed<a href='/l?q=1'>link</a><form><input name=n value=v></form></div>")
page.make_links_absolute("http://h/")
assert page.xpath("//a/@href") == ["http://h/l?q=1"] and page.forms[0].form_values() == [("n", "v")] and page.text_content() == "unclosedlink"
made = objectify.fromstring("<r><n>5</n><f>1.5</f><s>t</s><n>6</n></r>")
assert made.n + 1 == 6 and made.n[1] == 6 and made.f * 2 == 3.0 and made.s.text == "t"


class Special(etree.ElementBase):
    @property
    def shout(self):
        return self.text.upper()


lookup = etree.ElementNamespaceClassLookup()
lookup.get_namespace(None)["s"] = Special
parser = etree.XMLParser()
parser.set_element_class_lookup(lookup)
assert etree.fromstring("<r><s>hey</s></r>", parser)[0].shout == "HEY"
child = etree.fromstring("<a><b><c>deep</c></b></a>")[0][0]
gc.collect()
assert child.text == "deep" and child.getparent().getparent().tag == "a"

error = raises(etree.XMLSyntaxError, "Opening and ending tag mismatch: b line 2 and a", etree.fromstring, "<a>\n<b></a>")
assert error.lineno == 2 and error.position == (2, 8)
raises(etree.XPathEvalError, "Invalid expression", root.xpath, "//[")
raises(etree.XSLTParseError, "xsltParseStylesheetProcess : document is not a stylesheet", etree.XSLT, etree.fromstring("<a/>"))
raises(etree.DocumentInvalid, "'x' is not a valid value", schema.assertValid, etree.fromstring("<n>x</n>"))
raises(ValueError, "Invalid tag name 'a b'", etree.Element, "a b")
raises(ValueError, "All strings must be XML compatible", setattr, child, "text", "\0")
raises(OSError, "Error reading file 'no-such-file.xml': failed to load", etree.parse, "no-such-file.xml")
functions["fail"] = lambda context: 1 // 0
raises(ZeroDivisionError, "zero", root.xpath, "m:fail()", namespaces={"m": "urn:mine"})
print("ok")
