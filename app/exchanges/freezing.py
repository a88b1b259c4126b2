"""Freezing prepared messages: thread, reply addresses, envelopes and wake-ups, a statement a table for the whole batch."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.channels.contract import PointKind, TemplateUse
from app.channels.kit.addresses import mailbox_of
from app.channels.values import Channel
from app.clock import Clock
from app.contacts.repository import Point
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.facts import ReplyQueued
from app.exchanges.outbox import OutState, Priority
from app.facts import Actor, FactBook
from app.ids import new_id
from app.jobs import queue
from app.jobs.queue import Job
from app.sealing import KeyRing
from app.tickets import placing
from app.tickets.service import Tickets
from app.tickets.values import AuthorKind, Direction, Piece, Saying, Status, Ticket
from app.vault.service import Vault

DEPART = "depart"
GIVE_UP_AFTER = timedelta(days=4)
# What arrives goes before what leaves: a provider that hangs must not keep a worker from the intake.
LATER = -1
MAX_REFERENCES = 20
# What settles a duty, or an AR, when it leaves: `about` names the message it answers.
ACKNOWLEDGEMENTS = ("AEE", "ARE", "AR")
MAX_LOCAL_PART = 64  # RFC 5321 §4.5.3.1.1; a longer address is answered by its Message-ID alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """The page of a letter, a stored piece: joined where the channel carries files, else said in few words (`brief`).

    `indispensable` when no words can stand for it.
    """

    sha256: str
    name: str
    content_type: str
    size: int
    brief: str
    indispensable: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A code for the recipient's eyes alone, and until when it is worth anything: it is frozen sealed.

    `shown_as` stands in its place in the text until it leaves; `codes_out.MASK` where it is empty.
    """

    digits: str = field(repr=False)
    until: datetime
    shown_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to say. `purpose` is reply, information, letter, code, forward, satisfaction, AEE, ARE or AR.

    `about` is the message an acknowledgement answers, `told` what the clock must know of it once it has left, `asked`
    the request for pieces that its failure would annul. `activity` shows it as such without a change of status;
    `public` that somebody wants everybody to read it. With a `template` the words are those of the approved text, filled
    in. A `code` stands in the text as `codes_out.MASK` until it leaves. `pieces` are what an agent joined, stored already.
    """

    text: str
    html: str | None = None
    subject: str | None = None
    enclosure: Enclosure | None = None
    pieces: Sequence[Piece] = ()
    told: Mapping[str, Any] | None = None
    asked: Mapping[str, str] | None = None
    activity: bool = False
    public: bool = False
    template: TemplateUse | None = None
    code: Code | None = None
    report: Mapping[str, Any] | None = (
        None  # handed over to a partner: geo, fields and enclosed, as `SendRequest` has them
    )
    purpose: str = "reply"
    about: UUID | None = None
    to_point_id: UUID | None = None
    left: UUID | None = None  # the contact point of an address its visitor left in a live conversation
    status_after: Status | None = Status.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft with its recipient and its way out chosen and checked. `answers` are the Message-IDs it follows.

    `subject` is what it is about in the recipient's own words; None is the ticket's. `parts` are the texts it leaves as,
    when the channel cannot carry it whole.
    """

    ticket: Ticket
    draft: Draft
    point: Point
    channel: Channel
    actor: Actor
    answers: Sequence[str] = ()
    subject: str | None = None
    parts: Sequence[str] = ()


class Freezer:
    """Writes prepared messages; what it writes of an envelope and a body never changes afterwards."""

    def __init__(self, tickets: Tickets, book: FactBook, ring: KeyRing, vault: Vault, clock: Clock) -> None:
        self._tickets, self._book, self._ring, self._vault, self._clock = tickets, book, ring, vault, clock

    async def freeze(self, session: Session, tenant_id: UUID, batch: Sequence[Prepared]) -> list[UUID]:
        """Freezes a batch and wakes the deliverer. Returns the outbound ids, in order."""
        now = self._clock()
        sayings, rows, tokens, facts = [], [], [], []
        for prepared in batch:
            outbound_id, message_id = new_id(), new_id()
            request, token = await self._request(session, tenant_id, prepared, outbound_id)
            if token is not None:
                tokens.append(_token_row(tenant_id, prepared, token, now))
            sayings.append(_saying(prepared, request, message_id))
            rows.append(
                _outbound_row(tenant_id, prepared, request, outbound_id=outbound_id, message_id=message_id, now=now)
            )
            facts.append(
                ReplyQueued(
                    tenant_id=tenant_id,
                    subject_id=outbound_id,
                    at=now,
                    actor=prepared.actor,
                    ticket_id=prepared.ticket.id,
                    state=OutState.FROZEN.value,
                )
            )
        moving = [p.draft.status_after for p in batch if p.draft.status_after is not None]
        active = bool(moving) or any(p.draft.activity for p in batch)
        await self._tickets.say(session, tenant_id, sayings, status=moving[0] if moving else None, move=active)
        await placing.remember_tokens(session, tokens)
        await outbox.freeze(session, rows)
        frozen = [row["id"] for row in rows]
        await queue.defer(session, *(wake_up(tenant_id, one) for one in dict.fromkeys(p.channel.id for p in batch)))
        await self._book.record(session, *facts)
        return frozen

    async def _request(
        self, session: Session, tenant_id: UUID, prepared: Prepared, outbound_id: UUID
    ) -> tuple[dict[str, Any], str | None]:
        """The frozen request, in the fields of `SendRequest`; an answer by mail carries its signed reply address."""
        draft, channel, machine = prepared.draft, prepared.channel, prepared.actor.kind == "system"
        request: dict[str, Any] = {
            "ref": str(outbound_id),
            "text": draft.text,
            "html": draft.html,
            "subject": None,
            "message_id": None,
            "reply_to": None,
            "in_reply_to": None,
            "references": [],
            "human": not machine and draft.purpose != "information",
            "automatic": machine,
            "scope": prepared.point.scope,
            "about": str(draft.about) if draft.about else None,
            **_letter(draft),
        }
        if len(prepared.parts) > 1:
            request["parts"] = list(prepared.parts)
        if draft.public:
            request["public"] = True
        if draft.template is not None:
            named = draft.template
            request["template"] = {
                "name": named.name,
                "language": named.language,
                "parameters": [one.strip() for one in named.parameters],
            }
        if draft.code is not None:
            digits, bound_to = draft.code.digits.encode(), code_bound_to(tenant_id, outbound_id)
            sealed = await self._vault.seal(session, tenant_id, digits, bound_to=bound_to)
            request["code"] = {
                "sealed": base64.b64encode(sealed).decode(),
                "until": draft.code.until.isoformat(),
                **({"shown_as": draft.code.shown_as} if draft.code.shown_as else {}),
            }
        if not channel.type.startswith("email"):
            request["in_reply_to"] = prepared.answers[-1] if prepared.answers else None
            return request, None
        request["subject"] = _subject(prepared)
        if draft.code is not None:
            # Whoever answers from an address that is not proved yet must not be proved by the answer.
            request["message_id"] = f"<{outbound_id.hex}@{(channel.address or 'parvis').rpartition('@')[2]}>"
            return request, None
        if prepared.answers:
            request["in_reply_to"] = prepared.answers[-1]
            request["references"] = [*dict.fromkeys(prepared.answers)][-MAX_REFERENCES:]
        if not channel.address or "@" not in channel.address:
            return request, None
        bound = f"{tenant_id}/{prepared.ticket.id}/{prepared.point.id}"
        token = self._ring.token(bound.encode(), purpose="reply")
        local, _, domain = channel.address.rpartition("@")
        if len(local) + 1 + len(token) <= MAX_LOCAL_PART:
            request["reply_to"] = f"{local}+{token}@{domain}"
        request["message_id"] = f"<{outbound_id.hex}.{token}@{domain}>"
        return request, token


def code_bound_to(tenant_id: UUID, outbound_id: UUID) -> str:
    """What a sealed code belongs to: it opens in the message it was frozen in, and in no other."""
    return f"code/{tenant_id}/{outbound_id}"


def wake_up(tenant_id: UUID, channel_id: UUID, *, at: datetime | None = None) -> Job:
    """The wake-up of one channel's lane: whoever hears it sends all that is due there.

    One for later has no lock: it would keep those for now from their turn.
    """
    lock = f"out:{channel_id}" if at is None else None
    return Job(DEPART, {"tenant": str(tenant_id), "channel": str(channel_id)}, lock, at, priority=LATER)


def priority_of(purpose: str) -> Priority:
    """Returns what a message goes before: a legal term may hang on anything but an answer and plain information."""
    match purpose:
        case "reply" | "code" | "forward":
            return Priority.REPLY
        case "information" | "satisfaction":
            return Priority.BULK
        case _:
            return Priority.LEGAL


def _subject(prepared: Prepared) -> str:
    # An acknowledgement repeats nothing the sender chose: its address may be somebody else's.
    if prepared.draft.code is not None and prepared.draft.subject is not None:
        return prepared.draft.subject  # not even the reference: the address may be anybody's
    if prepared.draft.subject is not None:
        return f"{prepared.draft.subject} [{prepared.ticket.reference}]"
    if prepared.draft.purpose in ACKNOWLEDGEMENTS:
        return f"Accusé de réception de votre message [{prepared.ticket.reference}]"
    about = prepared.ticket.subject if prepared.subject is None else prepared.subject
    return f"Re: {about} [{prepared.ticket.reference}]"


def _letter(draft: Draft) -> dict[str, Any]:
    """What is joined, by digest, and what a letter's leaving or its failure means to the clock."""
    added: dict[str, Any] = {}
    joined: list[Enclosure | Piece] = [*draft.pieces]
    if draft.enclosure is not None:
        joined.insert(0, draft.enclosure)
    if joined:
        added["enclosed"] = [
            {"sha256": one.sha256, "name": one.name, "content_type": one.content_type, "size": one.size}
            for one in joined
        ]
    if draft.told is not None:
        added["told"] = dict(draft.told)
    if draft.asked is not None:
        added["asked"] = dict(draft.asked)
    if draft.report is not None:
        added |= draft.report
    return added


def counted_as(point: Point) -> str:
    """The name under which what leaves for a person is counted: writing one mailbox otherwise makes no other person."""
    return mailbox_of(point.address) if point.kind == PointKind.EMAIL else point.address


def _party(point: Point) -> dict[str, Any]:
    return {"kind": point.kind, "address": point.address, "display_name": point.display_name}


def _saying(prepared: Prepared, request: dict[str, Any], message_id: UUID) -> Saying:
    machine = prepared.actor.kind == "system"
    return Saying(
        ticket_id=prepared.ticket.id,
        message_id=message_id,
        channel_id=prepared.channel.id,
        direction=Direction.OUT,
        author_kind=AuthorKind.AUTOMATION if machine else AuthorKind.AGENT,
        author_name=prepared.actor.name,
        text=prepared.draft.text,
        html=prepared.draft.html,
        subject=request["subject"] or "",
        external_id=request["message_id"],
        recipients=[_party(prepared.point)],
        public=prepared.draft.public,
        pieces=prepared.draft.pieces,
    )


def _token_row(tenant_id: UUID, prepared: Prepared, token: str, now: datetime) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "token": token,
        "ticket_id": prepared.ticket.id,
        "point_id": prepared.point.id,
        "created_at": now,
    }


def _outbound_row(
    tenant_id: UUID, prepared: Prepared, request: dict[str, Any], *, outbound_id: UUID, message_id: UUID, now: datetime
) -> dict[str, Any]:
    body = json.dumps(request, sort_keys=True, ensure_ascii=False).encode()
    return {
        "tenant_id": tenant_id,
        "id": outbound_id,
        "channel_id": prepared.channel.id,
        "ticket_id": prepared.ticket.id,
        "message_id": message_id,
        "purpose": prepared.draft.purpose,
        "priority": priority_of(prepared.draft.purpose).value,
        "recipient_address": counted_as(prepared.point),
        "recipient": {**_party(prepared.point), "point_id": str(prepared.point.id)},
        "request": request,
        "digest": hashlib.sha256(body).hexdigest(),
        "state": OutState.FROZEN.value,
        "status_rank": 0,
        "external_id": request["message_id"],
        "parts_sent": 0,
        "attempts": 0,
        "asked": 0,
        "next_attempt_at": now,
        "frozen_at": now,
        "give_up_at": min(code.until, now + GIVE_UP_AFTER) if (code := prepared.draft.code) else now + GIVE_UP_AFTER,
        "version": 1,
    }
