"""The course of an outgoing message: what becomes of it after a sending, a death, a question, a report. Pure.

What is known and the instant go in; what is to be written, told and waited for comes out. An ambiguous end is shown as
such and never repeated blindly: a mail goes again under the same Message-ID, which receivers fold, a few times at most.
What a provider reports of a message ends every doubt about it, whichever of the report and the answer comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from app.channels.contract import DeliveryStatus, Outcome, Receipt, Sent
from app.exchanges.outbox import Outbound, OutState

# Renewed while its worker lives, and longer than a database usually is away: what left and could not be written down yet
# is nobody's to send again.
LEASE = timedelta(minutes=1)
# How long a question to a provider, or the one message that tries a lane again, is waited for before another asks.
TURN = timedelta(minutes=3)
# Over days: a person's answer is worth waiting for (protocols give up after two to four days).
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 720, 1440, 1440))
SAME_ID_TRIES = 3
# When a provider that can be asked is asked what became of a send whose answer was lost; then a person is.
ASK = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120))
# Refused credentials and broken settings wait for a person.
BY_HAND = timedelta(hours=1)
MOST_HINT_S = 86_400
PART_LEFT = "partie {} sur {} partie"
CUT = "interrompu pendant l'envoi : parti ou non, à vérifier"
RANK = {
    DeliveryStatus.ACCEPTED: 1,
    DeliveryStatus.SENT: 2,
    DeliveryStatus.DELIVERED: 3,
    DeliveryStatus.READ: 4,
    DeliveryStatus.FAILED: 5,
    DeliveryStatus.BOUNCED: 6,
}
STATE = {
    DeliveryStatus.DELIVERED: OutState.DELIVERED,
    DeliveryStatus.READ: OutState.DELIVERED,
    DeliveryStatus.FAILED: OutState.FAILED,
    DeliveryStatus.BOUNCED: OutState.BOUNCED,
}
_LOST = frozenset({OutState.FAILED, OutState.BOUNCED})
_NOT_KNOWN_TO_HAVE_LEFT = frozenset({OutState.FROZEN, OutState.SENDING, OutState.UNKNOWN, OutState.FAILED})
_REPORTED = frozenset({OutState.DELIVERED, OutState.BOUNCED})  # a report was quicker than the provider's answer


class Told(StrEnum):
    """What is recorded of a step, for whoever counts on the message."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of a message: the columns to write, what is told of it, when its channel is to be looked at again."""

    values: Mapping[str, Any]
    told: Told | None = None
    wake_at: datetime | None = None


def after_sending(
    present: Outbound, attempted: Outbound, sent: Sent, *, doubtful: int, asks: bool, now: datetime, chance: float
) -> Step | None:
    """Returns what follows from one attempt, None when it changes nothing any more.

    `present` is the message as it stands, `attempted` as it was leased; `doubtful` counts its attempts, this one
    included, that may have left a copy nobody knows of; `asks` says that its provider can be asked.
    """
    if not _follows(present, attempted, sent):
        return None
    if sent.outcome is not Outcome.OK and _spoken_of(present):
        return accepted(present, Sent(outcome=Outcome.OK, detail=sent.detail), now=now, rank=present.status_rank)
    match sent.outcome:
        case Outcome.OK:
            return left(replace(present, attempts=attempted.attempts), sent, now=now)
        case Outcome.RETRY | Outcome.THROTTLED:
            return _again(attempted, sent, now=now, chance=chance)
        case Outcome.AUTH | Outcome.CONFIG:
            return _again(attempted, sent, now=now, chance=chance, at_least=BY_HAND)
        case Outcome.UNKNOWN:
            if repeatable(attempted) and doubtful < SAME_ID_TRIES:
                return _again(attempted, sent, now=now, chance=chance)
            return _doubt(sent.detail or "réponse perdue : parti ou non", asks=asks, now=now)
        case Outcome.PERMANENT | Outcome.OPTED_OUT | Outcome.WINDOW_CLOSED:
            return ended(OutState.FAILED, sent.detail or sent.outcome.value, now=now)
        case _:
            assert_never(sent.outcome)


def after_death(orphan: Outbound, *, doubtful: int, asks: bool, now: datetime) -> Step:
    """Decides what becomes of a message whose worker died in the middle: a mail goes again, the rest is in doubt."""
    if _spoken_of(orphan):
        return accepted(orphan, Sent(outcome=Outcome.OK), now=now, rank=orphan.status_rank)
    if repeatable(orphan) and doubtful < SAME_ID_TRIES:
        return Step(values=_waiting(now))
    return _doubt(CUT, asks=asks, now=now)


def after_question(doubted: Outbound, receipt: Receipt | None, *, now: datetime) -> Step:
    """Returns what follows from a provider's answer about a message in doubt; None: it cannot be asked."""
    if receipt is None:
        return Step(values={"next_attempt_at": None})
    if receipt.known:
        told = receipt.detail or "la réponse s'était perdue ; le fournisseur dit l'avoir pris"
        return left(doubted, Sent(outcome=Outcome.OK, external_ids=tuple(receipt.external_ids), detail=told), now=now)
    if receipt.known is False:
        values = {**_waiting(now), "settled_at": None, "detail": receipt.detail, "asked": 0}
        return Step(values=values, wake_at=now)
    again = now + ASK[doubted.asked] if doubted.asked < len(ASK) else None
    return Step(values={"next_attempt_at": again})


def after_report(
    outbound: Outbound, status: DeliveryStatus, reason: str | None, *, code: str | None, whole: bool, now: datetime
) -> Step | None:
    """Moves a message forward by rank, None when the report changes nothing: a late lesser status is no news.

    `whole` says that every part it left as is known to have reached its recipient.
    """
    state = STATE.get(status)
    if RANK[status] <= outbound.status_rank or outbound.state is OutState.ABANDONED:
        return None
    if _waits_to_leave_again(outbound) and state is not OutState.DELIVERED:
        return None  # it speaks of the sending that somebody decided to do again
    if state is OutState.DELIVERED and not whole:
        return None  # what one part reached is kept; the whole is told when the last one has
    if state is None:
        if _may_have_left(outbound):
            return accepted(outbound, Sent(outcome=Outcome.OK, detail=reason), now=now, rank=RANK[status])
        return Step(values={"status_rank": RANK[status]})
    values = {
        "status_rank": RANK[status],
        "state": state.value,
        "settled_at": now,
        "detail": reason,
        "next_attempt_at": None,
        "report_code": code,
    }
    if state is outbound.state:
        return Step(values=values)
    return Step(values=values, told=Told.DELIVERED if state is OutState.DELIVERED else Told.FAILED)


def sent_again(message: Outbound, *, now: datetime, give_up_after: timedelta) -> Step:
    """A person decided that it leaves once more: what was reported of it before is forgotten.

    A long text that had left whole leaves whole; one that stopped half-way goes on from there.
    """
    whole = len(message.parts) > 1 and message.parts_sent >= len(message.parts)
    values = {
        **_waiting(now),
        "status_rank": 0,
        "settled_at": None,
        "give_up_at": now + give_up_after,
        "asked": 0,
        **({"parts_sent": 0, "names": None} if whole else {}),
    }
    return Step(values=values, wake_at=now)


def held_for_sent(message: Outbound, *, now: datetime, give_up_after: timedelta) -> Step:
    """A person knows that it left; of a long text, the part in doubt, and the others follow."""
    sent_parts = message.parts_sent + 1
    if sent_parts < len(message.parts):
        again = sent_again(message, now=now, give_up_after=give_up_after)
        return replace(again, values={**again.values, "parts_sent": sent_parts})
    # Neither its parts nor its names are touched: the decision can be taken back.
    values = {
        "state": OutState.ACCEPTED.value,
        "status_rank": RANK[DeliveryStatus.ACCEPTED],
        "settled_at": now,
        "next_attempt_at": None,
        "lease_until": None,
    }
    return Step(values=values, told=Told.ACCEPTED)


def may_leave(leased: Outbound, *, now: datetime) -> bool:
    """Whether its worker may still let it leave: one that was paused past its lease finds that another has it."""
    return leased.lease_until is not None and now < leased.lease_until


def left(message: Outbound, sent: Sent, *, now: datetime) -> Step:
    """A message left, or one part of it: the next part leaves once the one before was accepted."""
    sent_parts, parts = message.parts_sent + 1, len(message.parts)
    if sent_parts >= parts:
        return accepted(message, sent, now=now)
    values = {
        **_waiting(now),
        "parts_sent": sent_parts,
        **named(message, sent),
        "asked": 0,
        "settled_at": None,
        "detail": PART_LEFT.format(sent_parts, parts),
    }
    return Step(values=values, wake_at=now)


def accepted(message: Outbound, sent: Sent, *, now: datetime, rank: int = RANK[DeliveryStatus.ACCEPTED]) -> Step:
    """The provider has it: a state of its own, recorded before anything that could fail follows it."""
    values = {
        "state": OutState.ACCEPTED.value,
        "status_rank": rank,
        # Only a long text counts its parts.
        "parts_sent": len(message.parts) if len(message.parts) > 1 else 0,
        **named(message, sent),
        "next_attempt_at": None,
        "lease_until": None,
        "settled_at": now,
        "detail": sent.detail,
    }
    return Step(values=values, told=Told.ACCEPTED)


def ended(state: OutState, detail: str, *, now: datetime) -> Step:
    """A message that will not leave by itself any more."""
    values = {
        "state": state.value,
        "detail": detail[:500],
        "settled_at": now,
        "next_attempt_at": None,
        "lease_until": None,
    }
    return Step(values=values, told=Told.UNKNOWN if state is OutState.UNKNOWN else Told.FAILED)


def named(message: Outbound, sent: Sent) -> dict[str, Any]:
    """The ids a provider knows a message by: the first, and all of them when there are several."""
    before = list(message.names or ([message.external_id] if message.external_id and message.parts_sent else []))
    every = list(dict.fromkeys([*before, *sent.external_ids]))
    return {"external_id": every[0] if every else message.external_id, "names": every if len(every) > 1 else None}


def repeatable(message: Outbound) -> bool:
    """Whether a second copy is harmless: of a mail, which keeps its Message-ID; an SMS or a message would be read twice."""
    return message.request.get("message_id") is not None


def _again(message: Outbound, sent: Sent, *, now: datetime, chance: float, at_least: timedelta = timedelta()) -> Step:
    pause = BACK_OFF[min(max(message.attempts - message.parts_sent, 1), len(BACK_OFF)) - 1]
    if sent.retry_after_s is not None:
        pause = max(pause, timedelta(seconds=min(sent.retry_after_s, MOST_HINT_S)))
    # A little later, so that those who failed together do not all come back together.
    again = now + max(pause, at_least) + min(pause / 10, timedelta(minutes=1)) * chance
    if again > message.give_up_at:
        return ended(OutState.FAILED, sent.detail or "abandonné après plusieurs jours d'essais", now=now)
    return Step(values={**_waiting(again), "detail": sent.detail}, wake_at=again)


def _doubt(detail: str, *, asks: bool, now: datetime) -> Step:
    """Nobody knows whether it left; a provider that can be asked is, later, before a person."""
    doubt = ended(OutState.UNKNOWN, detail, now=now)
    if not asks:
        return doubt
    at = now + ASK[0]
    return replace(doubt, values={**doubt.values, "next_attempt_at": at, "asked": 0}, wake_at=at)


def _waiting(at: datetime) -> dict[str, Any]:
    return {"state": OutState.FROZEN.value, "next_attempt_at": at, "lease_until": None}


def _follows(present: Outbound, attempted: Outbound, sent: Sent) -> bool:
    """Whether an outcome still changes a message.

    That it has left is news to whoever does not know it yet; any other outcome counts only for the worker that still
    holds the message.
    """
    mine = present.attempts == attempted.attempts
    if present.parts_sent != attempted.parts_sent:
        return False
    if sent.outcome is Outcome.OK:
        return present.state in _NOT_KNOWN_TO_HAVE_LEFT or (mine and present.state in _REPORTED)
    return mine and present.state is OutState.SENDING


def _spoken_of(message: Outbound) -> bool:
    """Whether its provider has reported on it although we had no answer: it has it. Of several parts, which is unknown."""
    return message.status_rank > 0 and len(message.parts) == 1


def _may_have_left(message: Outbound) -> bool:
    """Whether a report is the first word of its leaving: it is in doubt, or waits to be tried again."""
    if len(message.parts) > 1 or message.attempts == 0:
        return False
    return message.state in {OutState.UNKNOWN, OutState.FROZEN}


def _waits_to_leave_again(outbound: Outbound) -> bool:
    """Whether nothing has left since a person decided to send it again."""
    before = outbound.resolved
    again = before is not None and before["decision"] == "resend"
    return again and outbound.state is OutState.FROZEN and outbound.attempts == (before or {})["attempts"]
