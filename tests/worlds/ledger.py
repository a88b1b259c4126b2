"""What the database does for outgoing messages, modelled: rows, attempts, reports, and the looks that find what is due.

`test_the_model_is_the_house.py` lives the same life in both and compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.channels.contract import DeliveryStatus, Outcome, Sent
from app.exchanges import course
from app.exchanges.freezing import GIVE_UP_AFTER
from app.exchanges.outbox import Outbound, OutState

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider says of one copy of one part, by its own name for it or by ours."""

    number: int
    part: int
    name: str
    status: DeliveryStatus
    by_reference: bool


def a_message(number: int, *, mail: bool, parts: int, priority: int, at: datetime) -> Outbound:
    """Freezes one message to one person."""
    name = f"<{number}@x>" if mail else None
    texts = [f"{number}.{part}" for part in range(parts)]
    return Outbound(
        tenant_id=NOBODY, id=UUID(int=number), channel_id=NOBODY, ticket_id=NOBODY, message_id=NOBODY, purpose="reply",
        priority=priority, recipient_address=f"{number}@example.org", recipient={},
        request={"message_id": name, "parts": texts}, digest="", state=OutState.FROZEN, status_rank=0,
        external_id=name, names=None, parts_sent=0, attempts=0, asked=0, next_attempt_at=at, lease_until=None,
        detail=None, delayed_at=None, report_code=None, frozen_at=at, give_up_at=at + GIVE_UP_AFTER, settled_at=None,
        resolved=None, version=1,
    )  # fmt: skip


@dataclass(slots=True)
class Ledger:
    """The tables `outbound`, `outbound_attempts` and `delivery_updates` of one channel."""

    messages: dict[UUID, Outbound] = field(default_factory=dict)
    written: dict[UUID, Outbound] = field(default_factory=dict)
    # By message and number of the attempt: when it began, and its outcome once somebody wrote it.
    attempts: dict[tuple[UUID, int], tuple[datetime, Outcome | None]] = field(default_factory=dict)
    updates: list[tuple[str, DeliveryStatus, datetime]] = field(default_factory=list)

    def copy(self) -> "Ledger":
        return Ledger(dict(self.messages), self.written, dict(self.attempts), list(self.updates))

    def add(self, message: Outbound) -> None:
        self.messages[message.id] = self.written[message.id] = message

    def is_mail(self, number: int) -> bool:
        return self.written[UUID(int=number)].external_id is not None

    def move(self, message_id: UUID, values: Mapping[str, Any]) -> None:
        told = {**values, "state": OutState(values["state"])} if "state" in values else values
        self.messages[message_id] = replace(self.messages[message_id], **told)

    # Looks

    def due(self, now: datetime) -> list[Outbound]:
        ready = [m for m in self._in(OutState.FROZEN) if m.next_attempt_at is not None and m.next_attempt_at <= now]
        return sorted(ready, key=lambda m: (m.parts_sent == 0, -m.priority, m.next_attempt_at, m.id))

    def lease(self, chosen: list[Outbound], *, now: datetime) -> list[Outbound]:
        for one in chosen:
            held = {"state": OutState.SENDING, "attempts": one.attempts + 1, "lease_until": now + course.LEASE}
            self.move(one.id, held)
            self.attempts[one.id, one.attempts + 1] = (now, None)
        return [self.messages[one.id] for one in chosen]

    def orphans(self, now: datetime) -> list[Outbound]:
        return [m for m in self._in(OutState.SENDING) if m.lease_until is not None and m.lease_until <= now]

    def overdue(self, now: datetime) -> list[Outbound]:
        return [m for m in self._in(OutState.FROZEN) if m.give_up_at <= now]

    def to_ask(self, now: datetime) -> list[Outbound]:
        found = [m for m in self._in(OutState.UNKNOWN) if m.next_attempt_at is not None and m.next_attempt_at <= now]
        for one in found[:1]:
            self.move(one.id, {"asked": one.asked + 1, "next_attempt_at": now + course.TURN})
        return [self.messages[one.id] for one in found[:1]]

    def soonest(self) -> datetime | None:
        """When something is next due of what has not ended."""
        waits = [m.next_attempt_at for m in self._in(OutState.FROZEN)]
        held = [m.lease_until for m in self._in(OutState.SENDING)]
        return min((at for at in (*waits, *held) if at is not None), default=None)

    def doubtful(self, message_id: UUID) -> int:
        unsure = (None, Outcome.UNKNOWN)
        return sum(key[0] == message_id and outcome in unsure for key, (_, outcome) in self.attempts.items())

    def end_attempt(self, message_id: UUID, number: int, outcome: Outcome) -> None:
        self.attempts[message_id, number] = (self.attempts[message_id, number][0], outcome)

    # Reports

    def heard(self, report: Report, *, now: datetime) -> None:
        found = self._by_name(report.name) or (self._by_reference(report, now=now) if report.by_reference else None)
        self.updates.append((report.name, report.status, now))
        if found is not None:
            self._apply(self.messages[found], report.status, now=now)

    def follow(self, message: Outbound, step: course.Step, *, now: datetime) -> None:
        self.move(message.id, step.values)
        if step.told is course.Told.ACCEPTED and "external_id" in step.values:
            for name in step.values["names"] or [step.values["external_id"]]:
                self._catch_up(message, name, now=now)

    def _catch_up(self, message: Outbound, name: str | None, *, now: datetime) -> None:
        began = self.attempts[message.id, message.attempts][0]
        known = [status for said_of, status, at in self.updates if said_of == name and at >= began]
        for status in sorted(known, key=lambda one: course.RANK[one]):
            self._apply(self.messages[message.id], status, now=now)

    def _apply(self, message: Outbound, status: DeliveryStatus, *, now: datetime) -> None:
        step = course.after_report(message, status, None, code=None, whole=self._whole(message), now=now)
        if step is not None:
            self.follow(message, step, now=now)

    def _whole(self, message: Outbound) -> bool:
        if len(message.parts) > 1 and message.parts_sent < len(message.parts):
            return False
        good = (DeliveryStatus.DELIVERED, DeliveryStatus.READ)
        reached = {name for name, status, _ in self.updates if status in good}
        return not message.names or reached.issuperset(message.names)

    def _by_name(self, name: str) -> UUID | None:
        return next((m.id for m in self.messages.values() if m.external_id == name or name in (m.names or ())), None)

    def _by_reference(self, report: Report, *, now: datetime) -> UUID:
        message = self.messages[UUID(int=report.number)]
        if message.state is OutState.UNKNOWN and report.part == message.parts_sent:
            sent = Sent(outcome=Outcome.OK, external_ids=(report.name,))
            self.follow(message, course.left(message, sent, now=now), now=now)
        elif message.external_id is None and len(message.parts) == 1:
            self.move(message.id, {"external_id": report.name})
        return message.id

    def _in(self, state: OutState) -> list[Outbound]:
        return [message for message in self.messages.values() if message.state is state]
