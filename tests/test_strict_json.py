"""Strict JSON: everything a hostile or careless sender writes is refused with its place, in linear time."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.strict_json import JsonFlaw, StrictJsonError, loads

REFUSED = [
    (b"", "", JsonFlaw.SYNTAX),
    (b"{'a': 1}", "", JsonFlaw.SYNTAX),
    (b'{"a": 1} {"a": 2}', "", JsonFlaw.SYNTAX),
    (b'"raw \x00 control"', "", JsonFlaw.SYNTAX),
    (b"\xff", "", JsonFlaw.ENCODING),
    (b'"\xed\xa0\x80"', "", JsonFlaw.ENCODING),
    (b"NaN", "", JsonFlaw.NUMBER),
    (b'{"a": [1, -Infinity]}', "/a/1", JsonFlaw.NUMBER),
    (b'{"n": 1e400}', "/n", JsonFlaw.NUMBER),
    (b'{"n": 1' + b"0" * 400 + b"}", "/n", JsonFlaw.NUMBER),
    (b"1" * 100_000, "", JsonFlaw.NUMBER),
    (b"18446744073709551616", "", JsonFlaw.NUMBER),
    (b'{"a": 1, "a": 1}', "/a", JsonFlaw.DUPLICATE),
    (b'[{"x": {"b/c": 1, "b/c": 2}}]', "/0/x/b~1c", JsonFlaw.DUPLICATE),
    (b'{"a": 1, "\\u0061": 2}', "/a", JsonFlaw.DUPLICATE),
    (b"[" * 65 + b"]" * 65, "", JsonFlaw.DEPTH),
    (b"[" * 100_000, "", JsonFlaw.DEPTH),
    (b'{"a":' * 100_000, "", JsonFlaw.DEPTH),
    (b'{"a": ["x", "\\u0000"]}', "/a/1", JsonFlaw.NUL),
    (b'{"\\u0000": 1}', "", JsonFlaw.NUL),
    (b'{"a": "\\ud83d"}', "/a", JsonFlaw.SURROGATE),
    (b'{"a": "\\uDE00\\uD83D"}', "/a", JsonFlaw.SURROGATE),
]
ACCEPTED = [
    (b'"\\ud83d\\ude00"', "😀"),
    (b'"\\\\u0000"', "\\u0000"),
    (b"\xef\xbb\xbf1", 1),
    (b"18446744073709551615", 2**64 - 1),
    (b"1e308", 1e308),
    (b"[" * 64 + b"]" * 64, json.loads("[" * 64 + "]" * 64)),
    (b'"[[[[ {{{{ \\" [[[["', '[[[[ {{{{ " [[[['),
    (b'{"a": {"b": 1}, "b": {"b": 1}}', {"a": {"b": 1}, "b": {"b": 1}}),
]


@pytest.mark.parametrize(("data", "pointer", "code"), REFUSED)
def test_what_is_not_strict_json_is_refused_with_its_place(data, pointer, code):
    with pytest.raises(StrictJsonError) as refused:
        loads(data)
    assert (refused.value.pointer, refused.value.code) == (pointer, code)


@pytest.mark.parametrize(("data", "value"), ACCEPTED)
def test_what_looks_odd_and_is_json_is_read(data, value):
    assert loads(data) == value


def test_a_refusal_never_repeats_the_content():
    with pytest.raises(StrictJsonError) as refused:
        loads(b'{"secret": "Jean Martin", "secret": NaN}')
    assert "Martin" not in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [b'"' + b'\\"' * 400_000, b'"\\' * 400_000, b"[" + b"[]," * 250_000 + b"1]", b"[" + b"NaN," * 250_000 + b"1]"],
)
def test_a_hostile_megabyte_is_judged_in_linear_time(data):
    """Quadratic work on a megabyte would take minutes: ten seconds of our own processor time are far from both."""
    started = time.process_time()
    with contextlib.suppress(StrictJsonError):
        loads(data)
    assert time.process_time() - started < 10


WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
VALUES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | WORDS
)


@given(st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner)))
def test_ordinary_json_is_read_as_python_reads_it(value):
    assert loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(data):
    try:
        loads(data)
    except StrictJsonError:
        return
