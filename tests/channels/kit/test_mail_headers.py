"""Header values: words, parameters, ids and dates, from any bytes, in linear time."""

import time
from email.header import Header
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.kit.charsets import codec_of, decode
from app.channels.kit.headers import date_of, decode_words, message_ids, one_line, parameterised, plain_name
from app.channels.kit.mime.defects import SENTENCES, Defect, Defects
from app.channels.kit.mime.transfer import decode_transfer

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200)


@given(TEXT.filter(lambda text: "=?" not in text))
def test_words_the_standard_library_encodes_are_read_back(text: str):
    written = Header(text, "utf-8", maxlinelen=75).encode(linesep="\r\n").replace("\r\n", "")
    assert decode_words(written).split() == text.split()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("=?utf-8?Q?caf=C3=A9?=", "café"), ("=?ISO-8859-1?Q?=80?=", "€"), ("=?utf-8?B?Y2Fmw6k?=", "café"),
        ("=?utf-8*fr?Q?a?=", "a"), ("a =?utf-8?Q?b?= c", "a b c"), ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=E9?=", "aé"), ("=?x?Z?a?=", "=?x?Z?a?="), ("=?utf-8?Q?", "=?utf-8?Q?"),
        ("=?utf-8?Q?a=0Ab?=", "a b"), ("=?utf-8?B?!!!?=", ""),
    ],
)  # fmt: skip
def test_words_in_every_writing(written: str, words: str):
    assert decode_words(written) == words


@given(st.text(max_size=300))
def test_any_words_become_one_line(text: str):
    assert not set(decode_words(text)) & set("\r\n\0")
    assert len(one_line(text, limit=50)) <= 50
    plain_name(text).encode()


@given(TEXT)
def test_a_parameter_comes_back_from_rfc_2231(text: str):
    raw = f"attachment; filename*=utf-8''{quote(text, safe='')}".encode()
    assert parameterised(raw).parameters.get("filename") == text.replace("\u2028", "\u2028")


@pytest.mark.parametrize(
    ("raw", "value", "parameters"),
    [
        (b"text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        (b'TEXT/Plain ; Charset = "utf-8" ; x', "text/plain", {"charset": "utf-8"}),
        (b"a/b; n*0=x; n*1=y; n*2*=%41", "a/b", {"n": "xyA"}),
        (b"a/b; n=1; n=2", "a/b", {"n": "1"}),
        (b'a/b; n="ouvert', "a/b", {"n": "ouvert"}),
        (b";;;=;charset", "", {}),
    ],
)
def test_parameters_in_every_writing(raw: bytes, value: str, parameters: dict[str, str]):
    found = parameterised(raw)
    assert (found.value, found.parameters) == (value, parameters)


@given(st.binary(max_size=300))
def test_any_value_is_read(raw: bytes):
    parameterised(raw)
    message_ids(raw)
    date_of(raw)


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "us-ascii", "utf-7", "utf-16", "iso-2022-jp", "hz", "big5", "x", "euc_kr"]),
)
def test_any_bytes_are_some_text(data: bytes, declared: str | None):
    decode(data, declared=declared)


@pytest.mark.parametrize(
    "name",
    [
        "zlib",
        "bz2",
        "hex",
        "rot13",
        "punycode",
        "idna",
        "unicode_escape",
        "undefined",
        "mbcs",
        "antigravity",
        "os.path",
        "",
    ],
)
def test_a_transformation_is_no_charset(name: str):
    assert codec_of(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "UTF-8",
        "utf8",
        "ISO-8859-1",
        "latin1",
        "windows-1252",
        "cp-1252",
        "gb2312",
        "KS_C_5601-1987",
        "shift-jis",
        "koi8-u",
        "macintosh",
        "iso-8859-15",
        "US-ASCII",
    ],
)
def test_a_true_charset_is_known(name: str):
    codec = codec_of(name)
    assert codec is not None
    "é".encode(codec, "replace")


@given(
    st.binary(max_size=300), st.sampled_from([b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"x-other", None])
)
def test_any_encoding_gives_bytes(data: bytes, encoding: bytes | None):
    assert isinstance(decode_transfer(data, encoding=encoding, defects=Defects()), bytes)


@pytest.mark.parametrize("crumb", [b"=?utf-8?Q?", b"=?", b"?=", b"=?a?b?", b" ", b"=?utf-8?B?=?="])
def test_no_value_costs_more_than_its_size(crumb: bytes):
    text = (crumb * 100_000)[:200_000].decode()
    started = time.process_time()
    decode_words(text)
    parameterised(b"a/b;" + text.encode())
    one_line(text, limit=10)
    assert time.process_time() - started < 1


def test_each_defect_has_its_sentence():
    assert set(SENTENCES) == set(Defect)
    assert len({defect.value for defect in Defect}) == len(Defect)
