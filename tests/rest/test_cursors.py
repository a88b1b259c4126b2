"""A cursor is a promise of one list: changed, borrowed or old, it is refused with what to do."""

import base64
from datetime import UTC, date, datetime

import pytest

from app.ids import new_id
from app.rest.cursors import CursorRefused, Position, read_cursor, write_cursor
from app.sealing import KeyRing

OLD, NEW = "the old secret key, thirty-two characters", "the new secret key, thirty-two characters"
KEYS, LIST = KeyRing([NEW]), b"list of tickets"
KEY_VALUES = [datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC), date(2026, 3, 2), "Éloïse", 7, 1.5, None, True]


@pytest.mark.parametrize("value", KEY_VALUES)
def test_a_cursor_gives_back_the_position_it_was_made_of(value):
    position = Position(value, new_id())
    assert read_cursor(KEYS, write_cursor(KEYS, position, list_hash=LIST), list_hash=LIST) == position


def test_a_cursor_is_safe_in_an_address():
    cursor = write_cursor(KEYS, Position("é" * 50, new_id()), list_hash=LIST)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert cursor.isascii()


def test_every_changed_byte_of_a_cursor_is_refused():
    raw = base64.urlsafe_b64decode(write_cursor(KEYS, Position(7, new_id()), list_hash=LIST) + "==")
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(CursorRefused):
            read_cursor(KEYS, base64.urlsafe_b64encode(changed).decode().rstrip("="), list_hash=LIST)


@pytest.mark.parametrize("cursor", ["", "x", "=", "é", "AAAA", "A" * 2000, "%00", "' OR 1=1 --", "\ud800"])
def test_what_is_not_a_cursor_is_refused(cursor):
    with pytest.raises(CursorRefused):
        read_cursor(KEYS, cursor, list_hash=LIST)


def test_the_cursor_of_another_list_is_refused_and_says_what_to_do():
    cursor = write_cursor(KEYS, Position(7, new_id()), list_hash=LIST)
    with pytest.raises(CursorRefused) as refused:
        read_cursor(KEYS, cursor, list_hash=b"list of contacts")
    assert refused.value.flaws[0].pointer == "query/cursor"
    assert "depuis le début" in refused.value.flaws[0].detail


def test_a_cursor_outlives_the_rotation_of_the_secret_key():
    position = Position(7, new_id())
    cursor = write_cursor(KeyRing([OLD]), position, list_hash=LIST)
    assert read_cursor(KeyRing([NEW, OLD]), cursor, list_hash=LIST) == position
