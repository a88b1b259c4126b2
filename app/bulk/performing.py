"""Carrying an act out on one request, by the services that carry it out alone, and putting it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from app.bulk.foreseeing import changes_of, refused, stands_so, wanting
from app.bulk.values import Act, ActKind, Bulk, Item, Outcome, Verdict
from app.db.transaction import Session
from app.errors import ParvisError
from app.facts import Actor
from app.following.followers import Followers
from app.following.mentioning import Mentioning
from app.sve.service import LegalFace
from app.tickets import endings
from app.tickets.moves import ENDED, require_living
from app.tickets.service import Tickets
from app.tickets.snoozing import Snoozing
from app.tickets.tags import Tags
from app.tickets.values import Ticket

_OWNED = ("assignee_id", "team_id")


class Performing:
    """The hand that acts: every guard, fact and version is that of the act on one request."""

    def __init__(
        self,
        tickets: Tickets,
        mentioning: Mentioning,
        followers: Followers,
        tags: Tags,
        snoozing: Snoozing,
        legal: LegalFace,
    ) -> None:
        self._tickets, self._mentioning, self._followers = tickets, mentioning, followers
        self._tags, self._snoozing, self._legal = tags, snoozing, legal

    async def perform(self, session: Session, tenant_id: UUID, act: Act, ticket: Ticket, *, actor: Actor) -> Verdict:
        """Acts on a request, all or nothing; what it is refused for is the verdict."""
        try:
            async with session.begin_nested():
                require_living(ticket)
                if stands_so(act, ticket):
                    return Verdict(outcome=Outcome.UNCHANGED)
                # A change of status takes more along than itself: kept, so that undoing gives it back.
                kept = await endings.read(session, tenant_id, ticket.id) if act.kind is ActKind.STATUS else {}
                changed = await self._act(session, tenant_id, act, ticket, actor=actor)
                before, after = {**told(act, ticket), **kept}, told(act, changed)
                return Verdict(outcome=Outcome.CHANGED, before=before, after=after)
        except ParvisError as refusal:
            return refused(refusal)

    async def put_back(
        self, session: Session, tenant_id: UUID, bulk: Bulk, ticket: Ticket, item: Item, *, actor: Actor
    ) -> Verdict:
        """Undoes an act on a request that is still as the act left it; what somebody changed since is kept."""
        act = bulk.act
        if told(act, ticket) != item.after or ticket.merged_into is not None or ticket.erased_at is not None:
            return Verdict(outcome=Outcome.KEPT, code="changed-since")
        try:
            async with session.begin_nested():
                await self._undo(session, tenant_id, act, ticket, item.before or {}, actor=actor)
                given = (item.after or {}).get("assignee_id")
                if given and given != (item.before or {}).get("assignee_id"):
                    await self._followers.given_back(
                        session, tenant_id, ticket.id, UUID(given), since=bulk.begun_at, actor=actor
                    )
        except ParvisError as refusal:
            return Verdict(outcome=Outcome.KEPT, code=refusal.code, detail=refused(refusal).detail)
        return Verdict(outcome=Outcome.UNDONE)

    async def _act(self, session: Session, tenant_id: UUID, act: Act, ticket: Ticket, *, actor: Actor) -> Ticket:
        version = ticket.version
        match act.kind:
            case ActKind.ASSIGN | ActKind.TEAM | ActKind.STATUS:
                return await self._tickets.change(
                    session, tenant_id, ticket.id, changes_of(act), version=version, actor=actor
                )
            case ActKind.TAG:
                return await self._tags.put(session, tenant_id, ticket.id, _tag(act), version=version, actor=actor)
            case ActKind.UNTAG:
                return await self._tags.take_off(session, tenant_id, ticket.id, _tag(act), version=version, actor=actor)
            case ActKind.SNOOZE:
                return await self._snoozing.snooze(
                    session, tenant_id, ticket.id, until_at=act.until_at, version=version, actor=actor
                )
            case ActKind.NOTE:
                await self._mentioning.note(session, tenant_id, ticket.id, act.text or "", actor=actor)
            case ActKind.QUALIFY:
                await self._qualify(session, tenant_id, act, ticket, actor=actor)
            case _:
                assert_never(act.kind)
        return ticket

    async def _qualify(self, session: Session, tenant_id: UUID, act: Act, ticket: Ticket, *, actor: Actor) -> None:
        saisine = wanting(await self._legal.of_tickets(session, tenant_id, [ticket.id]))
        await self._legal.qualify(
            session,
            tenant_id,
            saisine.id,
            regime=None,
            delay=None,
            procedure=act.procedure,
            reason=act.reason or "",
            version=saisine.version,
            actor=actor,
        )

    async def _undo(
        self, session: Session, tenant_id: UUID, act: Act, ticket: Ticket, before: Mapping[str, Any], *, actor: Actor
    ) -> None:
        version = ticket.version
        match act.kind:
            case ActKind.ASSIGN | ActKind.TEAM:
                owners = {name: UUID(before[name]) if before[name] else None for name in _OWNED}
                await self._tickets.change(
                    session, tenant_id, ticket.id, owners, version=version, actor=actor, as_was=True
                )
            case ActKind.STATUS:
                await self._tickets.change(
                    session, tenant_id, ticket.id, {"status": before["status"]}, version=version, actor=actor
                )
                if before["status"] in ENDED and act.status not in ENDED:
                    await endings.closed_as(session, tenant_id, ticket.id, before)
                elif before["status"] not in ENDED and act.status in ENDED:
                    await endings.aside_as(session, tenant_id, ticket.id, before)
            case ActKind.TAG:
                await self._tags.take_off(session, tenant_id, ticket.id, _tag(act), version=version, actor=actor)
            case ActKind.UNTAG:
                await self._tags.put(session, tenant_id, ticket.id, _tag(act), version=version, actor=actor)
            case ActKind.SNOOZE if before.get("snoozed"):
                await self._snoozing.snooze(
                    session, tenant_id, ticket.id, until_at=_instant(before["until_at"]), version=version, actor=actor
                )
            case ActKind.SNOOZE:
                await self._snoozing.wake(session, tenant_id, ticket.id, version=version, actor=actor)
            case ActKind.NOTE | ActKind.QUALIFY:
                pass
            case _:
                assert_never(act.kind)


def told(act: Act, ticket: Ticket) -> dict[str, Any]:
    """Writes down what an act touches of a request: what is compared, and put back, later."""
    match act.kind:
        case ActKind.ASSIGN | ActKind.TEAM:
            return {name: str(value) if (value := getattr(ticket, name)) else None for name in _OWNED}
        case ActKind.STATUS:
            return {"status": ticket.status.value}
        case ActKind.TAG | ActKind.UNTAG:
            return {"tagged": any(mark.id == act.tag_id for mark in ticket.tags)}
        case ActKind.SNOOZE:
            until = ticket.snoozed_until_at
            return {"snoozed": ticket.snoozed_at is not None, "until_at": until.isoformat() if until else None}
        case ActKind.NOTE | ActKind.QUALIFY:
            return {}
        case _:
            assert_never(act.kind)


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _tag(act: Act) -> UUID:
    return act.tag_id or UUID(int=0)
