"""The call log of a switchboard: what each event makes, and that nothing goes back."""

import json
from typing import Any

import pytest

from app.channels.adapters.asterisk.adapter import AsteriskAdapter, AsteriskConfig
from app.channels.adapters.phone import PhoneAdapter, PhoneConfig
from app.channels.adapters.phone_calls import TRANSCRIBED, WITHHELD
from app.channels.contract import Delivery, Event, EventType
from app.channels.errors import Unreadable
from tests.harness.houses import MovableClock

CALL = {
    "call_id": "c1",
    "direction": "in",
    "from": "0199000001",
    "to": "0199000000",
    "started_at": "2026-03-02T09:00:00",
}


def told(territory: str = "FR", /, **changes: Any) -> Event:
    body = json.dumps({**CALL, **changes}).encode()
    (event,) = PhoneAdapter().parse(Delivery(body=body), PhoneConfig(accept_unsigned=True, territory=territory))
    return event


@pytest.mark.parametrize("status", ["missed", "abandoned", "busy", "failed"])
def test_a_call_nobody_took_is_to_be_called_back(status: str) -> None:
    event = told(status=status)
    assert (event.type, event.event_key) == (EventType.MESSAGE_RECEIVED, "c1:ended")
    assert event.text is not None
    assert "à rappeler" in event.text


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "ringing"},
        {"status": "answered"},
        {"status": "transferred"},
        {"status": "missed", "direction": "internal"},
        {"status": "answered", "ended_at": "x", "direction": "out"},
    ],
)
def test_what_ends_no_call_of_a_citizen_makes_no_message(changes: dict[str, str]) -> None:
    assert told(**changes).type is EventType.IGNORED


def test_an_answered_call_has_the_one_end_a_missed_one_would_have() -> None:
    taken = told(status="answered", ended_at="2026-03-02T09:04:00", agent="Accueil", talk_s=192)
    assert (taken.event_key, taken.text) == (
        told(status="missed").event_key,
        "Appel pris par Accueil, 3 min 12 s. À résumer : ce qui a été dit n’est pas ici.",
    )


def test_a_voice_message_is_a_piece_and_its_transcript_is_said_to_be_a_machines() -> None:
    event = told(
        status="voicemail", voicemail={"url": "https://pbx.example.org/2.ogg", "duration_s": 32}, transcript="Oui."
    )
    (sound,) = event.attachments
    assert (event.event_key, sound.source, sound.content_type) == (
        "c1:voicemail",
        "https://pbx.example.org/2.ogg",
        "audio/ogg",
    )
    assert event.text == "[message vocal 32 s] À rappeler.\n\nTranscription automatique, à vérifier :\nOui."
    assert TRANSCRIBED in event.warnings


@pytest.mark.parametrize("shown", ["", "anonymous", "Restricted", "unknown", None, "4012"])
def test_a_withheld_or_inner_number_is_nobodys_contact_and_each_such_call_stands_alone(shown: str | None) -> None:
    changes: dict[str, Any] = {"status": "missed", "from": shown}
    event = told(**changes)
    assert (event.sender, event.thread_key, event.warnings) == (None, "c1", [WITHHELD])


def test_an_overseas_number_is_of_its_island_and_a_known_caller_goes_on_in_their_request() -> None:
    here, there = told(status="missed", **{"from": "0696 00 00 01"}), told("NC", status="missed", **{"from": "251234"})
    assert here.sender is not None
    assert there.sender is not None
    assert (here.sender.address, here.thread_key) == ("+596696000001", None)
    assert there.sender.address == "+687251234"


def test_a_call_without_a_name_is_held_for_a_person() -> None:
    with pytest.raises(Unreadable):
        told(status="missed", call_id=None)


def test_without_a_secret_the_door_is_shut() -> None:
    verdict = PhoneAdapter().verify(Delivery(body=b"{}"), PhoneConfig(), now=MovableClock()())
    assert verdict.verified is False


def test_every_call_of_a_long_log_is_read() -> None:
    log = [{**CALL, "call_id": f"c{number}", "status": "missed"} for number in range(1000)]
    events = PhoneAdapter().parse(Delivery(body=json.dumps(log).encode()), PhoneConfig(accept_unsigned=True))
    assert [event.event_key for event in events] == [f"c{number}:ended" for number in range(1000)]


def test_every_event_of_a_long_stream_is_read_and_one_too_long_is_refused_whole() -> None:
    one = b"Event: Hangup\r\nUniqueid: %d\r\nLinkedid: %d\r\n\r\n"
    stream = b"".join(one % (number, number) for number in range(1000))
    events = AsteriskAdapter().parse(Delivery(body=stream), AsteriskConfig())
    assert len({event.event_key for event in events}) == 1000
    with pytest.raises(Unreadable, match="send them in several"):
        AsteriskAdapter().parse(Delivery(body=stream * 6), AsteriskConfig())
