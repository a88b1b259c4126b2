"""A switchboard a town listens to: calls in the log, missed ones and voice messages to the agents, nothing electronic."""

import pytest

from app.channels.values import Channel, ChannelState
from app.exchanges import call_log
from app.exchanges.call_log import LoggedCall
from tests.exchanges.test_streaming import a_process, present, running, until
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse
from tests.simulators import asterisk
from tests.simulators.asterisk import Manager, block, call, standing

VOICE = block(
    Event="UserEvent",
    UserEvent="VoicemailMessage",
    Uniqueid="1772442300.5",
    Linkedid="1772442300.5",
    CallerIDNum="0199000005",
    Recording="parvis/5",
    Duration="12",
)


async def a_switchboard(town: TownHouse, manager: Manager, **settings: object) -> Channel:
    given = {"host": "127.0.0.1", "port": manager.port, "tls": False, "username": asterisk.USERNAME}
    return await town.connect("phone.ami", {**given, "secret": asterisk.SECRET, "linger_s": 0.05, **settings})


async def logged(town: TownHouse, channel: Channel) -> list[LoggedCall]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return list(await call_log.page(session, town.tenant_id, channel.id, after=None, limit=50))


async def listened(town: TownHouse, channel: Channel, *, calls: int) -> None:
    """Listens until so many calls are in the log."""

    async def all_there() -> bool:
        await town.house.inbound.drain(str(town.tenant_id))
        return len(await logged(town, channel)) == calls

    async with running(a_process(town)):
        await until(all_there)


async def test_each_call_is_one_line_and_those_the_settings_name_reach_the_agents(town: TownHouse) -> None:
    scene = [
        call(call_id="1772442000.1"),
        call("anonymous", call_id="1772442100.2"),
        call("0199000003", call_id="1772442200.3", answered=True),
        call("202", call_id="1772442250.4"),
        VOICE,
    ]
    async with standing(Manager([scene])) as manager:
        channel = await a_switchboard(town, manager, missed_calls=True)
        await listened(town, channel, calls=5)
    lines = {line.call_id: line for line in await logged(town, channel)}
    assert [(lines[name].outcome, lines[name].caller, lines[name].incoming) for name in sorted(lines)] == [
        ("missed", "+33199000001", True),
        ("missed", None, True),
        ("answered", "+33199000003", True),
        ("missed", None, False),
        ("voicemail", "+33199000005", True),
    ]
    assert (lines["1772442000.1"].duration_s, lines["1772442200.3"].talk_s) == (100, 80)
    tickets = {ticket.id: ticket for ticket in await town.tickets()}
    assert {line.ticket_id for line in lines.values() if line.ticket_id} == set(tickets)
    assert len(tickets) == 3
    words = {message.text for ticket in tickets for message in await town.thread(ticket)}
    assert words == {"Appel manqué. À rappeler.", "[message vocal 12 s] À rappeler."}
    for ticket in tickets:
        kinds = {duty.kind.value for duty in (await town.law(ticket)).duties}
        assert not kinds & {"AEE", "ARE"}, "a call is no electronic sending (CRPA L112-11)"


async def test_without_the_setting_a_missed_call_is_a_line_and_no_request(town: TownHouse) -> None:
    async with standing(Manager([[call()]])) as manager:
        channel = await a_switchboard(town, manager)
        await listened(town, channel, calls=1)
    assert await town.tickets() == []


async def test_a_cut_doubles_no_call_and_the_next_connection_goes_on(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from app.exchanges import connections

    monkeypatch.setattr(connections, "FIRST_WAIT", timedelta(milliseconds=5))
    whole = call(call_id="1772442100.2")
    scenes = [[call(), whole[: len(whole) // 2]], [call(), call(call_id="1772442200.3")]]
    async with standing(Manager(list(scenes), close=True)) as manager:
        channel = await a_switchboard(town, manager, missed_calls=True)
        await listened(town, channel, calls=2)
    assert {line.call_id for line in await logged(town, channel)} == {"1772442000.1", "1772442200.3"}
    assert len(await town.tickets()) == 1, "the same caller goes on in the request that is open"


async def test_a_password_that_is_refused_asks_for_another(town: TownHouse) -> None:
    async with standing(Manager()) as manager:
        channel = await a_switchboard(town, manager, secret="another word")

        async def refused() -> bool:
            return (await present(town, channel)).state is ChannelState.NEEDS_REAUTH

        async with running(a_process(town)):
            await until(refused)
    assert "manager.conf" in str((await present(town, channel)).state_reason)


async def test_the_log_forgets_after_a_year(town: TownHouse, clock: MovableClock) -> None:
    second = "1772442100.2"
    async with standing(Manager([[call()], [call(call_id=second)]])) as manager:
        channel = await a_switchboard(town, manager)
        await listened(town, channel, calls=1)
        clock.move(days=366)

        async def only_the_second() -> bool:
            await town.house.inbound.drain(str(town.tenant_id))
            return [line.call_id for line in await logged(town, channel)] == [second]

        async with running(a_process(town)):
            await until(only_the_second)
