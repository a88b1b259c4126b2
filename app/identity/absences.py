"""Absences: who is away on which days, and who stands in; they end by themselves.

Standing in lends eyes, never a right: the stand-in acts under their own name, with their own role. It is no delegation of
signature either, which takes an order of the mayor (CGCT L2122-19): that the stand-in may open a request says nothing of
who may decide it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.errors import Flaw, Forbidden, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.identity import absences_repository, people_repository
from app.identity.absences_repository import Absence
from app.identity.facts import AbsenceCancelled, AbsenceChanged, AbsenceDeclared
from app.identity.identified import Identified, Kind
from app.identity.roles import POLICY
from app.identity.scopes import Scope
from app.identity.sessions import Sessions
from app.ids import new_id
from app.rest.freshness import refuse_stale
from app.rest.languages import Said
from app.tenants.service import Tenants

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What an absence should be. `confidential` also lends the confidential requests the absent may see."""

    from_on: date
    until_on: date
    stand_in_id: UUID | None = None
    confidential: bool = False


async def who_stands_in(session: Session, tenant_id: UUID, user_id: UUID, *, on: date) -> UUID | None:
    """Returns who stands in for a person on a day; None when they are there, or nobody who is there stands in."""
    found = (await absences_repository.away(session, tenant_id, [user_id], on=on)).get(user_id)
    return await present_stand_in(session, tenant_id, found, on=on) if found else None


async def present_stand_in(session: Session, tenant_id: UUID, absence: Absence, *, on: date) -> UUID | None:
    """Returns the stand-in of an absence, unless they are away or suspended themselves: nobody stands in twice over."""
    if absence.stand_in_id is None:
        return None
    if await absences_repository.away(session, tenant_id, [absence.stand_in_id], on=on):
        return None
    person = await people_repository.person(session, tenant_id, absence.stand_in_id)
    return person.id if person is not None and person.suspended_at is None else None


class Absences:
    """Declares, changes and cancels absences. A person declares their own; who may for others has `absences:admin`."""

    def __init__(self, tenants: Tenants, sessions: Sessions, book: FactBook, clock: Clock) -> None:
        self._tenants, self._sessions, self._book, self._clock = tenants, sessions, book, clock

    async def get(self, session: Session, tenant_id: UUID, absence_id: UUID) -> Absence:
        """Raises `NotFound`."""
        found = await absences_repository.get(session, tenant_id, absence_id)
        if found is None:
            raise NotFound(Said("aucune absence n'a cet identifiant", en="no absence has this identifier"))
        return found

    async def page(
        self, session: Session, tenant_id: UUID, *, user_id: UUID | None, after: UUID | None, limit: int
    ) -> Sequence[Absence]:
        """Returns a page of absences, past and cancelled ones too, in the order they were declared."""
        return await absences_repository.page(session, tenant_id, user_id=user_id, after=after, limit=limit)

    async def coming(self, session: Session, tenant_id: UUID, *, user_id: UUID | None = None) -> Sequence[Absence]:
        """Returns the absences of today and of days to come, the earliest first."""
        today = await self.today(session, tenant_id)
        found = await absences_repository.page(session, tenant_id, since=today, user_id=user_id)
        return sorted(found, key=lambda one: (one.from_on, one.id))

    async def away(self, session: Session, tenant_id: UUID, user_ids: Sequence[UUID]) -> Mapping[UUID, Absence]:
        """Returns who of these is away today."""
        on = await self.today(session, tenant_id)
        return await absences_repository.away(session, tenant_id, user_ids, on=on)

    async def declare(
        self, session: Session, tenant_id: UUID, user_id: UUID, wanted: Days, *, by: Identified
    ) -> Absence:
        """Raises `NotFound`, `Forbidden`, or `Invalid` beside the field."""
        _refuse_others(user_id, wanted, lends=wanted.confidential, by=by, now=self._clock())
        # Held until the transaction ends: two declarations at once see each other's days.
        if await people_repository.credentials(session, tenant_id, user_id=user_id) is None:
            raise NotFound(Said("aucun compte n'a cet identifiant", en="no account has this identifier"))
        await self._refuse_days(session, tenant_id, user_id, wanted)
        absence = Absence(
            tenant_id=tenant_id,
            id=new_id(),
            user_id=user_id,
            from_on=wanted.from_on,
            until_on=wanted.until_on,
            stand_in_id=wanted.stand_in_id,
            confidential=wanted.confidential,
            declared_by=by.label,
            declared_at=self._clock(),
            cancelled_at=None,
            version=1,
        )
        await absences_repository.add(session, absence)
        await self._tell(session, absence, AbsenceDeclared, by=by)
        return absence

    async def change(
        self, session: Session, tenant_id: UUID, absence_id: UUID, wanted: Days, *, version: int, by: Identified
    ) -> Absence:
        """Changes days, stand-in or what is lent. Raises `NotFound`, `Stale`, `Forbidden` or `Invalid`."""
        was = await self.get(session, tenant_id, absence_id)
        # To somebody else, or for other days than the absent person said: their confidential requests are lent anew.
        wider = wanted.from_on < was.from_on or wanted.until_on > was.until_on
        anew = not was.confidential or wanted.stand_in_id != was.stand_in_id or wider
        _refuse_others(was.user_id, wanted, lends=wanted.confidential and anew, by=by, now=self._clock())
        await people_repository.credentials(session, tenant_id, user_id=was.user_id)
        if was.cancelled_at is not None:
            raise Invalid(Said("cette absence est annulée : déclarez-en une autre", en="this absence was cancelled"))
        await self._refuse_days(session, tenant_id, was.user_id, wanted, but=was)
        values = {
            "from_on": wanted.from_on,
            "until_on": wanted.until_on,
            "stand_in_id": wanted.stand_in_id,
            "confidential": wanted.confidential,
        }
        if not await absences_repository.change(session, tenant_id, absence_id, values, version=version):
            raise Stale
        now = await self.get(session, tenant_id, absence_id)
        self._forget(was.stand_in_id)
        await self._tell(session, now, AbsenceChanged, by=by)
        return now

    async def cancel(
        self, session: Session, tenant_id: UUID, absence_id: UUID, *, version: int, by: Identified
    ) -> Absence:
        """Ends an absence now: back earlier, or declared by mistake. Raises `NotFound`, `Stale`, `Forbidden`."""
        was = await self.get(session, tenant_id, absence_id)
        _refuse_others(was.user_id, None, lends=False, by=by, now=self._clock())
        if was.cancelled_at is not None:
            return was
        now = self._clock()
        if not await absences_repository.change(session, tenant_id, absence_id, {"cancelled_at": now}, version=version):
            raise Stale
        cancelled = replace(was, cancelled_at=now, version=version + 1)
        await self._tell(session, cancelled, AbsenceCancelled, by=by)
        return cancelled

    async def today(self, session: Session, tenant_id: UUID) -> date:
        tenant = await self._tenants.get(session, tenant_id)
        return civil_day(self._clock(), tenant.time_zone)

    async def _refuse_days(
        self, session: Session, tenant_id: UUID, user_id: UUID, wanted: Days, *, but: Absence | None = None
    ) -> None:
        flaws = _flaws_of_days(wanted, today=await self.today(session, tenant_id), was=but)
        flaws += await _flaws_of_stand_in(session, tenant_id, user_id, wanted)
        other = await absences_repository.overlapping(
            session, tenant_id, user_id, from_on=wanted.from_on, until_on=wanted.until_on, but=but.id if but else None
        )
        if other is not None:
            told = Said(
                f"une autre absence est déclarée du {other.from_on:%d/%m/%Y} au {other.until_on:%d/%m/%Y}",
                en=f"another absence is declared from {other.from_on} to {other.until_on}",
            )
            flaws.append(Flaw("/from_on", "overlap", told))
        if flaws:
            raise Invalid(flaws=flaws)

    async def _tell(self, session: Session, absence: Absence, kind: type[AbsenceDeclared], *, by: Identified) -> None:
        self._forget(absence.stand_in_id)
        fact = kind(
            tenant_id=absence.tenant_id,
            subject_id=absence.id,
            at=self._clock(),
            actor=Actor(by.kind.value, by.id, by.name),
            user_id=absence.user_id,
            stand_in_id=absence.stand_in_id,
            from_on=absence.from_on,
            until_on=absence.until_on,
            confidential=absence.confidential,
        )
        await self._book.record(session, fact)

    def _forget(self, stand_in_id: UUID | None) -> None:
        # Here at once, elsewhere within ten seconds: what a session was known to see is read anew.
        self._sessions.forget(lambda one: one.id == stand_in_id)


def may_declare(by: Identified, user_id: UUID) -> bool:
    """Says whether a caller may declare the absences of a person: their own, or with `absences:admin`."""
    return (by.kind is Kind.AGENT and by.id == user_id) or Scope.ABSENCES_ADMIN in by.scopes


def _refuse_others(user_id: UUID, wanted: Days | None, *, lends: bool, by: Identified, now: datetime) -> None:
    """Raises `Forbidden` for another's absence without the right, or for lending what is confidential in their name.

    An administrator may lend it in their name, with a fresh proof: `ProofWanted`. The absent person is told.
    """
    if not may_declare(by, user_id):
        raise Forbidden(
            Said(
                "une absence se déclare pour soi ; pour un autre, demandez à un responsable",
                en="declare your own absence; a supervisor declares those of others",
            )
        )
    own = by.kind is Kind.AGENT and by.id == user_id
    if wanted is not None and lends and not own and Scope.USERS_ADMIN not in by.scopes:
        told = Said(
            "seule la personne absente, ou un administrateur, prête ses demandes confidentielles",
            en="only the absent person or an administrator lends their confidential requests",
        )
        raise Forbidden(told, flaws=[Flaw("/confidential", "beyond", told)])
    if lends and not own:
        refuse_stale(by, now=now)


def _flaws_of_days(wanted: Days, *, today: date, was: Absence | None) -> list[Flaw]:
    if wanted.until_on < wanted.from_on:
        return [Flaw("/until_on", "order", Said("le dernier jour précède le premier", en="the last day is too early"))]
    if wanted.until_on - wanted.from_on > LONGEST:
        return [Flaw("/until_on", "long", Said("un an au plus : déclarez la suite plus tard", en="a year at most"))]
    if wanted.until_on < today and (was is None or wanted.until_on != was.until_on):
        return [Flaw("/until_on", "past", Said("ces jours sont passés", en="these days are over"))]
    return []


async def _flaws_of_stand_in(session: Session, tenant_id: UUID, user_id: UUID, wanted: Days) -> list[Flaw]:
    if wanted.stand_in_id is None:
        if not wanted.confidential:
            return []
        told = Said("dites à qui prêter les demandes confidentielles", en="say to whom confidential requests are lent")
        return [Flaw("/stand_in_id", "missing", told)]
    person = await people_repository.person(session, tenant_id, wanted.stand_in_id)
    if wanted.stand_in_id == user_id or person is None or person.suspended_at is not None:
        told = Said("quelqu'un d'autre est attendu, dont le compte est ouvert", en="somebody else is expected")
        return [Flaw("/stand_in_id", "unknown", told)]
    if Scope.TICKETS_WRITE not in POLICY[person.role].scopes:
        told = Said("cette personne ne peut pas traiter de demandes", en="this person cannot work on requests")
        return [Flaw("/stand_in_id", "role", told)]
    other = await absences_repository.overlapping(
        session, tenant_id, wanted.stand_in_id, from_on=wanted.from_on, until_on=wanted.until_on
    )
    if other is not None:
        told = Said(
            f"cette personne est absente aussi, du {other.from_on:%d/%m/%Y} au {other.until_on:%d/%m/%Y}",
            en=f"this person is away too, from {other.from_on} to {other.until_on}",
        )
        return [Flaw("/stand_in_id", "away", told)]
    return []
