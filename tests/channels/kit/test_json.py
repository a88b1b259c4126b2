"""JSON from outside: T94 — duplicate keys, NaN, nesting, long numbers, lone surrogates, NUL."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.kit.json import JsonRefused, load_provider, load_strict, member, number, objects, text


@pytest.mark.parametrize(
    ("body", "pointer", "reason"),
    [
        (b'{"a":[1,{"b":NaN}]}', "/a/1/b", "NaN"),
        (b'{"a":-Infinity}', "/a", "Infinity"),
        (b'{"a":{"b":1,"b":2}}', "/a", "'b' stands twice"),
        (b'{"a":' + b"9" * 400 + b"}", "/a", "64 bits"),
        (b'{"a":9223372036854775808}', "/a", "64 bits"),
        (b'{"a":1e400}', "/a", "out of range"),
        (b'{"a":"\\ud800"}', "/a", "surrogate"),
        (b'{"a":["x","\\u0000"]}', "/a/1", "NUL"),
        (b'{"a/b~":"\\u0000"}', "/a~1b~0", "NUL"),
        (b"[" * 65 + b"]" * 65, "/0" * 64, "deeper"),
        (b"[" * 100_000, "", "deeper"),
        (b'{"a":', "", "not JSON"),
        (b"\xff", "", "UTF-8"),
        (b'{"a":"\x00"}', "", "not JSON"),
    ],
)
def test_our_door_refuses_and_says_where(body: bytes, pointer: str, reason: str):
    with pytest.raises(JsonRefused) as told:
        load_strict(body)
    assert told.value.pointer == pointer
    assert reason in told.value.reason


def test_a_large_document_is_refused_before_it_is_read():
    with pytest.raises(JsonRefused, match="larger"):
        load_strict(b'"' + b"a" * 100 + b'"', max_bytes=100)


def test_a_provider_s_words_are_cleaned_rather_than_refused():
    assert load_provider(b'\xef\xbb\xbf{"a":"x\\u0000y\\ud800z"}') == {"a": "xy\ufffdz"}
    assert load_provider(b'{"a":"\xe9"}') == {"a": "\ufffd"}


@pytest.mark.parametrize("body", [b'{"a":NaN}', b'{"a":1,"a":2}', b"[" * 200 + b"]" * 200, b"1" * 30])
def test_a_provider_s_structure_is_not_guessed(body: bytes):
    with pytest.raises(JsonRefused):
        load_provider(body)


def test_ids_of_64_bits_are_read():
    assert load_strict(b"[9223372036854775807,-9223372036854775807]") == [2**63 - 1, 1 - 2**63]
    assert load_provider(b"-6850472171600526495") == -6850472171600526495


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text("aé€😀", max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    )
)
def test_what_is_ordinary_is_read_as_it_is(value: object):
    assert load_strict(json.dumps(value).encode()) == value
    assert load_provider(json.dumps(value, ensure_ascii=False).encode()) == value


def test_a_path_leads_somewhere_or_nowhere():
    document = {"a": {"b": [{"c": "1.5"}, 3, {"c": True}]}}
    assert [text(item, "c") for item in objects(document, "a", "b")] == ["1.5", None]
    assert number({"n": "12"}, "n") == 12
    assert number({"n": "nan"}, "n") is None
    assert member(document, "a", "b", "c") is None
    assert list(objects("abc")) == []
