"""Sending a letter: composed, printed, kept, and out by its way, in one transaction; twice asked, it is one letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never
from uuid import UUID

from app.clock import Clock
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.db.transaction import Session
from app.errors import Conflict
from app.exchanges import outbox
from app.exchanges.composing import Composer, NoWayOut, WindowClosed
from app.exchanges.fitting import PageNeeded, TooPublic
from app.exchanges.freezing import ACKNOWLEDGEMENTS, Draft, Enclosure
from app.exchanges.letter_forms import LetterForms
from app.exchanges.looping import refuse_machine, refuse_too_many
from app.facts import Actor
from app.files.store import Store
from app.ids import Prefix, new_id, public_id
from app.sve.letters import happening
from app.sve.letters.checking import check_mentions, check_way
from app.sve.letters.ground import Fields
from app.sve.letters.kinds import THE_LETTER_ITSELF
from app.sve.letters.plaintext import brief, whole
from app.sve.letters.service import Drafted, Gone, Letters
from app.sve.letters.silence import TERMS
from app.sve.letters.values import Kind, Letter, Way
from app.sve.service import LegalFace
from app.tickets.service import Tickets
from app.tickets.values import Status

PDF = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A letter somebody asks for: its kind, what only a person knows, its way, and another address when it is not theirs."""

    kind: Kind
    fields: Fields
    way: Way
    to_point_id: UUID | None = None


class Corresponding:
    """Sends letters."""

    def __init__(
        self,
        letters: Letters,
        legal: LegalFace,
        tickets: Tickets,
        composer: Composer,
        store: Store,
        clock: Clock,
    ) -> None:
        self._letters, self._legal, self._tickets = letters, legal, tickets
        self._composer, self._store, self._clock = composer, store, clock
        self.forms = LetterForms(letters, legal, composer)

    async def send(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        wanted: Wanted,
        *,
        actor: Actor,
        letter_id: UUID | None = None,
    ) -> Letter:
        """Sends a letter and records the legal event it is. A `letter_id` known already gives the letter it named.

        Raises `MentionsMissing`, `LetterNotDue`, `AutomaticSender`, `PageNeeded`, and whatever an answer may raise.
        """
        # Of two clicks at once, the second waits for the saisine, then finds the letter of the first.
        held = await self._legal.hold(session, tenant_id, [saisine_id])
        for ticket_id in sorted({one.ticket_id for one in held.values()}):
            await self._tickets.get(session, tenant_id, ticket_id, lock=True)
        named = letter_id or new_id()
        known = await self._letters.known(session, tenant_id, saisine_id, named) if letter_id else None
        if known is not None:
            return known
        drafted = await self._letters.draft(session, tenant_id, saisine_id, wanted.kind, wanted.fields)
        check_way(wanted.kind, wanted.way, wanted.fields)
        check_mentions(drafted.composed)
        page = await self._letters.printed(drafted, draft=False)
        # A page stored and then rolled back is a piece nobody names: harmless, and never half a letter.
        sha256 = await self._store.put(tenant_id, page)
        event_id = await self._record(session, tenant_id, drafted, wanted, named, actor=actor)
        text, outbound_id = whole(drafted.composed, drafted.ground), None
        if wanted.way is Way.CHANNEL:
            enclosure = self._enclosure(drafted, sha256, len(page))
            frozen = await self._freeze(session, tenant_id, drafted, wanted, enclosure, named, actor=actor)
            text, outbound_id = str(frozen.request["text"]), frozen.id
        gone = Gone(id=named, way=wanted.way, text=text, pdf_sha256=sha256, outbound_id=outbound_id, event_id=event_id)
        return await self._letters.keep(session, tenant_id, drafted, gone, actor=actor)

    async def _record(
        self, session: Session, tenant_id: UUID, drafted: Drafted, wanted: Wanted, letter_id: UUID, *, actor: Actor
    ) -> UUID | None:
        """Records the event a letter is; an acknowledgement that leaves by hand has left at once."""
        saisine, at = drafted.saisine, drafted.at
        events = [
            happening.event_of(
                wanted.kind,
                wanted.fields,
                drafted.composed,
                way=wanted.way,
                family=drafted.ground.family,
                zone=drafted.tenant.time_zone,
                at=at,
            )
        ]
        if wanted.kind is Kind.AR and wanted.way is not Way.CHANNEL:
            told = _acknowledged(drafted)
            events.append({"type": "ack_sent", "at": happening.instant(at), **told})
        last: UUID | None = None
        for number, event in enumerate(one for one in events if one is not None):
            key = _key(letter_id) if number == 0 else f"{_key(letter_id)}.{number}"
            present = await self._legal.get(session, tenant_id, saisine.id)
            await self._legal.record(
                session, tenant_id, saisine.id, {**event, "key": key}, version=present.version, actor=actor
            )
            last = last or await self._legal.event_named(session, tenant_id, saisine.id, key)
        return last

    async def _freeze(
        self,
        session: Session,
        tenant_id: UUID,
        drafted: Drafted,
        wanted: Wanted,
        enclosure: Enclosure,
        letter_id: UUID,
        *,
        actor: Actor,
    ) -> outbox.Outbound:
        """Freezes the message that carries a letter, to the address the request came from unless another was chosen."""
        kind, message = wanted.kind, drafted.message
        purpose = kind.value.upper() if kind.value.upper() in ACKNOWLEDGEMENTS else "letter"
        point_id = wanted.to_point_id or message.point_id
        if purpose != "letter":
            if wanted.to_point_id is None:
                refuse_machine(message)
            await refuse_too_many(session, tenant_id, point_id, now=self._clock())
        draft = Draft(
            text=whole(drafted.composed, drafted.ground),
            subject=drafted.composed.title,
            purpose=purpose,
            about=message.id if purpose != "letter" else None,
            to_point_id=point_id,
            status_after=_status_after(kind),
            activity=True,
            enclosure=enclosure,
            told={"saisine_id": str(drafted.saisine.id), **_acknowledged(drafted)} if purpose != "letter" else None,
            asked={"saisine_id": str(drafted.saisine.id), "key": _key(letter_id)} if wanted.fields.pieces else None,
        )
        ticket = await self._tickets.get(session, tenant_id, drafted.ticket.id, lock=True)
        try:
            outbound_id = await self._composer.freeze(session, tenant_id, ticket, draft, actor=actor)
        except (WindowClosed, NoWayOut, PageNeeded, TooPublic) as refusal:
            others = await self._others(session, tenant_id, drafted, point_id)
            raise type(refusal)(_with_others(refusal, others)) from None
        frozen = await outbox.find(session, tenant_id, outbound_id)
        if frozen is None:
            raise AssertionError(outbound_id)
        return frozen

    async def _others(
        self, session: Session, tenant_id: UUID, drafted: Drafted, point_id: UUID | None
    ) -> Sequence[Point]:
        contact_id = drafted.ticket.contact_id
        if contact_id is None:
            return ()
        _, points = await contacts.contact(session, tenant_id, contact_id)
        return [point for point in points if point.id != point_id and point.opted_out_at is None]

    def _enclosure(self, drafted: Drafted, sha256: str, size: int) -> Enclosure:
        return Enclosure(
            sha256=sha256,
            name=f"{drafted.kind.value}-{drafted.ticket.reference}.pdf",
            content_type=PDF,
            size=size,
            brief=brief(drafted.composed, drafted.ground),
            indispensable=drafted.kind in THE_LETTER_ITSELF,
        )


def _acknowledged(drafted: Drafted) -> Mapping[str, Any]:
    return happening.acknowledged(drafted.kind, drafted.composed, announced=drafted.ground.day(*TERMS))


def _key(letter_id: UUID) -> str:
    return f"letter:{public_id(Prefix.LETTER, letter_id)}"


def _status_after(kind: Kind) -> Status | None:
    """A letter that asks something of the person leaves the request waiting for them."""
    match kind:
        case Kind.PIECES | Kind.WRONG_CHANNEL | Kind.WITHDRAWAL_HEARING:
            return Status.WAITING
        case Kind.ARE | Kind.AR | Kind.TRANSMISSION | Kind.DECISION | Kind.ATTESTATION | Kind.WITHDRAWAL:
            return None
        case _:
            assert_never(kind)


def _with_others(refusal: Conflict, others: Sequence[Point]) -> str:
    """Adds to a refusal which of the person's other addresses can be used."""
    detail = refusal.detail.rstrip(".")
    if not others:
        return f"{detail}. Aucun autre moyen de contact n'est connu : la poste ou le guichet, sinon"
    listed = ", ".join(f"{point.kind} {public_id(Prefix.POINT, point.id)}" for point in others)
    return f"{detail}. Autres moyens de contact connus (to_contact_point_id) : {listed}"
