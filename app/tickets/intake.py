"""Placing a batch of incoming messages: tickets found or opened, messages and pieces written, facts stated."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.clock import civil_day
from app.db.transaction import Session
from app.facts import Fact, FactBook
from app.ids import human_reference, new_id
from app.tickets import originals, placing, recalling
from app.tickets.facts import MessageReceived, TicketCreated
from app.tickets.filing_facts import TicketWoken
from app.tickets.originals import TakenOver
from app.tickets.piece_rows import piece_rows
from app.tickets.snooze_values import WakeReason
from app.tickets.subjects import title_of
from app.tickets.threading import Known, Placement, Why, place
from app.tickets.values import AuthorKind, Direction, Incoming, Placed, Status


async def receive(
    session: Session, book: FactBook, tenant_id: UUID, batch: Sequence[Incoming], *, time_zone: str, now: datetime
) -> list[Placed]:
    """Writes a batch in the order given, and returns where each message went. One statement a table, not a message."""
    known, references = await recalling.known_to(session, tenant_id, batch)
    standing = await originals.taken_over(session, tenant_id, batch)
    placed: list[Placed] = []
    decided: list[tuple[Placed, Incoming, Placement]] = []
    adopted: list[tuple[TakenOver, Incoming]] = []
    opened: list[tuple[UUID, Incoming]] = []
    activity: dict[UUID, datetime] = {}
    for incoming in batch:
        if (taken := standing.take(incoming)) is not None:
            placed.append(Placed(taken.ticket_id, taken.message_id, False, known=True))
            adopted.append((taken, incoming))
            if not taken.clocked:
                activity[taken.ticket_id] = max(
                    activity.get(taken.ticket_id, incoming.received_at), incoming.received_at
                )
            continue
        placement = place(incoming, known, references=references)
        ticket_id = placement.ticket_id or new_id()
        where = Placed(ticket_id, new_id(), placement.ticket_id is None)
        placed.append(where)
        decided.append((where, incoming, placement))
        if placement.ticket_id is None:
            opened.append((ticket_id, incoming))
        else:
            activity[ticket_id] = max(activity.get(ticket_id, incoming.received_at), incoming.received_at)
        _learnt(known, where, incoming, placement)
    await _open(session, tenant_id, opened, references, time_zone=time_zone, now=now)
    rows, pieces = [], []
    for where, incoming, placement in decided:
        rows.append(_message_row(tenant_id, where, incoming, placement, now=now))
        pieces += piece_rows(tenant_id, where.message_id, incoming.pieces, now=now)
    await originals.adopt(session, tenant_id, adopted)
    for taken, incoming in adopted:
        found = piece_rows(tenant_id, taken.message_id, incoming.pieces, now=now)
        pieces += [piece for piece in found if taken.lacks(piece["sha256"])]
    await placing.add_messages(session, rows, pieces)
    created = {ticket_id for ticket_id, _ in opened}
    woken = await placing.revive(session, tenant_id, {t: at for t, at in activity.items() if t not in created})
    await book.record(session, *_facts(tenant_id, batch, placed, opened, adopted, woken, now=now))
    return placed


def _facts(
    tenant_id: UUID,
    batch: Sequence[Incoming],
    placed: Sequence[Placed],
    opened: Sequence[tuple[UUID, Incoming]],
    adopted: Sequence[tuple[TakenOver, Incoming]],
    woken: Collection[UUID],
    *,
    now: datetime,
) -> list[Fact]:
    """What stood here with its clock is told to nobody again: its reception names it.

    One without a clock is heard as received the day its former tool noted, the older of both (CRPA L112-3).
    """
    facts: list[Fact] = [
        TicketCreated(tenant_id=tenant_id, subject_id=ticket_id, at=now, channel_type=incoming.channel_type)
        for ticket_id, incoming in opened
    ]
    facts += [
        MessageReceived(
            tenant_id=tenant_id, subject_id=where.message_id, at=now, ticket_id=where.ticket_id, incoming=incoming
        )
        for where, incoming in zip(placed, batch, strict=True)
        if not where.known
    ]
    facts += [
        MessageReceived(
            tenant_id=tenant_id,
            subject_id=taken.message_id,
            at=now,
            ticket_id=taken.ticket_id,
            incoming=replace(incoming, received_at=taken.received_at),
            noted_before=True,
        )
        for taken, incoming in adopted
        if not taken.clocked
    ]
    facts += [
        TicketWoken(tenant_id=tenant_id, subject_id=ticket_id, at=now, reason=WakeReason.ANSWER) for ticket_id in woken
    ]
    return facts


def _learnt(known: Known, where: Placed, incoming: Incoming, placement: Placement) -> None:
    """What follows in a batch may refer to what came before in it."""
    known.statuses.setdefault(where.ticket_id, Status.NEW)
    if incoming.external_id:
        known.messages.setdefault((incoming.channel_id, incoming.external_id), []).append(where.ticket_id)
    if incoming.conversation and placement.why is Why.NEW:
        known.conversations[incoming.channel_id, incoming.conversation] = where.ticket_id
    if incoming.point_id:
        known.participants.setdefault(where.ticket_id, set()).add(incoming.point_id)


async def _open(
    session: Session,
    tenant_id: UUID,
    opened: Sequence[tuple[UUID, Incoming]],
    references: dict[UUID, str],
    *,
    time_zone: str,
    now: datetime,
) -> None:
    by_year: dict[int, list[tuple[UUID, Incoming]]] = {}
    for ticket_id, incoming in opened:
        by_year.setdefault(civil_day(incoming.received_at, time_zone).year, []).append((ticket_id, incoming))
    rows: list[dict[str, Any]] = []
    for year, of_year in by_year.items():
        last = await placing.take_numbers(session, tenant_id, year=year, count=len(of_year))
        for number, (ticket_id, incoming) in enumerate(of_year, start=last - len(of_year) + 1):
            references[ticket_id] = human_reference(year, number)
            rows.append(
                {
                    "tenant_id": tenant_id,
                    "id": ticket_id,
                    "reference": references[ticket_id],
                    "subject": title_of(incoming.subject, incoming.text, fallback=incoming.title),
                    "status": Status.NEW.value,
                    "channel_id": incoming.channel_id,
                    "channel_type": incoming.channel_type,
                    "contact_id": incoming.contact_id,
                    "point_id": incoming.point_id,
                    "thread_key": incoming.conversation,
                    "received_at": incoming.received_at,
                    "last_activity_at": incoming.received_at,
                    "risk": "none",
                    "created_at": now,
                    "version": 1,
                }
            )
    await placing.add_tickets(session, rows)


def _message_row(
    tenant_id: UUID, where: Placed, incoming: Incoming, placement: Placement, *, now: datetime
) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "id": where.message_id,
        "ticket_id": where.ticket_id,
        "channel_id": incoming.channel_id,
        "point_id": incoming.point_id,
        "reception_id": incoming.reception_id,
        "direction": Direction.IN.value,
        # Whatever an address claims, what comes through a public door was written by a citizen.
        "author_kind": AuthorKind.CITIZEN.value,
        "author_name": incoming.author_name,
        "author_address": incoming.author_address,
        "external_id": incoming.external_id,
        "subject": incoming.subject,
        "text": incoming.text,
        "text_new": incoming.text_new,
        "html": incoming.html,
        "recipients": list(incoming.recipients),
        "fields": {**incoming.fields, "placed_by": placement.why.value},
        "geo": dict(incoming.geo) if incoming.geo else None,
        "warnings": [*incoming.warnings, *placement.warnings],
        "automatic": incoming.automatic,
        "public": incoming.public,
        "claimed_at": incoming.claimed_at,
        "claimed_raw": incoming.claimed_raw,
        "provider_at": incoming.provider_at,
        "received_at": incoming.received_at,
        "processed_at": now,
        "history": [],
    }
