"""Listening to a switchboard: a call is told once, whole, whatever the wire does; wrong passwords are told from failures."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from app.channels.adapters.asterisk import ari_calls
from app.channels.adapters.asterisk.ami_adapter import AmiAdapter, AmiConfig
from app.channels.adapters.asterisk.ari_adapter import AriAdapter, AriConfig
from app.channels.contract import Attachment, CheckState, Delivery, Event, EventType
from app.channels.errors import ChannelError, CredentialsRefused, Unfetched
from app.channels.kit.websocket import Broken
from tests.simulators import asterisk
from tests.simulators.asterisk import Events, Manager, block, call, channel, context, frame, standing, told

CALL = "1772442000.1"


def ami(manager: Manager, **changed: Any) -> AmiConfig:
    given = {"host": "pbx.example.org", "port": manager.port, "tls": False, "linger_s": 0.05}
    return AmiConfig(**{**given, "username": asterisk.USERNAME, "secret": asterisk.SECRET, **changed})


def ari(events: Events, **changed: Any) -> AriConfig:
    given = {"ari_url": f"http://pbx.example.org:{events.port}/ari", "username": asterisk.USERNAME}
    return AriConfig(**{**given, "password": asterisk.SECRET, **changed})


async def first(deliveries: AsyncIterator[Delivery], count: int) -> list[Delivery]:
    """Returns so many deliveries, then hangs up."""
    found: list[Delivery] = []
    async with asyncio.timeout(20):
        async for delivery in deliveries:
            found.append(delivery)
            if len(found) == count:
                break
    await deliveries.aclose()  # type: ignore[attr-defined]  # a generator, as every `listen` of ours
    return found


async def the_rest(deliveries: AsyncIterator[Delivery]) -> list[Delivery]:
    async with asyncio.timeout(20):
        return [delivery async for delivery in deliveries]


def parsed(found: Sequence[Delivery], config: AmiConfig | AriConfig) -> list[Event]:
    adapter = AmiAdapter() if isinstance(config, AmiConfig) else AriAdapter()
    return [event for delivery in found for event in adapter.parse(delivery, config)]


async def test_a_call_is_one_delivery_however_its_lines_are_cut_and_whatever_else_is_said() -> None:
    whole = call(call_id=CALL)
    huge = block(Event="VarSet", Variable="HUGE", Value="x" * 200_000)
    cut = [part for at in range(0, len(whole), 97) for part in (whole[at : at + 97], asterisk.PAUSE)]
    scene = [huge, *cut, call(call_id="1772442000.2", answered=True)]
    async with standing(Manager([scene])) as manager:
        config = ami(manager, missed_calls=True, linger_s=10)
        announced: list[bool] = []
        listening = context(listening=lambda: announced.append(True))
        found = await first(AmiAdapter().listen(config, listening), 2)
    missed, answered = parsed(found, config)
    assert announced == [True]
    assert (missed.type, missed.text) == (EventType.MESSAGE_RECEIVED, "Appel manqué. À rappeler.")
    assert missed.sender is not None
    assert (missed.sender.address, missed.fields["call"], missed.fields["duration_s"]) == (
        "+33199000001",
        "missed",
        100,
    )
    assert (answered.type, answered.fields["call"], answered.fields["talk_s"]) == (EventType.IGNORED, "answered", 80)
    assert "Secret" not in manager.actions[1], "the challenge keeps the password at home"


async def test_a_record_that_comes_late_is_waited_for_and_one_that_comes_too_late_doubles_nothing() -> None:
    without, late = call(call_id=CALL, record=False), call(call_id=CALL).rpartition(b"Event: Cdr")[2]
    scene = [without, *[asterisk.PAUSE] * 6, b"Event: Cdr" + late, call(call_id="1772442000.2")]
    async with standing(Manager([scene])) as manager:
        config = ami(manager, missed_calls=True)
        found = await first(AmiAdapter().listen(config, context()), 2)
    assert [event.external_id for event in parsed(found, config)] == [CALL, "1772442000.2"]


async def test_half_an_event_is_nothing_and_a_call_heard_from_its_middle_says_so() -> None:
    whole = call(call_id=CALL, record=False)
    blocks = whole.split(b"\r\n\r\n")
    async with standing(Manager([[b"\r\n\r\n".join(blocks[:3])[:-5]]], close=True)) as manager:
        assert await the_rest(AmiAdapter().listen(ami(manager), context())) == []
        manager.scenes, manager.close = [[b"\r\n\r\n".join(blocks[4:])]], False
        config = ami(manager, missed_calls=True)
        found = await first(AmiAdapter().listen(config, context()), 1)
    (event,) = parsed(found, config)
    assert (event.fields["call"], event.external_id) == ("unknown", CALL)
    assert event.text is not None
    assert "À vérifier" in event.text


@pytest.mark.parametrize("shown", ["anonymous", "Unavailable", "", "<unknown>"])
async def test_an_anonymous_caller_is_nobody_and_each_of_their_calls_stands_alone(shown: str) -> None:
    config = AmiConfig(missed_calls=True)
    (event,) = parsed([Delivery(body=call(shown, call_id=CALL))], config)
    assert (event.type, event.sender, event.thread_key) == (EventType.MESSAGE_RECEIVED, None, CALL)


@pytest.mark.parametrize(
    ("number", "config"), [("201", {}), ("0199000001", {"contexts": ("from-elsewhere",)})], ids=["inner", "context"]
)
def test_a_call_that_is_no_citizens_stays_in_the_log(number: str, config: dict[str, Any]) -> None:
    (event,) = parsed([Delivery(body=call(number))], AmiConfig(missed_calls=True, answered_calls=True, **config))
    assert (event.type, event.fields["direction"]) == (EventType.IGNORED, "other")


async def test_a_wrong_password_is_told_from_a_server_that_is_none_and_from_one_that_is_away() -> None:
    async with standing(Manager()) as manager:
        wrong, adapter = ami(manager, secret="another"), AmiAdapter()
        with pytest.raises(CredentialsRefused):
            await the_rest(adapter.listen(wrong, context()))
        assert (await adapter.check(wrong, context())).state is CheckState.REFUSED
        assert (await adapter.check(ami(manager), context())).state is CheckState.READY
        manager.banner = b"220 mail.example.org ESMTP\r\n"
        with pytest.raises(ChannelError, match="AMI"):
            await the_rest(adapter.listen(ami(manager), context()))
        assert (await adapter.check(ami(manager), context())).state is CheckState.UNSURE
    assert (await adapter.check(ami(manager), context())).state is CheckState.UNREACHABLE
    assert (await adapter.check(AmiConfig(), context())).state is CheckState.INCOMPLETE


def test_a_password_never_leaves_in_clear() -> None:
    with pytest.raises(ValueError, match="en clair"):
        AmiConfig(tls=False, challenge=False)


def test_nobody_calls_these_doors() -> None:
    for adapter, config in ((AmiAdapter(), AmiConfig()), (AriAdapter(), AriConfig())):
        verdict = adapter.verify(Delivery(body=call(), method="POST"), config, now=asterisk.NOON)
        assert verdict.verified is False


def answered_by_ari(call_id: str) -> list[bytes]:
    """One call as ARI tells it: the leg rung is made before anybody says who rings it."""
    caller, rung = channel(call_id, "0199000001"), channel(f"{call_id}9", "201", name="Accueil")
    return [
        told("ChannelCreated", "10:00:00", channel=caller),
        told("ChannelCreated", "10:00:01", channel=rung),
        told("Dial", "10:00:01", caller=caller, peer=rung, dialstatus=""),
        told("Dial", "10:00:12", caller=caller, peer=rung, dialstatus="ANSWER"),
        told("ChannelVarset", "10:00:12", variable="X", value="1"),
        told("ChannelDestroyed", "10:01:40", cause=16, channel=rung),
        told("ChannelDestroyed", "10:01:40", cause=16, channel=caller),
    ]


async def test_a_call_is_gathered_from_all_its_legs_over_a_stream_cut_into_frames() -> None:
    first_call, second = answered_by_ari(CALL), answered_by_ari("1772442000.2")
    cut = frame(first_call[0])
    fragments = [frame(first_call[1][:40], final=False), frame(b"", opcode=9), frame(first_call[1][40:], opcode=0)]
    scene = [cut[:30], asterisk.PAUSE, cut[30:], *fragments, *map(frame, [*first_call[2:], *second])]
    async with standing(Events([scene])) as events:
        config = ari(events, answered_calls=True)
        found = await first(AriAdapter().listen(config, context()), 2)
    one, other = parsed(found, config)
    assert (one.text, other.external_id) == (
        "Appel pris par Accueil, 1 min 28 s. À résumer : ce qui a été dit n’est pas ici.",
        "1772442000.2",
    )
    assert (one.fields["wait_s"], one.fields["talk_s"]) == (12, 88)
    assert "subscribeAll=true" in events.asked[0]
    assert asterisk.SECRET not in events.asked[0]


async def test_a_recording_that_ends_after_its_call_is_still_of_its_caller() -> None:
    caller = channel(CALL, "0199000001")
    recording = {"name": "parvis/1", "format": "wav", "target_uri": f"channel:{CALL}", "duration": 32}
    scene = [
        told("ChannelCreated", "10:00:00", channel=caller),
        told("ChannelDestroyed", "10:01:00", cause=16, channel=caller),
        told("RecordingFinished", "10:01:00", recording=recording),
    ]
    async with standing(Events([list(map(frame, scene))])) as events:
        config = ari(events)
        found = await first(AriAdapter().listen(config, context()), 2)
    missed, voice = parsed(found, config)
    assert (missed.type, voice.type) == (EventType.IGNORED, EventType.MESSAGE_RECEIVED)
    assert voice.sender is not None
    assert (voice.sender.address, voice.attachments[0].source) == ("+33199000001", "parvis/1")


@pytest.mark.parametrize(
    ("scene", "error"),
    [
        ([frame(b"x" * 1_100_000)], Broken),
        ([b"HTTP/1.1 200 OK\r\n\r\n<html>"], Broken),
        ([frame(b"{", opcode=0)], Broken),
        ([frame(b"{}"), frame(b"not json"), frame(b"[1]"), frame(b"", opcode=8)], None),
    ],
    ids=["larger than its bound", "no frames", "a fragment of nothing", "no event, then closed"],
)
async def test_what_is_no_stream_of_events_ends_the_connection(
    scene: Sequence[bytes], error: type[Exception] | None
) -> None:
    async with standing(Events([scene])) as events:
        listening = AriAdapter().listen(ari(events), context())
        if error is None:
            assert await the_rest(listening) == []
            return
        with pytest.raises(error):
            await the_rest(listening)


async def test_a_refused_handshake_is_a_password_and_another_answer_an_address() -> None:
    async with standing(Events()) as events:
        with pytest.raises(CredentialsRefused):
            await the_rest(AriAdapter().listen(ari(events, password="another"), context()))
        events.status = 404
        with pytest.raises(ChannelError, match="404"):
            await the_rest(AriAdapter().listen(ari(events), context()))


SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt "


def recordings(request: httpx.Request) -> httpx.Response:
    good = request.headers.get("authorization", "").startswith("Basic ")
    if request.url.path == "/ari/recordings/stored/parvis/1/file" and good:
        return httpx.Response(200, content=SOUND)
    if request.url.path == "/ari/recordings/stored/parvis/page/file":
        return httpx.Response(200, content=b"<html>")
    return httpx.Response(404 if good else 401)


async def test_a_voice_message_is_fetched_where_it_stands_and_is_a_sound() -> None:
    config = AriConfig(ari_url="https://pbx.example.org:8089/ari", username="parvis", password="word")
    async with httpx.AsyncClient(transport=httpx.MockTransport(recordings)) as client:
        speaking = context(http=client)

        async def fetched(source: str) -> bytes:
            piece = Attachment(name="m.wav", content_type="audio/wav", source=source)
            return await AriAdapter().fetch(piece, config, speaking)

        assert await fetched("parvis/1") == SOUND
        for source in ("parvis/page", "../../etc/passwd", "a?b", "parvis/2", "https://elsewhere.example.org/1.wav"):
            with pytest.raises(Unfetched):
                await fetched(source)


def test_a_switchboard_that_is_never_silent_does_not_fill_up_with_calls_whose_end_was_not_heard() -> None:
    gathering = ari_calls.Gathering()
    for number in range(ari_calls._MOST_CALLS):
        # A leg that is rung once its caller has gone: nothing more will be said of it.
        dial = {"type": "Dial", "caller": {"id": f"gone-{number}"}, "peer": {"id": f"peer-{number}"}}
        gathering.heard(dial, b"{}", at=0.0)
    created, destroyed = ({"type": kind, "channel": {"id": CALL}} for kind in ("ChannelCreated", "ChannelDestroyed"))
    later = ari_calls._LONGEST_S + 1
    gathering.heard(created, b'{"type": "ChannelCreated"}', at=later)
    assert gathering.heard(destroyed, b'{"type": "ChannelDestroyed"}', at=later) is not None
