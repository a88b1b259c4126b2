"""Placing what a batch of receptions says, in one transaction: keys, people, tickets, receipts, and the ledger."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from app.channels import approved
from app.channels.contract import Event, EventType, PointKind
from app.channels.kit.opt_out import asks_to_start
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.contacts import service as contacts
from app.contacts.service import PointKey
from app.db.transaction import Session
from app.exchanges import call_log, joining, learning, partners_words, parts, receptions, supports
from app.exchanges.acknowledging import Acknowledging
from app.exchanges.acquainting import Acquainting
from app.exchanges.calling import calls_of
from app.exchanges.echoing import Echoes, Whose
from app.exchanges.facts import ChannelDegraded, IntakeHeld
from app.exchanges.fetching import wake_for
from app.exchanges.mail_fates import is_complaint
from app.exchanges.pieces_kept import kept_piece
from app.exchanges.receipts import Receipts
from app.exchanges.receptions import State
from app.exchanges.refusing import Refusing
from app.exchanges.registering import registered
from app.exchanges.understanding import bounded, digest_of, incoming, point_key, shown_name
from app.exchanges.understood import MAIL, Batch, Joined, Ledger, Said, Understood, as_released, settled_row
from app.facts import FactBook
from app.files.store import Store
from app.tenants.service import Tenants
from app.tickets.service import Tickets
from app.tickets.values import Incoming, Piece

# An edit or a deletion may come before its original: it waits this long, then a person is told.
PATIENCE = timedelta(minutes=10)
AGAIN_AFTER = timedelta(seconds=15)
_TO_BE_READ = {
    "bounce": "avis de non-remise d'un envoi que nous ne reconnaissons pas : à lire, puis à libérer si c'est une demande",
    "complaint": "plainte d'un destinataire sur un envoi : à lire, puis à libérer si c'est une demande",
}
_REWRITES = frozenset({EventType.MESSAGE_EDITED, EventType.MESSAGE_DELETED, EventType.OWN_ECHO})


class Batches:
    """Gives every event its effect, once."""

    def __init__(
        self,
        channels: Channels,
        tenants: Tenants,
        tickets: Tickets,
        receipts: Receipts,
        echoes: Echoes,
        acknowledging: Acknowledging,
        store: Store,
        book: FactBook,
    ) -> None:
        self._refusing = Refusing(book)
        self._acquainting = Acquainting(tenants, book)
        self._channels, self._tenants, self._tickets = channels, tenants, tickets
        self._acknowledging, self._echoes = acknowledging, echoes
        self._receipts, self._store, self._book = receipts, store, book

    async def store_pieces(self, batch: Batch) -> dict[int, Piece]:
        """Stores the contents of all pieces before the transaction: a piece without a message is harmless."""
        carried = [piece for one in batch.understood for event in one.events for piece in event.attachments]
        # Side by side: each waits for the disk.
        stored = await asyncio.gather(*(kept_piece(self._store, batch.tenant_id, piece) for piece in carried))
        return {id(piece): kept for piece, kept in zip(carried, stored, strict=True)}

    async def place(self, session: Session, batch: Batch, pieces: dict[int, Piece]) -> None:
        """Places a batch. Whoever else settled one of its receptions meanwhile, wins."""
        await receptions.one_at_a_time(session, batch.tenant_id)
        queued = await receptions.still_queued(session, batch.tenant_id, [u.reception.id for u in batch.understood])
        understood = [as_released(one) for one in batch.understood if one.reception.id in queued]
        ledgers = {one.reception.id: Ledger() for one in understood}
        fresh, repeated = await self._fresh(session, batch, understood, ledgers)
        joined, repeated = await self._joined(session, batch, fresh, repeated, ledgers)
        said = [
            *(s for s in fresh if s[1].type is not EventType.PART_RECEIVED),
            *(s for one in joined for s in one.said),
        ]
        messages = await partners_words.made_there(session, [s for s in said if _is_message(s[1])], ledgers)
        await self._messages(session, batch, messages, ledgers, pieces)
        for one, event in said:
            if not _is_message(event):
                await self._other(session, batch, one, event, ledgers[one.reception.id])
        for one, event in repeated:
            await self._again(session, batch, one, event, ledgers[one.reception.id])
        await self._name_parts(session, batch, joined, ledgers)
        calls = [call for one in understood for call in calls_of(one, ledgers[one.reception.id])]
        await call_log.note(session, batch.tenant_id, calls, now=batch.now)
        await self._settle(session, batch, ledgers)

    async def _fresh(
        self, session: Session, batch: Batch, understood: Sequence[Understood], ledgers: dict[UUID, Ledger]
    ) -> tuple[list[Said], list[Said]]:
        """Parts the events said for the first time from those said before, in this batch or in another."""
        said: dict[tuple[UUID, str], Said] = {}
        # Harmless when repeated, and kept waiting when too early: they take no key.
        rewrites: list[Said] = []
        repeated: list[Said] = []
        for one in understood:
            for event in one.events:
                key = (one.channel.id, bounded(event.event_key))
                if event.type is EventType.IGNORED:
                    ledgers[one.reception.id].ignored.append(event.reason or "sans effet")
                elif event.type in _REWRITES:
                    rewrites.append((one, event))
                elif key in said:
                    repeated.append((one, event))
                else:
                    said[key] = (one, event)
        rows = [
            {
                "tenant_id": batch.tenant_id,
                "channel_id": channel_id,
                "event_key": event_key,
                "digest": digest_of(event),
                "reception_id": one.reception.id,
                "at": batch.now,
            }
            # in one order everywhere, so that two batches never wait for each other in a circle
            for (channel_id, event_key), (one, event) in sorted(said.items(), key=lambda item: str(item[0]))
        ]
        new = await receptions.take_keys(session, rows)
        repeated += [both for key, both in said.items() if key not in new]
        return [both for key, both in said.items() if key in new] + rewrites, repeated

    async def _joined(
        self,
        session: Session,
        batch: Batch,
        fresh: Sequence[Said],
        repeated: Sequence[Said],
        ledgers: dict[UUID, Ledger],
    ) -> tuple[list[Joined], list[Said]]:
        """Joins the parts whose others are there, or have been waited for long enough; the rest goes on waiting.

        Returns also what remains repeated: a part that waits is read again, and is no repetition of itself.
        """
        if not any(event.type is EventType.PART_RECEIVED for _, event in [*fresh, *repeated]):
            return [], list(repeated)
        known = {one.channel.id: one for one, _ in [*fresh, *repeated]}
        new = [(one, event) for one, event in fresh if event.type is EventType.PART_RECEIVED]
        waiting = await parts.groups_of(session, batch.tenant_id, list(ledgers))
        await parts.add(session, [joining.row(batch.tenant_id, one, event, at=batch.now) for one, event in new])
        groups = {joining.group_of(one, event) for one, event in new} | set(waiting.values())
        joined: list[Joined] = []
        for found in (await parts.waiting(session, batch.tenant_id, sorted(groups, key=str))).values():
            if not joining.complete(found) and batch.now < (until := joining.deadline(found)):
                for part in found:
                    ledger = ledgers.get(part.reception_id)
                    if ledger is not None:
                        ledger.wait_until, ledger.waits_for = until, joining.WAITS
                continue
            # Identifiers rise with time: the law counts from what came first.
            first = await receptions.find(session, batch.tenant_id, min(one.reception_id for one in found))
            if first is None:
                raise AssertionError(found[0].reception_id)
            for part in found:
                ledgers.setdefault(part.reception_id, Ledger())
            whole = Understood(first, known[found[0].channel_id].channel, ())
            joined.append(Joined([(whole, event) for event in joining.whole(found)], found))
        return joined, [both for both in repeated if both[0].reception.id not in waiting]

    async def _name_parts(
        self, session: Session, batch: Batch, joined: Sequence[Joined], ledgers: dict[UUID, Ledger]
    ) -> None:
        """Says of every part, and of every delivery that brought one, which message it became."""
        for one in joined:
            ledger = ledgers[one.said[0][0].reception.id]
            if ledger.message_id is None:
                raise AssertionError(one.said[0][0].reception.id)
            await parts.name(session, batch.tenant_id, [part.id for part in one.parts], message_id=ledger.message_id)
            named = [(part.channel_id, part.event_key, ledger.message_id) for part in one.parts]
            await receptions.name_messages(session, batch.tenant_id, named)
            for part in one.parts:
                own = ledgers[part.reception_id]
                own.effects += 1
                own.ticket_id, own.message_id = ledger.ticket_id, ledger.message_id

    async def _again(self, session: Session, batch: Batch, one: Understood, event: Event, ledger: Ledger) -> None:
        """Counts an event said before as a duplicate when it says the same, else holds it as a conflict."""
        key = bounded(event.event_key)
        known = await receptions.known_keys(session, batch.tenant_id, one.channel.id, [key])
        digest, message_id = known.get(key, ("", None))
        ledger.message_id = ledger.message_id or message_id
        if message_id is not None and ledger.ticket_id is None:
            ledger.ticket_id = (await self._tickets.message(session, batch.tenant_id, message_id)).ticket_id
        if digest == digest_of(event):
            ledger.duplicates += 1
        else:
            ledger.held = "même identifiant qu'un message déjà reçu, mais autre contenu : à comparer"

    async def _messages(
        self,
        session: Session,
        batch: Batch,
        said: Sequence[Said],
        ledgers: dict[UUID, Ledger],
        pieces: dict[int, Piece],
    ) -> None:
        if not said:
            return
        wanted: dict[PointKey, str] = {}
        for one, event in said:
            if (key := point_key(event, one.channel)) is not None:
                wanted.setdefault(key, shown_name(event.sender))
        points = await contacts.resolve(session, batch.tenant_id, wanted, at=batch.now)
        again = [points[key] for one, event in said if (key := _asks_again(one, event)) in points]
        await self._refusing.opt_in(session, batch.tenant_id, again)
        messages: list[Incoming] = []
        for one, event in said:
            key = point_key(event, one.channel)
            adapter = self._channels.registry.get(one.channel.type)
            messages.append(
                incoming(
                    event,
                    channel=one.channel,
                    capabilities=adapter.capabilities(one.channel.config),
                    reception=one.reception,
                    point=points.get(key) if key else None,
                    pieces=[pieces[id(attachment)] for attachment in event.attachments],
                )
            )
        tenant = await self._tenants.get(session, batch.tenant_id)
        messages = [registered(message, zone=tenant.time_zone) for message in messages]
        messages = await supports.joined(session, batch.tenant_id, messages)
        placed = await self._tickets.receive(session, batch.tenant_id, messages, time_zone=tenant.time_zone)
        names: list[tuple[UUID, str, UUID]] = []
        for (one, event), where in zip(said, placed, strict=True):
            ledger = ledgers[one.reception.id]
            ledger.effects += 1
            ledger.ticket_id = ledger.ticket_id or where.ticket_id
            ledger.message_id = ledger.message_id or where.message_id
            names.append((one.channel.id, bounded(event.event_key), where.message_id))
        await receptions.name_messages(session, batch.tenant_id, names)
        senders = [points.get(key) if (key := point_key(e, one.channel)) else None for one, e in said]
        waiting = [
            where.message_id
            for message, where in zip(messages, placed, strict=True)
            if any(piece.sha256 is None and piece.source for piece in message.pieces)
        ]
        await wake_for(session, batch.tenant_id, waiting)
        # A mail of which an import brought the copy, and its clock: what was owed for it was owed by the former tool.
        answered = [both for both in zip(messages, placed, senders, strict=True) if not both[1].known]
        await self._acknowledging.answer(session, batch.tenant_id, answered)
        await self._acquainting.heard(session, batch.tenant_id, messages, at=batch.now)
        taught = [
            learning.from_event(event, one.channel, sender, verified=one.reception.verified)
            for (one, event), sender in zip(said, senders, strict=True)
        ]
        if lessons := [lesson for lesson in taught if lesson is not None]:
            await learning.learn(session, self._book, batch.tenant_id, lessons, at=batch.now)

    async def _other(self, session: Session, batch: Batch, one: Understood, event: Event, ledger: Ledger) -> None:
        tenant_id, channel = batch.tenant_id, one.channel
        match event.type:
            case EventType.MESSAGE_EDITED | EventType.MESSAGE_DELETED:
                await self._rewritten(session, batch, one, event, ledger)
            case EventType.DELIVERY_UPDATE:
                await self._reported(session, batch, one, event, ledger)
            case EventType.READ_UP_TO:
                await self._receipts.read_up_to(session, tenant_id, channel, event)
                ledger.effects += 1
            case EventType.OPT_OUT:
                key = point_key(event, channel)
                points = await contacts.resolve(
                    session, tenant_id, {key: shown_name(event.sender)} if key else {}, at=batch.now
                )
                sent_to = await self._receipts.refused(session, tenant_id, channel, event)
                theirs = [*points.values(), *(await contacts.points(session, tenant_id, sent_to)).values()]
                await self._refusing.opt_out(session, tenant_id, theirs, at=batch.now)
                ledger.effects += 1
            case EventType.CHANNEL_PROBLEM if event.fields.get("templates"):
                # The channel works; what is kept of its approved texts is read again before it is shown.
                await approved.outdated(session, tenant_id, channel.id)
                ledger.effects += 1
            case EventType.CHANNEL_PROBLEM:
                reason = event.reason or "problème signalé par le fournisseur"
                await self._channels.trouble(session, channel, state=ChannelState.BROKEN, reason=reason)
                await self._book.record(
                    session, ChannelDegraded(tenant_id=tenant_id, subject_id=channel.id, at=batch.now)
                )
                ledger.effects += 1
            case EventType.OWN_ECHO:
                await self._echo(session, batch, one, event, ledger)
            case EventType.MESSAGE_RECEIVED | EventType.PART_RECEIVED | EventType.IGNORED:
                raise AssertionError(event.type)
            case _:
                assert_never(event.type)

    async def _echo(self, session: Session, batch: Batch, one: Understood, event: Event, ledger: Ledger) -> None:
        """Our own words told back to us: a colleague's take their place, and a sending in doubt is known to have left."""
        capabilities = self._channels.registry.get(one.channel.type).capabilities(one.channel.config)
        echoed = await self._echoes.heard(session, one.reception, one.channel, event, capabilities)
        if echoed.whose is Whose.TOO_EARLY and batch.now < one.reception.received_at + PATIENCE:
            ledger.wait_until = batch.now + AGAIN_AFTER
            return
        if echoed.whose is Whose.KNOWN:
            ledger.duplicates += 1
            return
        ledger.effects += 1
        if echoed.whose is Whose.COLLEAGUE:
            ledger.ticket_id, ledger.message_id = echoed.ticket_id, echoed.message_id
        else:
            ledger.ignored.append("écho d'un message de l'administration")

    async def _reported(self, session: Session, batch: Batch, one: Understood, event: Event, ledger: Ledger) -> None:
        tenant_id, channel = one.reception.tenant_id, one.channel
        if event.fields.get("ref"):
            await self._echoes.recalled(session, channel, event)
        matched = await self._receipts.report(session, tenant_id, channel, event, one.reception.id)
        if is_complaint(event):
            matched |= await self._complained(session, batch, channel, event)
        matched |= await partners_words.heard(session, self._book, channel, event, now=batch.now)
        ledger.effects += 1
        if not matched and channel.type == MAIL and event.reason in _TO_BE_READ:
            # A mail any machine may write, and a citizen's may look like: somebody looks at it.
            ledger.held = _TO_BE_READ[event.reason]
        elif not matched:
            ledger.ignored.append("compte rendu d'un envoi que nous ne connaissons pas (encore)")

    async def _complained(self, session: Session, batch: Batch, channel: Channel, event: Event) -> bool:
        """Writes no more to who declared a message unwanted, but what the law asks for. Says whether it was ours."""
        outbound = await self._receipts.complained(session, batch.tenant_id, channel, event)
        if outbound is None:
            return False
        points = await contacts.points(session, batch.tenant_id, {UUID(str(outbound.recipient["point_id"]))})
        await self._refusing.opt_out(session, batch.tenant_id, list(points.values()), at=batch.now)
        return True

    async def _rewritten(self, session: Session, batch: Batch, one: Understood, event: Event, ledger: Ledger) -> None:
        target = event.reports_on or event.external_id
        at = event.occurred_at or one.reception.received_at
        found = None
        if target is not None and event.type is EventType.MESSAGE_DELETED:
            found = await self._tickets.withdrawn(session, batch.tenant_id, one.channel.id, target, at=at)
        elif target is not None:
            found = await self._tickets.edited(
                session, batch.tenant_id, one.channel.id, target, event.text or "", at=at
            )
        if found is not None:
            ledger.effects += 1
            ledger.ticket_id, ledger.message_id = found.ticket_id, found.id
        elif batch.now < one.reception.received_at + PATIENCE:
            ledger.wait_until = batch.now + AGAIN_AFTER
        elif event.fields.get("unaddressed"):
            ledger.ignored.append("modifie ou retire un message qui ne nous était pas adressé")
        else:
            ledger.held = "modifie ou retire un message que nous n'avons pas reçu"

    async def _settle(self, session: Session, batch: Batch, ledgers: dict[UUID, Ledger]) -> None:
        rows, facts = [], []
        for reception_id, ledger in ledgers.items():
            if ledger.wait_until:
                await receptions.wait(
                    session, batch.tenant_id, reception_id, until=ledger.wait_until, reason=ledger.waits_for
                )
                continue
            state = ledger.state()
            rows.append(
                settled_row(
                    batch.tenant_id,
                    reception_id,
                    state,
                    now=batch.now,
                    reason=ledger.held or ("; ".join(dict.fromkeys(ledger.ignored))[:500] or None),
                    ticket_id=ledger.ticket_id,
                    message_id=ledger.message_id,
                )
            )
            if state is State.HELD:
                facts.append(IntakeHeld(tenant_id=batch.tenant_id, subject_id=reception_id, at=batch.now))
        await receptions.settle(session, rows)
        if facts:
            await self._book.record(session, *facts)


def _asks_again(one: Understood, event: Event) -> PointKey | None:
    """The point of somebody who writes START from the telephone that had said STOP."""
    by_phone = event.sender is not None and event.sender.kind is PointKind.PHONE
    return point_key(event, one.channel) if by_phone and asks_to_start(event.text) else None


def _is_message(event: Event) -> bool:
    return event.type is EventType.MESSAGE_RECEIVED
