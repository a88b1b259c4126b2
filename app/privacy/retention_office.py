"""Deciding how long requests are kept: read, foreseen, and changed with a legal basis."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session, whole
from app.errors import Flaw, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.privacy import foreseeing
from app.privacy import retention_repository as repository
from app.privacy.foreseeing import Foreseen
from app.privacy.retention import CATEGORIES, MONTHS_MAX, Policy, proposed
from app.privacy.retention_facts import RetentionDecided
from app.rest.languages import Said
from app.tenants.values import Tenant

BASIS_MAX = 1000


class RetentionOffice:
    """Reads and decides the policies of an administration."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def all(self, session: Session, tenant_id: UUID) -> Mapping[str, Policy]:
        """Returns, for each category, what was decided, else what is only proposed."""
        decided = {policy.category: policy for policy in await repository.policies(session, tenant_id)}
        return {category: decided.get(category) or proposed(category) for category in CATEGORIES}

    async def get(self, session: Session, tenant_id: UUID, category: str) -> Policy:
        """Raises `NotFound` for a category that does not exist."""
        if category not in CATEGORIES:
            raise NotFound
        return (await self.all(session, tenant_id))[category]

    async def foresee(self, session: Session, tenant: Tenant, wanted: Policy) -> Foreseen:
        """Counts what tonight's round would do with a duration; nothing is decided. Raises `NotFound`, `Invalid`.

        The round sees every request: so do these counts, which name none.
        """
        if wanted.category not in CATEGORIES:
            raise NotFound
        flaws = _unkeepable(wanted)
        if flaws:
            raise Invalid(flaws=flaws)
        today = civil_day(self._clock(), tenant.time_zone)
        decided = {policy.category: policy for policy in await repository.policies(session, tenant.id)}
        async with whole(session):
            found = await repository.long_closed(
                session,
                tenant.id,
                wanted.category,
                before=foreseeing.closed_before(wanted, today=today),
                zone=tenant.time_zone,
                limit=foreseeing.MOST + 1,
            )
        return foreseeing.foresee(found, decided, wanted, today=today)

    async def decide(self, session: Session, tenant_id: UUID, wanted: Policy, *, version: int, actor: Actor) -> Policy:
        """Puts a decision in the place of `version`; every closed request is looked at again by night.

        Raises `NotFound`, `Invalid`, `Stale`.
        """
        if wanted.category not in CATEGORIES:
            raise NotFound
        basis = " ".join(wanted.legal_basis.split())
        flaws = _unkeepable(wanted)
        if not basis or len(basis) > BASIS_MAX:
            told = Said(
                f"écrivez le texte ou la décision qui le fonde, en {BASIS_MAX} signes au plus",
                en=f"write the text or the decision it stands on, in at most {BASIS_MAX} characters",
            )
            flaws.append(Flaw("/legal_basis", "required", told))
        if flaws:
            raise Invalid(flaws=flaws)
        present = await repository.locked(session, tenant_id, wanted.category)
        if (present.version if present else 0) != version:
            raise Stale
        now = self._clock()
        decided = replace(wanted, legal_basis=basis, decided_at=now, decided_by=actor.label, version=version + 1)
        await repository.decide(session, tenant_id, decided)
        fact = RetentionDecided(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=now,
            actor=actor,
            category=decided.category,
            active_months=decided.active_months,
            archive_months=decided.archive_months,
            fate=decided.fate.value,
        )
        await self._book.record(session, fact)
        return decided


def _unkeepable(wanted: Policy) -> list[Flaw]:
    return [*_months(wanted.active_months, "active_months"), *_months(wanted.archive_months, "archive_months")]


def _months(value: int, name: str) -> list[Flaw]:
    if 0 <= value <= MONTHS_MAX:
        return []
    told = Said(
        f"un nombre de mois de 0 à {MONTHS_MAX} est attendu",
        en=f"a number of months from 0 to {MONTHS_MAX} is expected",
    )
    return [Flaw(f"/{name}", "range", told)]
