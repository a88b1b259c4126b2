"""Instants as providers write them."""

from datetime import UTC, datetime

import pytest

from app.channels.kit.times import from_epoch, from_http, from_iso

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("value", [1767603600, "1767603600", 1767603600000, "1767603600000", 1767603600.0])
def test_seconds_and_milliseconds(value: object):
    assert from_epoch(value) == NINE


@pytest.mark.parametrize("value", [None, True, {}, "", "soon", 0, -5, 1e300, "9" * 400])
def test_what_is_no_epoch(value: object):
    assert from_epoch(value) is None


@pytest.mark.parametrize(
    "value",
    ["2026-01-05T09:00:00Z", "2026-01-05T10:00:00+01:00", "2026-01-05T04:00:00.000-0500", "2026-01-05 09:00:00",
     "2026-01-05T09:00:00.0000000Z", "2026-01-05T09:00"],
)  # fmt: skip
def test_cousins_of_rfc_3339(value: str):
    assert from_iso(value) == NINE


def test_seven_fractional_digits_are_read():
    assert from_iso("2018-10-23T12:28:23.3464579Z") == datetime(2018, 10, 23, 12, 28, 23, 346457, UTC)


def test_a_local_time_needs_its_zone():
    assert from_iso("2026-07-05 11:00:00", zone="Europe/Paris") == datetime(2026, 7, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, 5, "", "2026-13-45T00:00:00Z", "2026-01-05T25:00:00Z", "0000-01-01", "a" * 99])
def test_what_is_no_instant(value: object):
    assert from_iso(value) is None


def test_a_date_of_http():
    assert from_http("Mon, 05 Jan 2026 09:00:00 GMT") == NINE
    assert from_http("Mon, 45 Jan") is None
    assert from_http(None) is None
