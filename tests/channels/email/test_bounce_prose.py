"""Bounces in the layouts mailers use, read for what they all say: which of our mails, what became of it, and why."""

import pytest

from app.channels.contract import DeliveryStatus, EventType
from app.channels.kit.mail_status import is_lasting, words_of
from tests.channels.email.bounces import AWAY, BOUNCES, Bounce
from tests.channels.email.conftest import Read
from tests.channels.email.made import part, parts
from tests.channels.email.test_reports import OURS, RETURNED, bounce, facts, group


@pytest.mark.parametrize("one", BOUNCES, ids=lambda one: one.name)
def test_a_bounce_written_for_people_is_read(one: Bounce, read: Read) -> None:
    event = read(one.raw())
    assert (event.type, event.reason) == (EventType.DELIVERY_UPDATE, "bounce")
    told = facts(event)
    assert (told["status"], event.status, event.reports_on) == (one.code, one.status, one.ours)
    assert told["recipient"] == one.recipient
    assert event.automatic


@pytest.mark.parametrize("raw", AWAY)
def test_somebody_who_is_away_is_somebody_and_no_bounce(raw: str, read: Read) -> None:
    event = read(raw.replace("\n", "\r\n").encode())
    assert (event.type, event.automatic) == (EventType.MESSAGE_RECEIVED, True)


def test_each_recipient_of_a_notification_has_a_fate_of_its_own(read: Read) -> None:
    groups = [
        group("failed", "5.1.1").replace("usager@", "un@"),
        group("delayed", "4.2.2").replace("usager@", "deux@"),
        group("delivered", "2.1.5").replace("usager@", "trois@"),
        group("expanded", "2.0.0").replace("usager@", "quatre@"),
        group("failed", "4.4.7").replace("usager@", "cinq@"),
    ]
    event = read(bounce(*groups))
    fates = {one["recipient"]: one["became"] for one in facts(event)["recipients"]}  # type: ignore[attr-defined]
    assert fates == {
        "un@example.fr": "bounced",
        "deux@example.fr": "accepted",
        "trois@example.fr": "delivered",
        "quatre@example.fr": "sent",
        "cinq@example.fr": "failed",
    }
    assert event.status is DeliveryStatus.BOUNCED


def test_the_other_servers_words_tell_more_than_a_relays_code(read: Read) -> None:
    event = read(bounce(group("failed", "5.0.0", diagnostic="smtp; 552 5.2.2 mailbox full")))
    assert (facts(event)["status"], facts(event)["permanent"]) == ("5.2.2", False)


@pytest.mark.parametrize(
    ("kind", "by_a_person"), [("abuse", True), ("opt-out", True), ("auth-failure", False), ("not-spam", False)]
)
def test_a_complaint_says_whether_a_person_made_it(kind: str, by_a_person: bool, read: Read) -> None:
    raw = parts(
        part("report"),
        part(f"Feedback-Type: {kind}\r\nVersion: 1\r\n", content_type="message/feedback-report"),
        part(RETURNED, content_type="text/rfc822-headers"),
        kind="report; report-type=feedback-report",
    )
    event = read(raw)
    assert (event.reports_on, facts(event)["by_a_person"]) == (OURS, by_a_person)


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        ("5.1.1", "cette adresse n'existe pas (5.1.1)", "this address does not exist (5.1.1)"),
        ("4.2.2", "la boîte de la personne est pleine (4.2.2)", "the person's mailbox is full (4.2.2)"),
        ("5.7.999", "le serveur de la personne refuse ce message (5.7.999)", None),
        ("5.9.9", "le serveur de la personne ne dit pas pourquoi (5.9.9)", None),
        (None, "le serveur de la personne ne dit pas pourquoi", None),
        ("n'importe quoi", "le serveur de la personne ne dit pas pourquoi", None),
    ],
)
def test_a_code_has_words_for_agents(code: str | None, french: str, english: str | None) -> None:
    said = words_of(code)
    assert said.fr == french
    assert english is None or said.en == english


def test_only_what_will_not_change_is_lasting() -> None:
    assert [is_lasting(code) for code in ("5.1.1", "5.2.2", "4.1.1", None)] == [True, False, False, False]
