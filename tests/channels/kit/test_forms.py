"""Forms as browsers and providers post them. T100."""

import time
import tracemalloc

import pytest

from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.forms import MAX_HEAD, FormBeyondLimits, parameters, read_form

MULTIPART = (
    b'--B\r\nContent-Disposition: form-data; name="objet"\r\n\r\nVoirie \xc3\xa9t\xc3\xa9\r\n'
    b'--B\r\nContent-Disposition: form-data; name="piece"; filename="\xc3\xa9tat des lieux.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n%PDF\r\n\x00\xff\r\n--B--\r\n"
)


def test_a_multipart_form_gives_its_fields_and_files():
    form = read_form(Delivery(body=MULTIPART, headers=[("Content-Type", 'multipart/form-data; boundary="B"')]))
    assert form.pairs == [("objet", "Voirie été")]
    (file,) = form.files
    assert (file.name, file.content_type, file.content) == (
        "état des lieux.pdf",
        "application/pdf",
        b"%PDF\r\n\x00\xff",
    )


def test_repeated_fields_are_all_kept():
    form = read_form(Delivery(body=b"a=1&b=&a=2&c=%00x"))
    assert form.as_dict() == {"a": ["1", "2"], "b": "", "c": "x"}
    assert form.last("z", "a") == "2"


def test_a_get_is_read_from_its_address():
    assert read_form(Delivery(body=b"", method="get", url="https://x.fr/?a=%C3%A9")).last("a") == "é"


def test_another_charset_is_read():
    assert read_form(Delivery(body=b"a=%E9t%E9"), charset="iso-8859-1").last("a") == "été"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a=1&" * 1100, ""),
        (b"--B\r\n\r\n" * 1100, "multipart/form-data; boundary=B"),
        (b"x", "multipart/form-data"),
    ],
)
def test_what_is_beyond_measure_is_unreadable(body: bytes, content_type: str):
    with pytest.raises(Unreadable):
        read_form(Delivery(body=body, headers=[("Content-Type", content_type)]))


def test_a_form_without_an_end_costs_nothing():
    started = time.process_time()
    body = b'--B\r\nContent-Disposition: form-data; name="a"' + b'; name="' * 50_000
    with pytest.raises(FormBeyondLimits):
        read_form(_posted(body))
    read_form(_posted(body[:MAX_HEAD]))
    assert time.process_time() - started < 5  # quadratic work would take minutes


FIELD = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n'


@pytest.mark.parametrize(
    "body",
    [
        (FIELD + b"x\r\n") * 200_000,
        b"--B\r\nX-Long: " + b"a" * 10_000_000,
        FIELD + b"x" * 10_000_000,
    ],
    ids=["a million fields", "a header without an end", "an answer without an end"],
)
def test_what_no_form_holds_is_refused_before_it_is_copied(body: bytes):
    tracemalloc.start()
    try:
        with pytest.raises(FormBeyondLimits):
            read_form(_posted(body))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


def _posted(body: bytes) -> Delivery:
    return Delivery(body=body, headers=[("Content-Type", "multipart/form-data; boundary=B")])


def test_a_malformed_address_asks_nothing():
    assert parameters("http://[") == {}
