"""A partner's Open311 server: what leaves, what comes of it, and what its server says, in JSON and in XML alike."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.channels.adapters import open311_partner
from app.channels.adapters.open311 import Open311Adapter, Open311Config
from app.channels.adapters.open311_partner import OURS, PartnerFormat, Updates
from app.channels.contract import (
    Attachment,
    Delivery,
    Event,
    EventType,
    Geo,
    Outcome,
    Party,
    PointKind,
    SendRequest,
)
from app.channels.errors import Unreadable
from tests.channels.signing import NOON
from tests.simulators import misery, open311
from tests.simulators.misery import Misery
from tests.simulators.open311 import ENDPOINT, HOST, KEY, Open311Simulator

ADAPTER = Open311Adapter()
REPORT = SendRequest(
    ref="0197a1b2-0000-7000-8000-000000000001",
    to=Party(PointKind.HTTP, HOST),
    text="Lampadaire éteint devant l'école",
    geo=Geo(48.1112, -1.6803),
    fields={
        "service_code": "LAMP",
        "address_string": "3 rue du Four",
        "attributes": {"pole": "12", "seen": ["a", "b"]},
    },
)
FORMATS = pytest.mark.parametrize("form", list(PartnerFormat))


def connected(form: PartnerFormat = PartnerFormat.JSON, **settings: Any) -> Open311Config:
    given: dict[str, Any] = {"partner_services": {"LAMP": "STREETLIGHT"}, "partner_format": form, **settings}
    return Open311Config(partner_endpoint=ENDPOINT, partner_key=SecretStr(KEY), **given)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open311_partner, "_TOKEN_PAUSE_S", 0)


def read(deliveries: Sequence[Delivery]) -> list[Event]:
    return [event for one in deliveries for event in ADAPTER.parse(one, connected())]


@FORMATS
async def test_a_report_leaves_with_its_service_place_and_our_reference_and_nothing_of_a_person(form):
    partner = Open311Simulator(jurisdiction="metropole.example.org")
    config = connected(form, partner_jurisdiction="metropole.example.org")
    sent = await ADAPTER.send(REPORT, config, partner.context())
    assert (sent.outcome, sent.external_ids, sent.detail) == (Outcome.OK, ["SR-1000"], "Délai habituel : cinq jours")
    (posted,) = partner.posted
    assert posted["service_code"] == "STREETLIGHT"
    assert (posted["lat"], posted["long"], posted["address_string"]) == ("48.1112000", "-1.6803000", "3 rue du Four")
    assert posted["description"] == f"Lampadaire éteint devant l'école\n\n{OURS}{REPORT.ref}"
    assert (posted["attribute[pole]"], posted["attribute[seen][]"]) == ("12", "b")
    assert not {"email", "phone", "first_name", "last_name", "device_id"} & set(posted)


async def test_a_long_description_keeps_our_reference():
    partner = Open311Simulator()
    await ADAPTER.send(replace(REPORT, text="a" * 5000), connected(), partner.context())
    assert len(partner.posted[0]["description"]) == 4000
    assert partner.posted[0]["description"].endswith(REPORT.ref)


async def test_photographs_leave_beside_the_fields_under_names_of_ours():
    partner = Open311Simulator()
    photo = Attachment(
        name="maison de Claire.jpg", content_type="image/jpeg", content=b"\xff\xd8\xff\r\n--x\r\n\xff\xd9"
    )
    request = replace(REPORT, attachments=[photo])
    sent = await ADAPTER.send(request, connected(partner_files=True), partner.context())
    assert sent.outcome is Outcome.OK
    assert partner.files == [("photo-1.jpeg", photo.content)]
    assert partner.posted[0]["description"].startswith("Lampadaire")


@FORMATS
async def test_a_token_becomes_its_number_at_once_or_is_followed(form):
    quick, slow = Open311Simulator(batch=True, waits=1), Open311Simulator(batch=True, waits=5)
    assert (await ADAPTER.send(REPORT, connected(form), quick.context())).external_ids == ["SR-1000"]
    sent = await ADAPTER.send(REPORT, connected(form), slow.context())
    assert (sent.outcome, sent.external_ids) == (Outcome.OK, ["token:t-1"])
    assert read(await ADAPTER.follow(["token:t-1"], connected(form), slow.context())) == []
    slow.waits = 0
    (numbered,) = read(await ADAPTER.follow(["token:t-1"], connected(form), slow.context()))
    assert (numbered.type, numbered.reports_on) == (EventType.DELIVERY_UPDATE, "token:t-1")
    assert numbered.fields["partner"] == {"number": "SR-1000", "was": "token:t-1"}


@FORMATS
@pytest.mark.parametrize(
    ("suffered", "outcome", "posted"),
    [
        (misery.no_connection, Outcome.RETRY, 0),
        (misery.lost_before_the_body, Outcome.UNKNOWN, 0),
        (misery.lost_after_the_body, Outcome.UNKNOWN, 1),
        (misery.cut_short, Outcome.UNKNOWN, 1),
        (misery.a_page_in_a_success, Outcome.UNKNOWN, 0),
        (misery.sent_elsewhere, Outcome.CONFIG, 0),
        (misery.out_of_order, Outcome.RETRY, 0),
        (open311.throttled, Outcome.THROTTLED, 0),
        (open311.refused_in_a_success, Outcome.PERMANENT, 0),
        (open311.exploding, Outcome.UNKNOWN, 0),
    ],
)
async def test_whatever_the_server_does_has_its_outcome(
    form: PartnerFormat, suffered: Misery, outcome: Outcome, posted: int
):
    partner = Open311Simulator()
    partner.suffer(suffered)
    sent = await ADAPTER.send(REPORT, connected(form), partner.context())
    assert (sent.outcome, len(partner.posted)) == (outcome, posted)
    if outcome is Outcome.THROTTLED:
        assert sent.retry_after_s == 42


async def test_a_refused_key_is_never_told_and_an_unknown_service_stops_this_report_alone():
    partner = Open311Simulator()
    refused = await ADAPTER.send(
        REPORT, connected().model_copy(update={"partner_key": SecretStr("an-old-key+of=ours")}), partner.context()
    )
    assert refused.outcome is Outcome.AUTH
    assert "an-old-key" not in (refused.detail or "")
    unknown = await ADAPTER.send(replace(REPORT, fields={"service_code": "BIN"}), connected(), partner.context())
    assert (unknown.outcome, unknown.detail) == (Outcome.PERMANENT, "service_code was not found")


@FORMATS
async def test_a_lost_answer_is_looked_for_by_our_reference_and_never_denied(form):
    partner = Open311Simulator()
    partner.suffer(misery.lost_after_the_body)
    assert (await ADAPTER.send(REPORT, connected(form), partner.context())).outcome is Outcome.UNKNOWN
    found = await ADAPTER.receipt(REPORT, connected(form), partner.context())
    assert (found.known, found.external_ids) == (True, ["SR-1000"])
    partner.reports.clear()
    assert (await ADAPTER.receipt(REPORT, connected(form), partner.context())).known is None
    partner.suffer(misery.out_of_order)
    assert (await ADAPTER.receipt(REPORT, connected(form), partner.context())).known is None


@FORMATS
@pytest.mark.parametrize("updates", [Updates.UPDATED, Updates.FIXMYSTREET])
async def test_what_moved_is_read_once_span_after_span(form, updates):
    partner, config = Open311Simulator(), connected(form, partner_updates=updates)
    partner.reported("un trou")
    cursor: dict[str, Any] = {}
    statuses: list[tuple[str, str]] = []
    for status, notes in (("open", "Équipe prévue"), ("closed", "Réparé"), ("closed", "Réparé")):
        if not statuses or statuses[-1][0] != "closed":
            partner.moved("SR-1000", status, notes)
        now = partner.now
        polled = await ADAPTER.poll(config, partner.context(now=lambda now=now: now), cursor=cursor)
        cursor = dict(polled.cursor)
        told = [event.fields["partner"] for event in read(polled.deliveries)]
        statuses += [(one["status"], one["notes"]) for one in told]  # type: ignore[index, misc]
    assert statuses == [("open", "Équipe prévue"), ("closed", "Réparé")]


async def test_after_a_long_absence_spans_of_ninety_days_follow_each_other():
    partner, config = Open311Simulator(), connected(partner_receives=True)
    long_ago = NOON - timedelta(days=200)
    partner.reported("ancien", requested_datetime=(long_ago + timedelta(days=1)).isoformat())
    partner.reported("récent", requested_datetime=(NOON - timedelta(days=1)).isoformat())
    cursor: dict[str, Any] = {"until": long_ago.isoformat()}
    found: list[str] = []
    more, polls = True, 0
    while more:
        polled = await ADAPTER.poll(config, partner.context(), cursor=cursor)
        cursor, more, polls = dict(polled.cursor), polled.more, polls + 1
        found += [event.text or "" for event in read(polled.deliveries)]
    assert (found, polls) == (["ancien", "récent"], 3)


async def test_a_report_made_there_comes_here_and_ours_is_known_by_its_reference():
    partner, config = Open311Simulator(), connected(partner_receives=True)
    await ADAPTER.send(REPORT, config, partner.context())
    partner.reported("Un banc cassé", address="4 rue du Puits", media_url=f"https://{HOST}/media/1.jpg")
    polled = await ADAPTER.poll(config, partner.context(), cursor={})
    ours, theirs = read(polled.deliveries)
    assert (ours.type, ours.fields["ref"], ours.reports_on) == (EventType.DELIVERY_UPDATE, REPORT.ref, "SR-1000")
    assert (theirs.type, theirs.external_id, theirs.geo) == (EventType.MESSAGE_RECEIVED, "SR-1001", Geo(48.11, -1.68))
    assert theirs.text == "Un banc cassé\n\nAdresse : 4 rue du Puits"
    assert [piece.source for piece in theirs.attachments] == [f"https://{HOST}/media/1.jpg"]


@pytest.mark.parametrize(
    ("said", "geo", "doubt"),
    [
        ({"lat": "", "long": ""}, None, None),
        ({"lat": 48.1, "long": -1.6}, Geo(48.1, -1.6), None),
        ({"lat": 148.1, "long": 1.6}, None, "swapped"),
        ({"lat": 6789012.0, "long": 351234.5}, None, "not on Earth"),
        ({"lat": 0, "long": 0}, None, "not on Earth"),
        ({"lat": "nord", "long": "ouest"}, None, "cannot be read"),
    ],
)
async def test_a_place_that_is_none_is_left_out_and_said(said, geo, doubt):
    partner = Open311Simulator()
    partner.reported("un trou", **said)
    polled = await ADAPTER.poll(connected(partner_receives=True), partner.context(), cursor={})
    (event,) = read(polled.deliveries)
    assert event.geo == geo
    assert [doubt in warning for warning in event.warnings] == ([True] if doubt else [])


@FORMATS
@pytest.mark.parametrize(
    "suffered",
    [
        misery.no_connection,
        misery.lost_before_the_body,
        misery.cut_short,
        misery.a_page_in_a_success,
        misery.sent_elsewhere,
        misery.out_of_order,
        open311.throttled,
        open311.refused_in_a_success,
        open311.exploding,
    ],
)
async def test_a_poll_that_fails_moves_nothing(form: PartnerFormat, suffered: Misery):
    partner = Open311Simulator()
    partner.reported("un trou")
    partner.suffer(suffered)
    with pytest.raises(Unreadable):
        await ADAPTER.poll(
            connected(form, partner_receives=True), partner.context(), cursor={"until": NOON.isoformat()}
        )


async def test_numbers_are_asked_for_fifty_at_a_time_and_those_it_forgot_are_no_failure():
    partner = Open311Simulator()
    for _ in range(60):
        partner.reported("un trou")
    names = [f"SR-{1000 + one}" for one in range(70)]
    told = read(await ADAPTER.follow(names, connected(), partner.context()))
    assert len(told) == 60
    assert len(partner.requests) == 2


async def test_the_live_test_says_what_is_missing():
    async def checked(partner: Open311Simulator, **settings: Any) -> tuple[str, str]:
        found = await ADAPTER.check(connected(**settings), partner.context())
        return found.state.value, found.words_fr

    assert await checked(Open311Simulator()) == ("ready", "le serveur répond et propose 2 rubriques")
    state, words = await checked(Open311Simulator(), partner_service="BIN")
    assert (state, "BIN" in words) == ("limited", True)
    state, _ = await checked(Open311Simulator(jurisdiction="x"))
    assert state == "unsure"


def test_what_would_leave_is_shown_without_the_key():
    shown = ADAPTER.render(REPORT, connected())
    assert shown.url == f"{ENDPOINT}/requests.json"
    assert KEY.encode() not in shown.body
    assert isinstance(httpx.URL(shown.url), httpx.URL)
