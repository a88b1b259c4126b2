"""When to look whether something waits in an administration for who follows what happens there: pure.

A ring says that something happened there; it is looked at then, and for a minute more, since the log shows a fact only once
older transactions have ended. What is to be tried again has its instant. Rings may be lost: everybody is looked at each
minute.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

ATTENTIVE_FOR = EVERYBODY_EVERY = timedelta(seconds=60)


class Agenda:
    """Keeps, for each administration, the next instant to look at it."""

    def __init__(self) -> None:
        self._next: dict[UUID, datetime] = {}
        self._attentive_until: dict[UUID, datetime] = {}
        self._everybody_at: datetime | None = None
        self._served: dict[UUID, datetime] = {}

    def heard(self, tenant_id: UUID, *, now: datetime) -> None:
        """Something happened there."""
        self._next[tenant_id] = now
        self._attentive_until[tenant_id] = now + ATTENTIVE_FOR

    def missed(self, *, now: datetime) -> None:
        """Rings may have been missed: everybody is looked at."""
        self._everybody_at = now

    def something_is_due(self, *, now: datetime) -> bool:
        everybody = self._everybody_at is None or self._everybody_at <= now
        return everybody or any(at <= now for at in self._next.values())

    def due(self, active: Iterable[UUID], *, now: datetime) -> list[UUID]:
        """Returns whom to look at now, of those there are, who was served longest ago first; the others are forgotten."""
        present = list(active)
        if self._everybody_at is None or self._everybody_at <= now:
            self._everybody_at = now + EVERYBODY_EVERY
            self._next = dict.fromkeys(present, now)
        self._next = {tenant_id: self._next[tenant_id] for tenant_id in present if tenant_id in self._next}
        self._attentive_until = {tenant_id: at for tenant_id, at in self._attentive_until.items() if at > now}
        self._served = {tenant_id: at for tenant_id, at in self._served.items() if tenant_id in self._next}
        due = [tenant_id for tenant_id, at in self._next.items() if at <= now]
        return sorted(due, key=lambda tenant_id: (tenant_id in self._served, self._served.get(tenant_id, now)))

    def served(self, tenant_id: UUID, *, now: datetime) -> None:
        """A turn begins there: others come before its next one, so that slow consumers of a few keep nobody waiting."""
        self._served[tenant_id] = now

    def is_attentive(self, tenant_id: UUID, *, now: datetime) -> bool:
        return self._attentive_until.get(tenant_id, now) > now

    def rests(self, tenant_id: UUID, *, until: datetime | None, now: datetime) -> None:
        """Nothing waits there before an instant; None: not before everybody is looked at again.

        `now` is when the look began. One that rang since then is looked at again: what rang may have come after the look.
        """
        if self.is_attentive(tenant_id, now=now):
            return
        if until is None:
            self._next.pop(tenant_id, None)
        else:
            self._next[tenant_id] = until
