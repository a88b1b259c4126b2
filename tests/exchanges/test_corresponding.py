"""How a letter leaves: with its page where files are carried, in few words elsewhere, not at all where it must not."""

from datetime import date
from email import message_from_bytes
from typing import Any
from uuid import UUID

import pytest

from app.channels.adapters.email.adapter import EmailAdapter
from app.channels.contract import Attachment, Capabilities, Delivery, DeliveryStatus, TextUnit
from app.contacts import repository as contacts
from app.errors import NotFound, Unavailable
from app.exchanges import outbox
from app.exchanges.composing import WindowClosed
from app.exchanges.corresponding import Wanted
from app.exchanges.delivering import request_of
from app.exchanges.fitting import PageNeeded, TooPublic, fitted
from app.exchanges.freezing import Draft, Enclosure
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receipts import Receipts
from app.exchanges.receptions import Door
from app.exchanges.resolving import Decision
from app.facts import Actor
from app.ids import Prefix, new_id, public_id
from app.sve.law.regime import Regime
from app.sve.letters.checking import MentionsMissing
from app.sve.letters.ground import Fields
from app.sve.letters.letterheads import Wording
from app.sve.letters.values import Kind, Letter, Way
from app.sve.values import LegalEvent, Saisine
from tests.harness.moves import a_request, merge
from tests.harness.towns import TownHouse, mail

AGENT = Actor("agent", name="Accueil")
PAGE = Enclosure(sha256="0" * 64, name="are.pdf", content_type="application/pdf", size=20_000, brief="En bref.")
MAIL = Capabilities(can_send=True, files=True, attachments_max_bytes=1_000_000)
SMS = Capabilities(can_send=True, text_unit=TextUnit.SMS_SEGMENTS)
CHAT = Capabilities(can_send=True, text_max=1_000)


def draft(**changes: Any) -> Draft:
    return Draft(**{"text": "Une lettre entière.", "enclosure": PAGE, **changes})


def test_a_mail_carries_the_page_and_the_whole_text():
    assert fitted(draft(), MAIL) == draft()


@pytest.mark.parametrize(
    ("capabilities", "text", "left"),
    [
        (SMS, "Une lettre entière.", "En bref."),
        (CHAT, "Une lettre entière.", "Une lettre entière."),
        (CHAT, "x" * 1_001, "En bref."),
        (Capabilities(text_max=1_000, text_unit=TextUnit.UTF8_BYTES), "é" * 600, "En bref."),
        (Capabilities(files=True, attachments_max_bytes=10_000), "Une lettre entière.", "Une lettre entière."),
    ],
)
def test_a_channel_that_carries_little_gets_few_words(capabilities: Capabilities, text: str, left: str):
    made = fitted(draft(text=text), capabilities)
    assert (made.text, made.enclosure) == (left, None)


def test_where_the_letter_itself_must_arrive_words_do_not_stand_for_it():
    act = Enclosure(
        sha256="0" * 64, name="d.pdf", content_type="application/pdf", size=1, brief="…", indispensable=True
    )
    with pytest.raises(PageNeeded, match="counter"):
        fitted(draft(enclosure=act), SMS)


def test_a_letter_is_never_published():
    with pytest.raises(TooPublic):
        fitted(draft(), Capabilities(public=True, text_max=500))


async def a_saisine(town: TownHouse, regime: Regime = Regime.SVA) -> Saisine:
    await town.house.inbound.accept(town.mailbox, Delivery(body=mail(to=town.address)), door=Door.API)
    await town.house.inbound.drain(str(town.tenant_id))
    (ticket,) = await town.tickets()
    (saisine,) = (await town.law(ticket.id)).saisines
    wording = Wording(
        place="Villebourg",
        signatory_name="Camille Exemple",
        signatory_title="Responsable de l'accueil",
        court="Tribunal administratif",
        court_address="2 rue du Palais",
        footer="",
    )
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.letterheads.write(session, town.tenant_id, wording, keep_logo=False, actor=AGENT)
        return await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=regime,
            delay=None,
            procedure=None,
            reason="Liste.",
            version=saisine.version,
            actor=AGENT,
        )


async def send(town: TownHouse, saisine: Saisine, kind: Kind, way: Way = Way.CHANNEL, **given: Any) -> Letter:
    wanted = Wanted(kind=kind, fields=Fields(**given), way=way)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.corresponding.send(session, town.tenant_id, saisine.id, wanted, actor=AGENT)


async def frozen(town: TownHouse, letter: Letter) -> Outbound:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await outbox.find(session, town.tenant_id, letter.outbound_id or UUID(int=0))
    assert found is not None
    return found


async def events(town: TownHouse, saisine: Saisine) -> list[LegalEvent]:
    return list((await town.law(saisine.ticket_id)).events[saisine.id])


async def term(town: TownHouse, saisine: Saisine) -> object:
    (present,) = [one for one in (await town.law(saisine.ticket_id)).saisines if one.id == saisine.id]
    return present.term_on


async def pieces(town: TownHouse) -> tuple[Saisine, Letter]:
    saisine = await a_saisine(town)
    letter = await send(town, saisine, Kind.PIECES, pieces=("Plan",), deadline_on=date(2026, 3, 31))
    assert await term(town, saisine) is None
    return saisine, letter


async def report(town: TownHouse, letter: Letter, status: DeliveryStatus) -> None:
    receipts = Receipts(town.house.legal, town.house.book, town.clock)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        message = await outbox.find(session, town.tenant_id, letter.outbound_id or UUID(int=0), lock=True)
        assert message is not None
        await receipts.apply(session, message, status, "boîte inconnue")


async def test_the_mail_holds_the_page_as_a_piece(town: TownHouse):
    letter = await send(town, await a_saisine(town), Kind.ARE)
    message = await frozen(town, letter)
    (named,) = message.request["enclosed"]
    content = await town.house.store.get(town.tenant_id, named["sha256"])
    joined = Attachment(name=named["name"], content_type=named["content_type"], content=content)
    rendered = EmailAdapter().render(request_of(message, pieces=[joined]), town.mailbox.config)
    parts = {part.get_content_type(): part for part in message_from_bytes(rendered.body).walk()}
    assert parts["application/pdf"].get_payload(decode=True) == content
    assert "Accusé de réception" in str(parts["text/plain"].get_payload(decode=True), "utf-8")
    await town.deliver()
    assert (await frozen(town, letter)).state is OutState.ACCEPTED


async def test_a_page_that_cannot_be_read_now_waits(town: TownHouse, monkeypatch):
    letter = await send(town, await a_saisine(town), Kind.ARE)

    async def away(*_: object) -> bytes:
        raise Unavailable("the store is away")

    monkeypatch.setattr(town.house.store, "get", away)
    await town.deliver()
    waiting = await frozen(town, letter)
    assert (waiting.state, waiting.attempts) == (OutState.FROZEN, 1)
    monkeypatch.undo()
    town.clock.move(minutes=5)
    await town.deliver()
    assert (await frozen(town, letter)).state is OutState.ACCEPTED


async def test_a_page_that_is_lost_ends_the_sending_and_says_so(town: TownHouse, monkeypatch):
    letter = await send(town, await a_saisine(town), Kind.ARE)

    async def lost(*_: object) -> bytes:
        raise NotFound

    monkeypatch.setattr(town.house.store, "get", lost)
    await town.deliver()
    ended = await frozen(town, letter)
    assert ended.state is OutState.FAILED
    assert "pièce jointe" in str(ended.detail)


async def test_a_request_for_pieces_that_bounced_is_annulled_once(town: TownHouse):
    saisine, letter = await pieces(town)
    await town.deliver()
    await report(town, letter, DeliveryStatus.BOUNCED)
    assert str(await term(town, saisine)) == "2026-05-02"
    told = [event.type for event in await events(town, saisine)]
    assert told.count("corrected") == 1
    await report(town, letter, DeliveryStatus.BOUNCED)
    assert [event.type for event in await events(town, saisine)] == told


async def test_a_request_for_pieces_that_leaves_after_all_counts_from_then(town: TownHouse):
    saisine, letter = await pieces(town)
    await report(town, letter, DeliveryStatus.FAILED)
    assert str(await term(town, saisine)) == "2026-05-02"
    town.clock.move(days=2)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.resolver.resolve(
            *(session, town.tenant_id, letter.outbound_id or UUID(int=0)),
            decision=Decision.RESEND,
            reason="Adresse réparée.",
            actor=AGENT,
        )
    await town.deliver()
    assert await term(town, saisine) is None
    asked = [event for event in await events(town, saisine) if event.type == "pieces_requested"]
    assert [event.annulled_by is None for event in asked] == [False, True]
    assert asked[-1].at == town.clock()


async def test_an_acknowledgement_that_bounced_is_owed_again(town: TownHouse):
    saisine = await a_saisine(town)
    letter = await send(town, saisine, Kind.ARE)
    await town.deliver()
    await report(town, letter, DeliveryStatus.BOUNCED)
    (duty,) = [one for one in (await town.law(saisine.ticket_id)).duties if one.kind == "ARE"]
    assert duty.done_at is None


async def test_a_rejection_acknowledged_with_its_mentions_can_be_opposed(town: TownHouse):
    saisine = await a_saisine(town, Regime.SVR)
    await send(town, saisine, Kind.ARE)
    await town.deliver()
    town.clock.move(days=70)
    await town.house.watch.sweep(town.tenant_id)
    (present,) = (await town.law(saisine.ticket_id)).saisines
    assert present.reading["values"]["appeal_opposable"] is True


async def test_a_letter_that_is_refused_leaves_nothing(town: TownHouse):
    saisine = await a_saisine(town, Regime.SVR)
    with pytest.raises(MentionsMissing):
        await send(town, saisine, Kind.DECISION, way=Way.COUNTER)
    assert [event.type for event in await events(town, saisine)] == ["received", "qualified"]
    assert [one.purpose for one in await town.sent(saisine.ticket_id)] == ["AEE"]


async def test_a_closed_window_says_which_other_address_can_be_used(town: TownHouse, monkeypatch):
    saisine = await a_saisine(town)

    async def closed(*_: object, **__: object) -> UUID:
        raise WindowClosed("ce canal ne permet de répondre que dans les 24 heures")

    monkeypatch.setattr(type(town.house.composer), "freeze", closed)
    with pytest.raises(WindowClosed, match="la poste ou le guichet"):
        await send(town, saisine, Kind.ARE)
    other = new_id()
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        ticket = await town.house.tickets.get(session, town.tenant_id, saisine.ticket_id)
        row = {
            "tenant_id": town.tenant_id,
            "id": other,
            "contact_id": ticket.contact_id,
            "kind": "email",
            "scope": "",
            "address": "autre@example.org",
            "display_name": "",
            "created_at": town.clock(),
        }
        await contacts.add_points(session, [row])
    with pytest.raises(WindowClosed, match=public_id(Prefix.POINT, other)):
        await send(town, saisine, Kind.ARE)
    assert [one.purpose for one in await town.sent(saisine.ticket_id)] == ["AEE"]


async def test_a_letter_names_who_asked_and_not_whose_ticket_took_theirs_over(town: TownHouse):
    saisine = await a_saisine(town)
    other = await a_request(town, "Autre", sender="Autre Exemple <autre@example.net>")
    await merge(town, other, saisine.ticket_id, despite_other_contact=True)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        drafted = await town.house.letters.draft(session, town.tenant_id, saisine.id, Kind.ARE, Fields())
    assert (drafted.ground.citizen, drafted.ground.subject) == ("Usager Exemple", "Demande")
