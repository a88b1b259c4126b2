"""Clocks of the common kind are read once for all those like them: held against the engine reading each by itself."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sve.cases import AS_OF, case_of_saisine, received_event
from app.sve.law import Regime, Risk, Territory
from app.sve.law.calendar import ZONES
from app.sve.recomputing.rereading import Likenesses, Rereader, verdict_of
from app.sve.recomputing.values import Outline
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant, TenantKind, TermsOfUse

DAY = date(2026, 3, 27)
CHANNELS = ("email", "webform", "sms.twilio", "post", "phone.asterisk", "counter")


def a_tenant(territory: Territory, *, published: tuple[str, ...] | None) -> Tenant:
    terms = (
        ()
        if published is None
        else (TermsOfUse(published_on=date(2020, 1, 1), url=None, channels=published, dedicated=()),)
    )
    return Tenant(
        id=UUID(int=1),
        slug="villebourg",
        name="Commune de Villebourg",
        kind=TenantKind.COMMUNE,
        territory=territory.value,
        time_zone=ZONES[territory],
        service_name="Accueil",
        postal_address="1 place de la Mairie, 00000 Villebourg",
        email="contact@villebourg.example.fr",
        phone="+33 1 99 00 00 00",
        terms=terms,
    )


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@st.composite
def towns(draw: st.DrawFn) -> Tenant:
    published = draw(st.sampled_from([None, (), ("email",), ("webform", "sms")]))
    return a_tenant(draw(st.sampled_from(list(Territory))), published=published)


@st.composite
def outlines(draw: st.DrawFn, tenant: Tenant, *, of: Outline | None = None) -> Outline:
    """A request and its acknowledgements; `of` another, at other hours of the same days."""
    zone = ZoneInfo(tenant.time_zone)
    channel = draw(st.sampled_from(CHANNELS)) if of is None else str(json.loads(of.events)[0][1]["channel"])
    day = DAY + timedelta(days=draw(st.integers(0, 9))) if of is None else _days(of, zone)[0]
    received = datetime.combine(day, draw(st.times(max_value=time(23, 59, 59))), zone)
    events: list[tuple[str, dict[str, Any]]] = [
        ("received", received_event(tenant, channel_type=channel, received_at=received.astimezone(UTC)))
    ]
    for kind in draw(st.lists(st.sampled_from(["AEE", "ARE", "AR"]), max_size=2)) if of is None else _kinds(of):
        after = draw(st.sampled_from([0, 1, 59, 60, 61, 3_600, 86_400, 200_000]))
        events.append(
            ("ack_sent", {"type": "ack_sent", "kind": kind, "at": written(received + timedelta(seconds=after))})
        )
    events.sort(key=lambda event: str(event[1]["at"]))
    chosen = draw(
        st.sampled_from([(Regime.UNKNOWN, None), (Regime.SVA, "P2M"), (Regime.SVR, "P15D"), (Regime.NONE, None)])
    )
    regime, delay = chosen if of is None else (Regime(of.regime), of.delay)
    return outline(events, regime=regime, delay=delay)


def outline(
    events: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    regime: Regime = Regime.UNKNOWN,
    delay: str | None = None,
    alone: bool = True,
) -> Outline:
    """A saisine as a recomputation first sees it, of which only what decides its reading matters."""
    return Outline(
        UUID(int=2), UUID(int=3), UUID(int=4), 1, alone, None, None, None, None, regime.value, delay,
        None, None, None, "none", "", None, json.dumps(events),
    )  # fmt: skip


def _days(outline: Outline, zone: ZoneInfo) -> list[date]:
    told = json.loads(outline.events)
    return [datetime.fromisoformat(str(event["at"])).astimezone(zone).date() for _, event in told]


def _kinds(outline: Outline) -> list[str]:
    return [str(event["kind"]) for kind, event in json.loads(outline.events) if kind == "ack_sent"]


def read_alone(tenant: Tenant, outline: Outline, now: datetime) -> dict[str, Any]:
    """What the watch and the agents' gestures would store of such a saisine."""
    saisine = Saisine(
        **dict.fromkeys(Saisine.__dataclass_fields__),  # type: ignore[arg-type]
    )
    for name, value in (
        ("regime", Regime(outline.regime)),
        ("delay", outline.delay),
        ("reading", {}),
        ("risk", Risk.NONE),
    ):
        object.__setattr__(saisine, name, value)
    told = json.loads(outline.events)
    if outline.regime != Regime.UNKNOWN:
        told.append(("qualified", {"regime": outline.regime, "reason": "essai"}))
    events = [
        LegalEvent(id=UUID(int=n), type=kind, payload=payload, actor="", at=now, recorded_at=now)
        for n, (kind, payload) in enumerate(told, 10)
    ]
    return dict(verdict_of(case_of_saisine(tenant, saisine, events), now=now).columns)


def without_instant(columns: dict[str, Any]) -> dict[str, Any]:
    return {**columns, "reading": {name: told for name, told in columns["reading"].items() if name != AS_OF}}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_two_clocks_alike_are_read_alike_at_any_hour_of_the_day(data: st.DataObject) -> None:
    tenant = data.draw(towns())
    zone = ZoneInfo(tenant.time_zone)
    one = data.draw(outlines(tenant))
    other = data.draw(outlines(tenant, of=one))
    today = data.draw(st.sampled_from([DAY + timedelta(days=n) for n in (14, 60, 70, 130)]))
    hours = [datetime.combine(today, data.draw(st.times(max_value=time(23, 59, 59))), zone) for _ in range(2)]
    rereader = Rereader(tenant, today=today)
    first = rereader.common(one, now=hours[0])
    assert first is not None
    assert without_instant(dict(first.columns)) == without_instant(read_alone(tenant, one, hours[0]))
    alike = Likenesses(zone)
    if alike.of(one, now=hours[0]) == alike.of(other, now=hours[1]):
        recalled = rereader.common(other, now=hours[1])
        assert recalled is first
        assert without_instant(dict(recalled.columns)) == without_instant(read_alone(tenant, other, hours[1]))


def test_hours_make_clocks_alike_and_days_do_not() -> None:
    """Otherwise the property above would hold of nothing."""
    tenant = a_tenant(Territory.METRO, published=None)
    zone = ZoneInfo(tenant.time_zone)
    now, alike = datetime(2026, 5, 1, tzinfo=UTC), Likenesses(zone)

    def key(at: datetime, *, alone: bool = True, **extra: Any) -> object:
        event = {**received_event(tenant, channel_type="email", received_at=at), **extra}
        return alike.of(outline([("received", event)], alone=alone), now=now)

    morning = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # already the 29th in Paris, the night of summer time
    assert key(morning) == key(morning + timedelta(hours=20))
    assert key(morning) != key(morning - timedelta(hours=1))
    assert key(morning) != key(morning, note="autre")
    assert key(morning, alone=False) is None
    assert key(now + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    "events",
    [
        [],
        [("ack_sent", {"type": "ack_sent", "kind": "AEE", "at": "2026-03-28T10:00:00Z"})],
        [("received", {"type": "received", "at": "2026-03-28T10:00"})],
        [("received", {"type": 3, "at": "2026-03-28T10:00:00Z"})],
        [("received", {"type": "received", "at": "2026-03-28T10:00:00Z"}), ("dismissed", {"type": "dismissed"})],
        [("received", {"type": "received", "at": "2026-03-28T10:00:00Z"}), ("corrected", {"event_id": "lev_1"})],
        [
            ("received", {"type": "received", "at": "2026-03-28T10:00:00Z"}),
            ("pieces_requested", {"type": "pieces_requested", "at": "2026-03-29T10:00:00Z"}),
        ],
        [
            ("received", {"type": "received", "at": "2026-03-28T10:00:00Z"}),
            ("received", {"type": "received", "at": "2026-03-29T10:00:00Z"}),
        ],
    ],
)
def test_anything_else_is_read_by_itself(events: list[tuple[str, dict[str, Any]]]) -> None:
    alike = Likenesses(ZoneInfo("Europe/Paris"))
    assert alike.of(outline(events), now=datetime(2026, 5, 1, tzinfo=UTC)) is None


def test_an_instant_inside_a_word_or_a_member_is_no_instant_of_the_event() -> None:
    alike, now = Likenesses(ZoneInfo("Europe/Paris")), datetime(2026, 5, 1, tzinfo=UTC)
    event = {"type": "received", "at": "2026-03-28T10:00:00Z", "note": 'dit : "at": "2026-03-01T10:00:00Z"'}
    assert alike.of(outline([("received", event)]), now=now) is not None
    within = {**event, "tenant": {"at": "2026-03-01T10:00:00Z"}}
    assert alike.of(outline([("received", within)]), now=now) is None
