"""XML of others declares no entity, however its first line says it is written (T76; GLPI, RT and every XXE before them)."""

import pytest

from app.channels.adapters import post_sidecars
from app.channels.adapters.open311_reading import items
from app.channels.errors import Unreadable
from app.channels.kit.xml import NotXml, local_name, root_of

BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    "<service_requests><request><description>&b;</description></request></service_requests>"
)


def first_line(charset: str) -> bytes:
    return f'<?xml version="1.0" encoding="{charset}"?>'.encode()


WRITTEN = {
    "utf-8": BOMB.encode(),
    "utf-8 with its mark": b"\xef\xbb\xbf" + BOMB.encode(),
    "utf-16 of either end": BOMB.encode("utf-16"),
    "utf-16 big": b"\xfe\xff" + BOMB.encode("utf-16-be"),
    "utf-16 without a mark": BOMB.encode("utf-16-le"),
    "utf-16 told": first_line("utf-16") + BOMB.encode("utf-16-le"),
    "a code page of another alphabet": first_line("cp037") + BOMB.encode("cp037"),
    "utf-7": first_line("utf-7") + BOMB.replace("<", "+ADw-").encode(),
    "utf-32": BOMB.encode("utf-32"),
}


@pytest.mark.parametrize("body", WRITTEN.values(), ids=WRITTEN)
def test_a_document_type_is_refused_in_every_writing(body: bytes) -> None:
    with pytest.raises(NotXml):
        root_of(body)
    with pytest.raises(Unreadable):
        items(b"<" + body if not body.lstrip(b"\xef\xbb\xbf").startswith(b"<") else body)
    with pytest.raises(Unreadable):
        post_sidecars._xml(body)


@pytest.mark.parametrize(
    "body",
    [
        "<a><b>été</b></a>".encode(),
        b"\xef\xbb\xbf" + "<a><b>été</b></a>".encode(),
        first_line("ISO-8859-1") + "<a><b>été</b></a>".encode("latin-1"),
        first_line("windows-1252") + "<a><b>été</b></a>".encode("cp1252"),
        '<?xml version="1.0" encoding="utf-16"?><a><b>été</b></a>'.encode("utf-16"),
        '<a xmlns="urn:x"><b>été</b></a>'.encode(),
    ],
)
def test_ordinary_xml_is_read_as_it_is_written(body: bytes) -> None:
    root = root_of(body)
    assert (local_name(root), [(local_name(one), one.text) for one in root]) == ("a", [("b", "été")])


@pytest.mark.parametrize(
    "body", [b"", b"<", b"<a>", b"\xff", b"<a>\x00</a>", b"<a>" * 5000, first_line("rot13") + b"<a/>"]
)
def test_what_is_no_xml_is_refused_and_breaks_nothing(body: bytes) -> None:
    with pytest.raises(NotXml):
        root_of(body)
