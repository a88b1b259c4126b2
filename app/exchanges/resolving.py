"""Deciding what became of a message whose sending ended badly: only a person can know, and says why."""

from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from app.channels.contract import DeliveryStatus
from app.clock import Clock
from app.contacts import service as contacts
from app.db.transaction import Session
from app.errors import Conflict, NotFound
from app.exchanges import course, outbox
from app.exchanges.addressing import obey
from app.exchanges.asking import Asking, told_of
from app.exchanges.course import RANK
from app.exchanges.facts import ReplyAbandoned, ReplyAccepted, ReplyFact, ReplyFailed, ReplyQueued, ReplyUnknown
from app.exchanges.freezing import ACKNOWLEDGEMENTS, GIVE_UP_AFTER, wake_up
from app.exchanges.outbox import Outbound, OutState
from app.facts import Actor, FactBook, Seen
from app.jobs import queue
from app.rest.languages import Said
from app.sve.service import LegalFace


class Decision(StrEnum):
    RESEND = "resend"
    MARK_SENT = "mark_sent"
    ABANDON = "abandon"
    UNDO = "undo"  # takes back the decision before, while nothing has followed from it


class NotUndoable(Conflict):
    """Something followed from the decision: it cannot be taken back, only decided again."""

    code = "decision-not-undoable"
    title_fr = "Cette décision ne s'annule plus"
    title_en = "This decision can no longer be taken back"
    advice = Said(
        "le message est reparti, un compte rendu est arrivé, ou la loi en a tenu compte : écrivez de nouveau à la personne",
        en="the message left again, a report came, or the law took it into account: write to the person again",
    )


RESOLVABLE = frozenset({OutState.UNKNOWN, OutState.FAILED, OutState.BOUNCED})


class Resolver:
    """Closes doubts about outgoing messages."""

    def __init__(self, legal: LegalFace, book: FactBook, clock: Clock) -> None:
        self._legal, self._book, self._clock = legal, book, clock
        self._asking = Asking(legal)

    async def get(self, session: Session, tenant_id: UUID, outbound_id: UUID, *, lock: bool = False) -> Outbound:
        outbound = await outbox.find(session, tenant_id, outbound_id, lock=lock)
        if outbound is None:
            raise NotFound
        return outbound

    async def resolve(
        self, session: Session, tenant_id: UUID, outbound_id: UUID, *, decision: Decision, reason: str, actor: Actor
    ) -> Outbound:
        """Applies a person's decision.

        Raises `Conflict` when there is no doubt to close, `OptedOut` when the person refused to be written to since,
        `NotUndoable` for a decision from which something followed.
        """
        message = await self.get(session, tenant_id, outbound_id, lock=True)
        if decision is not Decision.UNDO and message.state not in RESOLVABLE:
            raise Conflict(
                Said(
                    "seul un envoi en doute ou en échec se résout : celui-ci ne l'est pas",
                    en="only a doubtful or failed sending can be resolved: this one is neither",
                )
            )
        match decision:
            case Decision.RESEND:
                point_id = UUID(str(message.recipient["point_id"]))
                obey(await contacts.point(session, tenant_id, point_id), purpose=message.purpose)
                await self._again(session, message)
                kind: type[ReplyFact] = ReplyQueued
            case Decision.MARK_SENT:
                await self._sent(session, message)
                kind = ReplyAccepted
            case Decision.ABANDON:
                await outbox.move(session, message, self._ended(OutState.ABANDONED, reason))
                await self._asking.lost(session, message)
                kind = ReplyAbandoned
            case Decision.UNDO:
                kind = await self._undo(session, message)
            case _:
                assert_never(decision)
        now = self._clock()
        decided = None if decision is Decision.UNDO else _before(message, decision)
        await outbox.move(session, message, {"resolved": decided})
        after = await self.get(session, tenant_id, outbound_id)
        told = kind(
            tenant_id=tenant_id,
            subject_id=outbound_id,
            at=now,
            actor=actor,
            ticket_id=message.ticket_id,
            state=after.state.value,
        )
        why = Seen(
            tenant_id=tenant_id,
            subject_id=outbound_id,
            at=now,
            actor=actor,
            action="outbound.resolved",
            detail={"decision": decision.value, "reason": reason},
        )
        await self._book.record(session, told, why)
        return after

    async def _again(self, session: Session, message: Outbound) -> None:
        step = course.sent_again(message, now=self._clock(), give_up_after=GIVE_UP_AFTER)
        await outbox.move(session, message, step.values)
        await queue.defer(session, wake_up(message.tenant_id, message.channel_id))

    async def _sent(self, session: Session, message: Outbound) -> None:
        """Holds a message for sent; of a long text, the part in doubt, and the others follow."""
        now = self._clock()
        step = course.held_for_sent(message, now=now, give_up_after=GIVE_UP_AFTER)
        await outbox.move(session, message, step.values)
        if step.told is None:
            await queue.defer(session, wake_up(message.tenant_id, message.channel_id))
            return
        about = message.request.get("about")
        if message.purpose in ACKNOWLEDGEMENTS and about:
            left, told = {UUID(about): message.id}, told_of(message)
            await self._legal.acknowledged(session, message.tenant_id, left, kind=message.purpose, at=now, told=told)
        await self._asking.left(session, message, at=now)

    async def _undo(self, session: Session, message: Outbound) -> type[ReplyFact]:
        """Puts a message back as it was before the last decision. Raises `NotUndoable`."""
        before = message.resolved
        if before is None or not undoable(message):
            raise NotUndoable(NotUndoable.advice)
        state = OutState(before["state"])
        about = message.request.get("about")
        if message.state is OutState.ACCEPTED and message.purpose in ACKNOWLEDGEMENTS and about:
            await self._legal.unacknowledged(
                session, message.tenant_id, UUID(str(about)), message.id, kind=message.purpose
            )
        await outbox.move(session, message, {**self._ended(state, before["detail"]), "status_rank": before["rank"]})
        return ReplyUnknown if state is OutState.UNKNOWN else ReplyFailed

    def _ended(self, state: OutState, detail: str | None) -> dict[str, Any]:
        return {
            "state": state.value,
            "detail": detail[:500] if detail else None,
            "settled_at": self._clock(),
            "next_attempt_at": None,
            "lease_until": None,
        }


def undoable(message: Outbound) -> bool:
    """Whether the last decision on a message may be taken back: nothing has followed from it yet.

    A request for pieces moved a clock with it, and a long text went on with its next part: these are decided again.
    """
    before = message.resolved
    if before is None or message.request.get("asked") or before["parts_sent"] != message.parts_sent:
        return False
    match Decision(before["decision"]):
        case Decision.ABANDON:
            return message.state is OutState.ABANDONED
        case Decision.RESEND:
            return message.state is OutState.FROZEN and message.attempts == before["attempts"]
        case Decision.MARK_SENT:
            return message.state is OutState.ACCEPTED and message.status_rank == RANK[DeliveryStatus.ACCEPTED]
        case Decision.UNDO:
            return False
        case _ as never:
            assert_never(never)


def _before(message: Outbound, decision: Decision) -> dict[str, Any]:
    """What a decision replaces, so that it can be taken back."""
    return {
        "decision": decision.value,
        "state": message.state.value,
        "rank": message.status_rank,
        "detail": message.detail,
        "attempts": message.attempts,
        "parts_sent": message.parts_sent,
    }
