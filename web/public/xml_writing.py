"""XML documents for programs: elements in one default namespace, text that XML can hold."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def root(name: str, namespace: str, **attributes: str) -> Element:
    """Return the outermost element."""
    return Element(name, {"xmlns": namespace, **attributes})


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """Return a new element at the end of another one; characters XML forbids are left out."""
    kept = {key: clean(value) for key, value in attributes.items()}
    element = SubElement(parent, name, kept)
    element.text = clean(text) if text is not None else None
    return element


def clean(text: str) -> str:
    """Return the text without characters that XML cannot hold (https://www.w3.org/TR/xml/#charsets)."""
    return _NOT_XML.sub("", text)


def document(element: Element) -> bytes:
    """Return the document in UTF-8 with its declaration."""
    body: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return body
