"""What an act over many requests would do to each: decided in batches, a handful of statements whatever their number.

It foretells and lets nothing through: carrying the act out asks each guard again.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from app.bulk.values import Act, ActKind, NothingToQualify, Outcome, Verdict
from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Forbidden, Invalid, NotFound, ParvisError
from app.identity.scopes import Scope
from app.rest.languages import Said
from app.sve.catalogue import Catalogue
from app.sve.local_procedures.service import Procedures
from app.sve.qualifying import qualification
from app.sve.service import LegalFace
from app.sve.values import Saisine
from app.tenants.service import day_of
from app.tickets import assigning
from app.tickets.closing import CloseGuard
from app.tickets.moves import ENDED, require_living
from app.tickets.snooze_values import require_coming, require_snoozable
from app.tickets.tag_values import MOST_ON_TICKET, TagArchived, TooManyTags
from app.tickets.tags import Tags
from app.tickets.values import Ticket

_UNCHANGED = Verdict(outcome=Outcome.UNCHANGED)
_CHANGED = Verdict(outcome=Outcome.CHANGED)


class Foreseeing:
    """Looks at requests and says what an act would do, writing nothing."""

    def __init__(self, tags: Tags, legal: LegalFace, procedures: Procedures, guard: CloseGuard, clock: Clock) -> None:
        self._tags, self._legal, self._guard, self._clock = tags, legal, guard, clock
        self._procedures = procedures

    async def check(self, session: Session, tenant_id: UUID, act: Act, *, scopes: frozenset[str]) -> None:
        """Refuses at once what no request could take.

        Raises `Invalid` for a team, an agent or a tag that is unknown, `TagArchived`, `Forbidden` without `sve:write`.
        """
        match act.kind:
            case ActKind.ASSIGN | ActKind.TEAM:
                flaws = await assigning.check(session, tenant_id, changes_of(act))
                if flaws:
                    raise Invalid(flaws=[Flaw(f"/act{flaw.pointer}", flaw.code, flaw.detail) for flaw in flaws])
            case ActKind.TAG | ActKind.UNTAG:
                await self._check_tag(session, tenant_id, act)
            case ActKind.QUALIFY:
                if Scope.SVE_WRITE not in scopes:
                    raise Forbidden(
                        Said("il manque à cette clé le droit : sve:write", en="this key lacks the scope: sve:write")
                    )
            case ActKind.SNOOZE:
                require_coming(act.until_at, now=self._clock(), at="/act/until_at")
            case ActKind.STATUS | ActKind.NOTE:
                pass
            case _:
                assert_never(act.kind)

    async def verdicts(
        self, session: Session, tenant_id: UUID, act: Act, tickets: Sequence[Ticket]
    ) -> Mapping[UUID, Verdict]:
        """Says what an act would do to each of some requests that the caller sees."""
        found: dict[UUID, Verdict] = {}
        left: list[Ticket] = []
        for ticket in tickets:
            try:
                require_living(ticket)
            except ParvisError as refusal:
                found[ticket.id] = refused(refusal)
                continue
            if stands_so(act, ticket):
                found[ticket.id] = _UNCHANGED
            else:
                left.append(ticket)
        return {
            **dict.fromkeys((one.id for one in left), _CHANGED),
            **found,
            **await self._refused(session, tenant_id, act, left),
        }

    async def _refused(
        self, session: Session, tenant_id: UUID, act: Act, tickets: Sequence[Ticket]
    ) -> Mapping[UUID, Verdict]:
        match act.kind:
            case ActKind.ASSIGN | ActKind.TEAM:
                return await self._given(session, tenant_id, act, tickets)
            case ActKind.STATUS if act.status in ENDED:
                running = await self._guard.running(session, tenant_id, [ticket.id for ticket in tickets])
                return {ticket_id: refused(refusal) for ticket_id, refusal in running.items()}
            case ActKind.TAG:
                full = refused(TooManyTags(TooManyTags.advice))
                return {ticket.id: full for ticket in tickets if len(ticket.tags) >= MOST_ON_TICKET}
            case ActKind.QUALIFY:
                return await self._qualified(session, tenant_id, act, tickets)
            case ActKind.SNOOZE:
                return await self._set_aside(session, tenant_id, act, tickets)
            case ActKind.STATUS | ActKind.UNTAG | ActKind.NOTE:
                return {}
            case _:
                assert_never(act.kind)

    async def _given(
        self, session: Session, tenant_id: UUID, act: Act, tickets: Sequence[Ticket]
    ) -> Mapping[UUID, Verdict]:
        """Whether each may be given: what decides is whose it is and whether it is confidential, so alike ones are read once."""
        alike: dict[tuple[Any, ...], list[Ticket]] = {}
        for ticket in tickets:
            alike.setdefault((ticket.team_id, ticket.assignee_id, ticket.confidential_at is not None), []).append(
                ticket
            )
        found: dict[UUID, Verdict] = {}
        for same in alike.values():
            try:
                await assigning.columns(session, tenant_id, same[0], changes_of(act), now=self._clock())
            except ParvisError as refusal:
                found |= dict.fromkeys((ticket.id for ticket in same), refused(refusal))
        return found

    async def _qualified(
        self, session: Session, tenant_id: UUID, act: Act, tickets: Sequence[Ticket]
    ) -> Mapping[UUID, Verdict]:
        saisines: dict[UUID, list[Saisine]] = {}
        for saisine in await self._legal.of_tickets(session, tenant_id, [ticket.id for ticket in tickets]):
            saisines.setdefault(saisine.ticket_id, []).append(saisine)
        found: dict[UUID, Verdict] = {}
        days: dict[date, Catalogue] = {}
        for ticket in tickets:
            try:
                on = wanting(saisines.get(ticket.id, ())).received_on
                if on not in days:
                    days[on] = (await self._procedures.view(session, tenant_id, on=on)).catalogue
                qualification(days[on], on, regime=None, delay=None, procedure=act.procedure)
            except ParvisError as refusal:
                found[ticket.id] = refused(refusal)
        return found

    async def _set_aside(
        self, session: Session, tenant_id: UUID, act: Act, tickets: Sequence[Ticket]
    ) -> Mapping[UUID, Verdict]:
        now, found = self._clock(), dict[UUID, Verdict]()
        today = await day_of(session, tenant_id, now=now)
        for ticket in tickets:
            try:
                require_snoozable(ticket, until_at=act.until_at, now=now, today=today)
            except ParvisError as refusal:
                found[ticket.id] = refused(refusal)
        return found

    async def _check_tag(self, session: Session, tenant_id: UUID, act: Act) -> None:
        try:
            tag = await self._tags.get(session, tenant_id, act.tag_id or UUID(int=0))
        except NotFound as error:
            raise Invalid(flaws=[Flaw("/act/tag_id", "unknown", error.detail)]) from None
        if act.kind is ActKind.TAG and tag.archived_at is not None:
            raise TagArchived(TagArchived.advice)


def changes_of(act: Act) -> dict[str, Any]:
    """Returns what an act that changes a request's own fields writes there."""
    match act.kind:
        case ActKind.ASSIGN:
            return {"assignee_id": act.assignee_id}
        case ActKind.TEAM:
            return {"team_id": act.team_id}
        case ActKind.STATUS:
            return {"status": act.status.value if act.status else None}
        case ActKind.TAG | ActKind.UNTAG | ActKind.NOTE | ActKind.QUALIFY | ActKind.SNOOZE:
            return {}
        case _:
            assert_never(act.kind)


def stands_so(act: Act, ticket: Ticket) -> bool:
    """Whether a request already is as the act would leave it."""
    match act.kind:
        case ActKind.ASSIGN | ActKind.TEAM | ActKind.STATUS:
            return all(getattr(ticket, name) == value for name, value in changes_of(act).items())
        case ActKind.TAG:
            return any(mark.id == act.tag_id for mark in ticket.tags)
        case ActKind.UNTAG:
            return all(mark.id != act.tag_id for mark in ticket.tags)
        case ActKind.SNOOZE:
            return ticket.snoozed_at is not None and ticket.snoozed_until_at == act.until_at
        case ActKind.NOTE | ActKind.QUALIFY:
            return False
        case _:
            assert_never(act.kind)


def wanting(saisines: Sequence[Saisine]) -> Saisine:
    """Returns the one saisine of a request that nobody has qualified. Raises `NothingToQualify`.

    Of several, which one the procedure is about is for a person to say.
    """
    open_ones = [
        one for one in saisines if one.closed_at is None and one.qualified_at is None and one.joined_to is None
    ]
    if len(open_ones) != 1:
        raise NothingToQualify(NothingToQualify.advice)
    return open_ones[0]


def refused(refusal: ParvisError) -> Verdict:
    """Returns a refusal as what one request says to an act."""
    detail = refusal.detail or (refusal.flaws[0].detail if refusal.flaws else refusal.title_fr)
    return Verdict(outcome=Outcome.REFUSED, code=refusal.code, detail=str(detail))
