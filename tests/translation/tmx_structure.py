"""The structure of TMX 1.4b as a document type, to hold our own files against: elements, order and attributes.

After the TMX 1.4b specification (LISA OSCAR, 26 April 2005), sections 3 and 4; only what a file without inline codes
and user-defined encodings can hold.
"""

from __future__ import annotations

import io
import re

from lxml import etree

_INFORMATION = "creationdate CDATA #IMPLIED creationid CDATA #IMPLIED changedate CDATA #IMPLIED changeid CDATA #IMPLIED"
_DTD = f"""
<!ELEMENT tmx (header, body)>
<!ATTLIST tmx version CDATA #FIXED "1.4">
<!ELEMENT header (note | prop)*>
<!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
    segtype (block | paragraph | sentence | phrase) #REQUIRED o-tmf CDATA #REQUIRED adminlang CDATA #REQUIRED
    srclang CDATA #REQUIRED datatype CDATA #REQUIRED o-encoding CDATA #IMPLIED {_INFORMATION}>
<!ELEMENT body (tu*)>
<!ELEMENT tu ((note | prop)*, tuv+)>
<!ATTLIST tu tuid CDATA #IMPLIED datatype CDATA #IMPLIED usagecount CDATA #IMPLIED lastusagedate CDATA #IMPLIED
    creationtool CDATA #IMPLIED creationtoolversion CDATA #IMPLIED srclang CDATA #IMPLIED {_INFORMATION}>
<!ELEMENT tuv ((note | prop)*, seg)>
<!ATTLIST tuv xml:lang CDATA #REQUIRED {_INFORMATION}>
<!ELEMENT seg (#PCDATA)>
<!ELEMENT note (#PCDATA)>
<!ATTLIST note xml:lang CDATA #IMPLIED>
<!ELEMENT prop (#PCDATA)>
<!ATTLIST prop type CDATA #REQUIRED xml:lang CDATA #IMPLIED>
"""
_DATE = re.compile(r"\d{8}T\d{6}Z")


def checked(document: bytes) -> etree._Element:
    """The root of a TMX document; fails where it is not as TMX 1.4b wants it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(document, parser)
    dtd = etree.DTD(io.StringIO(_DTD))
    assert dtd.validate(root), dtd.error_log.filter_from_errors()
    assert all(_DATE.fullmatch(date) for date in root.xpath("//@creationdate"))
    assert not any(re.search(r"\s", tuid) for tuid in root.xpath("//@tuid"))
    assert all(kind.startswith("x-") for kind in root.xpath("//prop/@type"))
    assert root.xpath("/tmx/@version") == ["1.4"]
    return root
