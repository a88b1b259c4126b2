"""A saisine from end to end on the real database: what is stored always follows from what was recorded."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import ClockRunning, ParvisError, Stale
from app.facts import Actor
from app.ids import Prefix, new_id, public_id
from app.sve import repository
from app.sve.cases import AS_OF, case_of_saisine
from app.sve.joining import Joined
from app.sve.law import Regime, read
from app.sve.law.happenings import Admitted
from app.sve.proving import Proof, prove
from app.sve.redating import redate
from app.sve.refusing import OutOfSequence
from app.sve.values import LegalEvent, Saisine
from app.tickets.values import Status
from tests.harness.towns import TownHouse, mail
from tests.sve.told import TENANT, a_saisine, past, recorded, tell

AGENT = Actor("agent", None, "Accueil")
PIECES = {"type": "pieces_requested", "at": "2026-03-16T10:00:00Z", "deadline_date": "2026-03-31"}
NOTIFIED = {"type": "express_decision", "sense": "refusal", "notified_at": "2026-03-30T09:00:00Z"}


async def a_request(town: TownHouse, regime: Regime | None = Regime.SVA, **words: str) -> Saisine:
    kept = await town.receive(mail(**words))
    saisine = (await town.law(kept.ticket_id)).saisines[-1]
    return saisine if regime is None else await qualify(town, saisine, regime)


async def qualify(town: TownHouse, saisine: Saisine, regime: Regime) -> Saisine:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=regime,
            delay="P2M" if regime is not Regime.NONE else None,
            procedure=None,
            reason="essai",
            version=saisine.version,
            actor=AGENT,
        )


async def record(town: TownHouse, saisine: Saisine, *events: Mapping[str, Any]) -> Saisine:
    """Records events in one transaction: all of them, or none."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        for event in events:
            saisine = await town.house.legal.record(
                session, town.tenant_id, saisine.id, event, version=saisine.version, actor=AGENT
            )
    return saisine


async def join(town: TownHouse, saisine: Saisine, to: Saisine) -> Joined:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.legal.join(
            session, town.tenant_id, saisine.id, to=to.id, reason="la même", version=saisine.version, actor=AGENT
        )


async def present(town: TownHouse, saisine_id: UUID) -> tuple[Saisine, Sequence[LegalEvent]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        saisine = await town.house.legal.get(session, town.tenant_id, saisine_id)
        return saisine, await town.house.legal.events_of(session, saisine)


async def proved(town: TownHouse, seen: list[int] | None = None) -> Proof:
    return await prove(
        town.house.database,
        town.house.tenants,
        town.tenant_id,
        clock=town.clock,
        seen=(seen if seen is not None else []).append,
    )


async def tampered(town: TownHouse, owner_url: str, statement: str, *values: object) -> None:
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute(statement, values)


async def test_what_is_stored_follows_from_what_was_recorded_whatever_the_day(town: TownHouse) -> None:
    saisine = await a_request(town)
    await a_request(town, None, message_id="<b@example.org>")
    town.clock.move(days=15)
    await record(town, saisine, PIECES)
    for days in (0, 3, 40, 90):
        town.clock.move(days=days)
        proof = await proved(town)
        assert (proof.seen, proof.differing, proof.first) == (2, 0, [])
        await town.house.watch.sweep(town.tenant_id)


async def test_a_stored_clock_that_says_otherwise_is_named_with_what_it_should_say(
    town: TownHouse, owner_url: str
) -> None:
    saisine = await a_request(town)
    await a_request(town, message_id="<b@example.org>")
    await tampered(town, owner_url, "UPDATE saisines SET term_on = '2026-06-02' WHERE id = %s", saisine.id)
    proof = await proved(town)
    assert (proof.seen, proof.differing) == (2, 1)
    assert str(proof.first[0]).endswith("term_on: stored 2026-06-02, recomputed 2026-05-02")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("wake_on = NULL", "wake_on"),
        ("wake_on = '2027-01-01'", "wake_on"),
        ("alert_on = NULL", "alert_on"),
        ("risk = 'none'", "risk"),
        ("reading = jsonb_set(reading, '{values,term_date}', '\"2030-01-01\"')", "reading"),
    ],
)
async def test_nothing_that_would_keep_a_warning_from_coming_goes_unseen(
    town: TownHouse, owner_url: str, change: str, what: str
) -> None:
    saisine = await a_request(town)
    await tampered(town, owner_url, f"UPDATE saisines SET {change} WHERE id = %s", saisine.id)
    assert what in {one.what for one in (await proved(town)).first}


async def test_an_event_nobody_stored_a_reading_for_is_seen(town: TownHouse, owner_url: str) -> None:
    saisine = await a_request(town)
    await tampered(
        town,
        owner_url,
        'UPDATE legal_events SET payload = payload || \'{"at": "2026-02-20T09:00:00Z"}\' '
        "WHERE saisine_id = %s AND type = 'received'",
        saisine.id,
    )
    assert "term_on" in {one.what for one in (await proved(town)).first}


async def test_clocks_read_under_older_rules_are_counted_apart(town: TownHouse, owner_url: str) -> None:
    saisine = await a_request(town)
    await tampered(
        town, owner_url, "UPDATE saisines SET rules_version = 'old', term_on = NULL WHERE id = %s", saisine.id
    )
    proof = await proved(town)
    assert (proof.seen, proof.older, proof.differing) == (1, 1, 0)


async def test_a_long_proof_says_how_far_it_is(town: TownHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sve.proving.BATCH", 2)
    for number in range(5):
        await a_request(town, None, message_id=f"<{number}@example.org>")
    seen: list[int] = []
    assert (await proved(town, seen)).seen == 5
    assert seen == [2, 4, 5]


async def test_a_batch_with_one_impossible_event_changes_nothing(town: TownHouse) -> None:
    saisine = await a_request(town)
    town.clock.move(days=30)
    before = await present(town, saisine.id)
    with pytest.raises(OutOfSequence):
        await record(town, saisine, PIECES, NOTIFIED, {**NOTIFIED, "notified_at": "2026-03-31T09:00:00Z"})
    assert await present(town, saisine.id) == before


async def test_a_decision_on_another_version_is_refused(town: TownHouse) -> None:
    saisine = await a_request(town)
    town.clock.move(days=30)
    await record(town, saisine, PIECES)
    with pytest.raises(Stale):
        await record(town, saisine, NOTIFIED)


async def test_what_is_told_half_a_minute_ahead_counts_at_once(town: TownHouse) -> None:
    """The clock of whoever tells it may be a little fast: the event must not wait for the next look."""
    saisine = await a_request(town)
    town.clock.move(days=10)
    soon = (town.clock() + timedelta(seconds=30)).isoformat()
    decided = await record(town, saisine, {"type": "express_decision", "sense": "refusal", "notified_at": soon})
    assert decided.closed_at is not None
    assert (await proved(town)).holds


async def test_who_when_and_which_rules_are_kept(town: TownHouse) -> None:
    saisine = await a_request(town)
    town.clock.move(days=30)
    after = await record(town, saisine, NOTIFIED)
    _, events = await present(town, saisine.id)
    assert (events[-1].actor, events[-1].recorded_at, events[-1].backdated) == ("agent", town.clock(), True)
    assert after.rules_version
    assert after.reading[AS_OF] == town.clock().isoformat()


async def test_a_message_told_of_late_says_so(town: TownHouse) -> None:
    """23:30 in Paris, read after midnight: received one day, recorded the next."""
    town.clock.at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    await town.accept(mail())
    town.clock.move(hours=1)
    await town.house.inbound.drain(str(town.tenant_id))
    (ticket,) = await town.tickets()
    law = await town.law(ticket.id)
    assert law.events[law.saisines[0].id][0].backdated is True


async def test_a_ticket_may_be_closed_once_its_message_is_dismissed(town: TownHouse) -> None:
    saisine = await a_request(town, None)

    async def close() -> None:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            ticket = await town.house.tickets.get(session, town.tenant_id, saisine.ticket_id)
            await town.house.tickets.change(
                session, town.tenant_id, ticket.id, {"status": Status.CLOSED}, version=ticket.version, actor=AGENT
            )

    with pytest.raises(ClockRunning, match="écartez"):
        await close()
    await record(town, saisine, {"type": "dismissed", "reason": "thanks"})
    await close()
    (ticket,) = await town.tickets()
    assert (ticket.risk, ticket.alert_on) == ("none", None)


async def test_a_dismissed_request_raises_no_alert_and_a_reopened_one_does(town: TownHouse) -> None:
    saisine = await record(town, await a_request(town, None), {"type": "dismissed", "reason": "information"})
    town.clock.move(days=61)
    await town.house.watch.sweep(town.tenant_id)

    async def alerts() -> list[str]:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            raised = await town.house.legal.alerts(session, town.tenant_id, open_only=False, after=None, limit=200)
        return [alert.threshold for alert in raised]

    assert await alerts() == []
    saisine, _ = await present(town, saisine.id)
    await record(town, saisine, {"type": "reopened", "reason": "c'était une demande"})
    await town.house.watch.sweep(town.tenant_id)
    assert any(code.startswith(("J-", "term")) for code in await alerts())


async def test_of_two_joined_requests_only_the_first_warns_and_both_prove(town: TownHouse) -> None:
    first = await a_request(town)
    town.clock.move(days=4)
    second = await a_request(town, message_id="<b@example.org>")
    assert first.ticket_id != second.ticket_id
    done = await join(town, second, first)
    assert (done.kept.term_on, done.joined.alert_on) == (first.term_on, None)
    assert (await proved(town)).holds
    tickets = {ticket.id: (ticket.risk, ticket.alert_on) for ticket in await town.tickets()}
    assert tickets[second.ticket_id] == ("none", None)
    town.clock.move(days=60)
    await town.house.watch.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        raised = await town.house.legal.alerts(session, town.tenant_id, open_only=False, after=None, limit=200)
    told = {(alert.saisine_id, alert.threshold) for alert in raised}
    assert (first.id, "born") in told
    # Its own message is still owed its acknowledgements, and only that.
    assert {code.partition("-")[0] for saisine_id, code in told if saisine_id == second.id} <= {"aee_due", "are_due"}
    assert any(saisine_id == second.id for saisine_id, _ in told)


async def test_an_earlier_reception_told_of_the_joined_one_moves_the_clock_that_counts(town: TownHouse) -> None:
    first = await a_request(town)
    town.clock.move(days=4)
    second = await a_request(town, message_id="<b@example.org>")
    done = await join(town, second, first)
    earlier = {"type": "received", "at": "2026-02-25T09:00:00Z", "channel": "post", "authority": "competent"}
    await record(town, done.joined, earlier)
    kept, events = await present(town, first.id)
    assert str(kept.term_on) == "2026-04-25"
    assert [event.type for event in events] == ["received", "qualified"]  # its own record is not rewritten
    assert (await proved(town)).holds


async def test_a_saisine_whose_request_is_decided_elsewhere_closes_with_it(town: TownHouse) -> None:
    first = await a_request(town)
    town.clock.move(days=4)
    second = await a_request(town, message_id="<b@example.org>")
    done = await join(town, second, first)
    town.clock.move(days=26)
    await record(town, done.joined, NOTIFIED)
    kept, _ = await present(town, first.id)
    assert kept.closed_at is not None


async def test_what_one_decision_answers_ends_with_it_and_lives_again_with_it(town: TownHouse) -> None:
    first = await a_request(town)
    town.clock.move(days=4)
    second = await a_request(town, None, message_id="<b@example.org>")
    await join(town, second, first)
    town.clock.move(days=26)
    refused = await record(town, (await present(town, first.id))[0], NOTIFIED)
    follower, _ = await present(town, second.id)
    assert (follower.joined_to, follower.closed_at) == (first.id, refused.closed_at)
    told = (await present(town, first.id))[1][-1]
    wrong = {"type": "corrected", "event_id": public_id(Prefix.LEGAL_EVENT, told.id), "reason": "mauvais dossier"}
    await record(town, refused, wrong)
    follower, _ = await present(town, second.id)
    assert (follower.joined_to, follower.closed_at) == (first.id, None)
    assert (await proved(town)).holds


async def test_a_request_repeated_after_the_decision_has_its_own_clock_and_says_why(town: TownHouse) -> None:
    first = await a_request(town)
    town.clock.move(days=40)
    second = await a_request(town, None, message_id="<b@example.org>")
    await join(town, second, first)
    await record(town, (await present(town, first.id))[0], NOTIFIED)  # on 30 March, before it was asked again
    again, events = await present(town, second.id)
    assert (again.joined_to, again.closed_at) == (None, None)
    assert again.alert_on == date(2026, 6, 11)
    assert (events[-1].type, events[-1].payload["marks"][0]["source"]) == ("separated", "CRPA L110-1, L411-2, L411-7")
    with pytest.raises(ParvisError) as refused:
        await join(town, again, first)
    assert refused.value.code == "join-refused"
    assert (await proved(town)).holds


async def test_no_request_joins_one_that_silence_decided_before_it_came(town: TownHouse) -> None:
    first = await a_request(town, Regime.SVR)
    town.clock.at = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
    in_time = await a_request(town, None, message_id="<b@example.org>")
    town.clock.move(days=1)
    late = await a_request(town, None, message_id="<c@example.org>")
    with pytest.raises(ParvisError, match="recours gracieux"):
        await join(town, late, first)
    assert (await join(town, in_time, first)).joined.joined_to == first.id
    assert (await present(town, late.id))[0].alert_on == date(2026, 7, 3)


async def test_when_the_request_that_counted_is_dismissed_what_followed_it_counts_again(town: TownHouse) -> None:
    first = await a_request(town)
    town.clock.move(days=4)
    second = await a_request(town, None, message_id="<b@example.org>")
    await join(town, second, first)
    await record(town, (await present(town, first.id))[0], {"type": "dismissed", "reason": "spam"})
    again, _ = await present(town, second.id)
    assert (again.joined_to, again.closed_at, again.alert_on) == (None, None, date(2026, 5, 6))
    assert (await proved(town)).holds


# -- properties ------------------------------------------------------------------------------------

DAYS = st.integers(min_value=1, max_value=80)
KINDS: Mapping[str, dict[str, Any]] = {
    "pieces_requested": {"deadline_days": 30},
    "pieces_received": {"complete": True},
    "extension_notified": {"added": "P1M"},
    "suspension_notified": {"until": "2026-05-01"},
    "suspension_lifted": {},
    "transmitted": {},
    "transferred": {"to": "competent"},
    "ack_sent": {"kind": "ARE"},
    "identity_provided": {},
    "express_decision": {"sense": "unfavourable"},
    "request_withdrawn": {"verified": True},
    "withdrawal_decision": {},
    "attestation_requested": {},
    "gracious_appeal_received": {},
}
EVENTS = st.builds(
    lambda kind, day: {
        "type": kind,
        "at": (datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=day)).isoformat().replace("+00:00", "Z"),
        **KINDS[kind],
    },
    st.sampled_from(sorted(KINDS)),
    DAYS,
)
SEQUENCES = st.lists(EVENTS, min_size=1, max_size=6, unique_by=lambda event: event["at"])


@given(events=SEQUENCES, regime=st.sampled_from([Regime.SVA, Regime.SVR, Regime.UNKNOWN]), annul=st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_told_the_stored_clock_is_that_of_its_events(
    town: TownHouse, events: list[dict[str, Any]], regime: Regime, annul: bool
) -> None:
    town.clock.at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    saisine = await a_request(town, regime, message_id=f"<{town.clock.at.timestamp()}-{id(events)}@example.org>")
    town.clock.move(days=90)
    for event in events:
        try:
            saisine = await record(town, saisine, event)
        except ParvisError:
            assert (await present(town, saisine.id))[0] == saisine
    if annul:
        _, told = await present(town, saisine.id)
        name = public_id(Prefix.LEGAL_EVENT, told[-1].id)
        try:
            saisine = await record(town, saisine, {"type": "corrected", "event_id": name, "reason": "erreur"})
        except ParvisError:
            assert (await present(town, saisine.id))[0] == saisine
    stored, told = await present(town, saisine.id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        tenant = await town.house.tenants.get(session, town.tenant_id)
    reading = read(case_of_saisine(tenant, stored, told), now=town.clock())
    assert (stored.term_on, stored.alert_on) == (reading.term_on, reading.alert_on)
    assert (stored.closed_at is not None) == reading.settled
    assert (await proved(town)).holds


@given(events=SEQUENCES, order=st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_in_which_things_are_told_does_not_matter(events: list[dict[str, Any]], order: Any) -> None:
    """Whatever is admitted in one order and in another gives one reading: things count on their day."""
    now, other = datetime(2026, 6, 1, tzinfo=UTC), list(events)
    order.shuffle(other)

    def told(sequence: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | None:
        kept: list[dict[str, Any]] = []
        for event in sequence:
            if not isinstance(tell(past(*kept), event, now=now), Admitted):
                return None
            kept.append(event)
        return kept

    one, two = told(events), told(other)
    if one is None or two is None:
        return
    saisine = a_saisine()
    first = read(case_of_saisine(TENANT, saisine, _in_place(one)), now=now)
    second = read(case_of_saisine(TENANT, saisine, _in_place(two)), now=now)
    assert first == second


def _in_place(told: Sequence[dict[str, Any]]) -> list[LegalEvent]:
    received = {"type": "received", "at": "2026-03-02T09:00:00Z", "authority": "competent", "channel": "email"}
    return sorted([recorded(event) for event in (received, *told)], key=lambda event: (event.at, event.id))


async def redated(town: TownHouse, saisine: Saisine, day: int) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await town.house.legal.get(session, town.tenant_id, saisine.id)
        tenant = await town.house.tenants.get(session, town.tenant_id)
        at = datetime(2026, 2, day, 9, tzinfo=UTC)
        await redate(session, town.house.legal, tenant, found, at=at, why="jour du tampon", actor=AGENT)


async def test_a_reception_put_right_twice_is_the_last_one_told(town: TownHouse) -> None:
    saisine = await a_request(town)
    await redated(town, saisine, 20)
    await redated(town, saisine, 23)
    assert (await present(town, saisine.id))[0].term_on == date(2026, 4, 23)


async def test_a_reception_is_put_right_whatever_is_joined(town: TownHouse) -> None:
    kept = await a_request(town)
    joined = await a_request(town, message_id="<b@example.org>")
    await join(town, joined, kept)
    await redated(town, kept, 20)
    assert (await present(town, kept.id))[0].term_on == date(2026, 4, 20)


def double_of(saisine: Saisine) -> dict[str, str]:
    return {"type": "dismissed", "reason": "duplicate", "duplicate_of": public_id(Prefix.SAISINE, saisine.id)}


async def test_two_requests_are_never_each_the_double_of_the_other(town: TownHouse) -> None:
    first, second = await a_request(town), await a_request(town, message_id="<b@example.org>")
    await record(town, second, double_of(first))
    with pytest.raises(ParvisError):
        await record(town, (await present(town, first.id))[0], double_of(second))


async def test_a_request_is_no_double_of_what_counts_for_it(town: TownHouse) -> None:
    first, second = await a_request(town), await a_request(town, message_id="<b@example.org>")
    await join(town, second, first)
    with pytest.raises(ParvisError):
        await record(town, (await present(town, first.id))[0], double_of(second))


async def test_a_request_is_no_double_of_one_received_after_it(town: TownHouse) -> None:
    first = await a_request(town)
    town.clock.move(days=20)
    second = await a_request(town, message_id="<b@example.org>")
    with pytest.raises(ParvisError):
        await record(town, first, double_of(second))


async def test_an_acknowledgement_told_by_hand_waits_for_the_one_being_noted(town: TownHouse) -> None:
    """Both take the duty before the saisine: neither waits in a circle."""
    saisine = await a_request(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await repository.settle_duties(
            session, town.tenant_id, {saisine.message_id: new_id()}, kind="ARE", at=town.clock()
        )
        told = {"type": "ack_sent", "kind": "ARE", "at": town.clock().isoformat()}
        by_hand = asyncio.create_task(record(town, saisine, told))
        await asyncio.sleep(0.5)
        await asyncio.wait_for(repository.by_messages(session, town.tenant_id, [saisine.message_id]), timeout=60)
    await by_hand


async def test_an_acceptance_born_before_the_message_came_is_told(town: TownHouse) -> None:
    """An agent tells that the request had been handed in long before, by another way."""
    saisine = await a_request(town)
    handed = {"type": "received", "at": "2025-12-20T09:00:00Z", "authority": "competent", "channel": "counter"}
    saisine = await record(town, saisine, handed)
    assert saisine.term_on == date(2026, 2, 20)
    await town.house.watch.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        alerts = await town.house.legal.alerts(session, town.tenant_id, open_only=True, after=None, limit=50)
    assert "born" in {alert.threshold for alert in alerts}
