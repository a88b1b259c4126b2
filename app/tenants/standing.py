"""Suspending an administration and letting it go on: with a reason, journalled, and nothing lost."""

from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid
from app.facts import SYSTEM, Actor, FactBook
from app.rest.languages import Said
from app.tenants import repository
from app.tenants.facts import TenantResumed, TenantSuspended
from app.tenants.refusals import AdministrationSuspended, NotSuspended
from app.tenants.service import Tenants

REASON_MAX = 500


class Standing:
    """Says whether an administration is in use; `ask` is whom a suspended one is told to ask."""

    def __init__(self, tenants: Tenants, book: FactBook, clock: Clock, *, ask: str | None) -> None:
        self._tenants, self._book, self._clock, self._ask = tenants, book, clock, ask

    async def suspend(self, session: Session, tenant_id: UUID, *, reason: str, actor: Actor = SYSTEM) -> None:
        """Raises `NotSuspended` when it is suspended already, `Invalid` without a reason."""
        told, now = reason_of(reason), self._clock()
        if not await repository.suspend(session, tenant_id, reason=told, at=now):
            raise NotSuspended(NotSuspended.advice)
        self._tenants.forget(tenant_id)
        await self._book.record(
            session, TenantSuspended(tenant_id=tenant_id, subject_id=tenant_id, at=now, actor=actor, reason=told)
        )

    async def resume(self, session: Session, tenant_id: UUID, *, reason: str, actor: Actor = SYSTEM) -> None:
        """Raises `NotSuspended` when nothing was suspended. Whoever holds what waited hears it in this transaction."""
        told, now = reason_of(reason), self._clock()
        self._tenants.forget(tenant_id)
        since = (await self._tenants.get(session, tenant_id)).suspended_at
        if since is None or not await repository.resume(session, tenant_id):
            raise NotSuspended(NotSuspended.advice)
        self._tenants.forget(tenant_id)
        fact = TenantResumed(tenant_id=tenant_id, subject_id=tenant_id, at=now, actor=actor, since=since, reason=told)
        await self._book.record(session, fact)

    async def refusal(self, tenant_id: UUID) -> AdministrationSuspended | None:
        """Returns what somebody of a suspended administration is told; None when it is in use."""
        tenant = await self._tenants.known(tenant_id)
        if tenant.erasing_at is not None:
            return AdministrationSuspended(AdministrationSuspended.leaving)
        if tenant.suspended_at is None:
            return None
        return AdministrationSuspended.since(tenant.suspended_at, tenant.suspended_reason, ask=self._ask)


def reason_of(written: str, *, pointer: str = "/reason") -> str:
    """Returns a reason worth keeping. Raises `Invalid` for none."""
    told = " ".join(written.split())
    if not 3 <= len(told) <= REASON_MAX:
        said = Said(
            f"donnez une raison, en {REASON_MAX} caractères au plus",
            en=f"give a reason, in {REASON_MAX} characters at most",
        )
        raise Invalid(flaws=[Flaw(pointer, "reason", said)])
    return told
