"""An acknowledgement is late only while it is owed: what the law excuses or somebody waived is not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.ids import new_id
from app.sve.acknowledged import Acknowledgement, Standing, acknowledgements
from app.sve.values import Duty, LegalEvent

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = date(2026, 3, 3)
MESSAGE = new_id()
A_DUTY = Duty(
    id=new_id(),
    ticket_id=new_id(),
    message_id=MESSAGE,
    kind="AEE",
    due_on=DUE,
    source="CRPA R112-11-2",
    done_at=None,
    waived_at=None,
    waived_reason=None,
)


class Read:
    """What `acknowledgements` looks at of a saisine."""

    def __init__(self, *, closed: bool = False, **values: Any) -> None:
        self.message_id, self.closed_at = MESSAGE, AT if closed else None
        self.reading = {"values": {"aee_due_date": DUE.isoformat(), **values}}


def of(saisine: Any, events: list[LegalEvent], duties: list[Duty]) -> list[Acknowledgement]:
    return acknowledgements(saisine, events, duties)


def test_one_that_nothing_settles_is_owed() -> None:
    assert of(Read(), [], [A_DUTY]) == [Acknowledgement(kind="AEE", due_on=DUE, standing=Standing.OWED, because=None)]


@pytest.mark.parametrize(
    ("saisine", "duty", "standing"),
    [
        (Read(aee_done=True), A_DUTY, Standing.DONE),  # an ARE that left first stands for it (CRPA L112-11)
        (Read(), replace(A_DUTY, done_at=AT), Standing.DONE),
        (Read(), replace(A_DUTY, waived_at=AT, waived_reason="repris"), Standing.WAIVED),
        (Read(closed=True), A_DUTY, Standing.OVER),
        (Read(), replace(A_DUTY, message_id=new_id(), done_at=AT), Standing.OWED),  # another message's
    ],
)
def test_what_is_excused_or_waived_is_not_owed(saisine: Read, duty: Duty, standing: Standing) -> None:
    (found,) = of(saisine, [], [duty])
    assert (found.standing, found.because) == (standing, "repris" if standing is Standing.WAIVED else None)


def test_one_that_left_without_its_mentions_is_still_owed() -> None:
    (found,) = of(Read(aee_due_date=None, are_due_date="2026-03-16", are_done=False), [], [])
    assert (found.kind, found.standing) == ("ARE", Standing.OWED)


def test_what_no_text_dates_is_not_told() -> None:
    assert of(Read(aee_due_date=None, ar_due_date=None), [], [A_DUTY]) == []
