"""The people who run the installation: no way into an administration's data but a grant it can see, refuse and cut."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Conflict, Flaw, Invalid, NotFound, Stale, Unauthenticated
from app.facts import SYSTEM, Actor, FactBook, Seen
from app.identity import doors_repository, grants_repository
from app.identity.grant_facts import (
    OperatorAccessDecided,
    OperatorAccessEnded,
    OperatorAccessRequested,
    OperatorBrokeIn,
    OperatorEntered,
)
from app.identity.grants import (
    ANSWERED_WITHIN,
    LINK_LASTS,
    MOST_HOURS,
    MOST_HOURS_BROKEN,
    Grant,
    GrantRights,
    GrantState,
)
from app.identity.grants_repository import Operator
from app.identity.identified import Identified
from app.identity.people import email_key, plain_name
from app.identity.refusals import LinkOver, SameOperator
from app.identity.sessions import Sessions, digest_of
from app.ids import Prefix, new_id, new_secret, public_id
from app.rest.languages import Said
from app.tenants.standing import reason_of

_SECRET, _LINK = "parvis_o", "parvis_g"
_REFUSED = Said("opérateur ou secret refusé", en="operator or secret refused")


class Operators:
    """Keeps the register of operators, their requests, and what administrations answered."""

    def __init__(self, database: Database, sessions: Sessions, book: FactBook, clock: Clock) -> None:
        self._database, self._sessions, self._book, self._clock = database, sessions, book, clock

    async def add(self, *, email: str, name: str) -> tuple[str, Operator]:
        """Registers an operator; returns their secret, for the only time. Raises `Conflict` for a known address."""
        secret = new_secret(_SECRET)
        operator = Operator(
            id=new_id(), name=plain_name(name), email=email_key(email), created_at=self._clock(), revoked_at=None
        )
        async with self._database.transaction() as session:
            if not await grants_repository.add_operator(session, operator, digest=digest_of(secret)):
                raise Conflict(Said("un opérateur a déjà cette adresse", en="an operator has this address already"))
        return secret, operator

    async def list(self) -> Sequence[Operator]:
        async with self._database.transaction() as session:
            return await grants_repository.operators(session)

    async def revoke(self, email: str) -> UUID:
        """Revokes an operator: they ask for nothing more. Raises `NotFound`. Their grants are cut by `cut_all`.

        May be called again: whoever was interrupted before the last grant was cut goes on.
        """
        async with self._database.transaction() as session:
            found = await grants_repository.revoke_operator(session, email_key(email), at=self._clock())
        if found is None:
            raise NotFound(Said("aucun opérateur n'a cette adresse", en="no operator has this address"))
        return found

    async def cut_all(self, session: Session, tenant_id: UUID, operator_id: UUID) -> int:
        """Ends what a revoked operator still may see of an administration; returns how many grants that was."""
        grants = await grants_repository.open_of(session, tenant_id, operator_id, now=self._clock())
        for grant in grants:
            await self._end(session, grant, actor=SYSTEM, name="")
        return len(grants)

    async def prove(self, *, email: str, secret: str) -> Operator:
        """Names the operator whose secret this is. Raises `Unauthenticated`, always in the same words."""
        async with self._database.transaction() as session:
            found = await grants_repository.operator(session, email_key(email))
        if not hmac.compare_digest(digest_of(secret.strip()), found[1] if found else "0" * 64) or found is None:
            raise Unauthenticated(_REFUSED)
        return found[0]

    async def request(
        self,
        session: Session,
        tenant_id: UUID,
        operator: Operator,
        *,
        reason: str,
        hours: int,
        rights: GrantRights = GrantRights.READ,
        confidential: bool = False,
    ) -> Grant:
        """Asks an administration for access; nothing opens until one of its administrators agrees. Raises `Invalid`."""
        grant_id, told = new_id(), reason_of(reason)
        await self._add(
            session,
            tenant_id,
            grant_id,
            operator,
            {"reason": told, "hours": _hours(hours, most=MOST_HOURS), "rights": rights.value}
            | {"wants_confidential": confidential, "state": GrantState.PENDING.value},
        )
        fact = OperatorAccessRequested(
            tenant_id=tenant_id,
            subject_id=grant_id,
            at=self._clock(),
            operator=operator.name,
            reason=told,
            rights=rights.value,
            hours=hours,
            wants_confidential=confidential,
        )
        await self._book.record(session, fact)
        return await self.get(session, tenant_id, grant_id)

    async def break_in(
        self,
        session: Session,
        tenant_id: UUID,
        operator: Operator,
        second: Operator,
        *,
        reason: str,
        hours: int,
        rights: GrantRights = GrantRights.READ,
    ) -> Grant:
        """Opens access without approval, on the word of two operators; every administrator is told at once.

        Never confidential requests. Raises `SameOperator` or `Invalid`.
        """
        # One person with two addresses is one person: what the register can tell of that is the name.
        if operator.id == second.id or operator.name.casefold() == second.name.casefold():
            raise SameOperator(SameOperator.advice)
        grant_id, told, now = new_id(), reason_of(reason), self._clock()
        until = now + timedelta(hours=_hours(hours, most=MOST_HOURS_BROKEN))
        await self._add(
            session,
            tenant_id,
            grant_id,
            operator,
            {"reason": told, "hours": hours, "rights": rights.value, "wants_confidential": False}
            | {"state": GrantState.APPROVED.value, "second_name": second.name, "decided_at": now, "until": until},
        )
        fact = OperatorBrokeIn(
            tenant_id=tenant_id,
            subject_id=grant_id,
            at=now,
            operator=operator.name,
            second=second.name,
            reason=told,
            rights=rights.value,
            until=until,
        )
        await self._book.record(session, fact)
        return await self.get(session, tenant_id, grant_id)

    async def get(self, session: Session, tenant_id: UUID, grant_id: UUID) -> Grant:
        """Raises `NotFound`."""
        grant = await grants_repository.find(session, tenant_id, grant_id)
        if grant is None:
            raise NotFound(Said("aucun accès n'a cet identifiant", en="no access has this identifier"))
        return grant

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Grant]:
        return await grants_repository.page(session, tenant_id, after=after, limit=limit)

    async def decide(
        self, session: Session, tenant_id: UUID, grant_id: UUID, *, approve: bool, by: Identified, version: int
    ) -> Grant:
        """Answers a request. Raises `NotFound`, `Stale`, or `Conflict` when it was answered or waited too long.

        Confidential requests are opened as far as the approver's own teams see them, and only if that was asked for.
        """
        grant, now = await self.get(session, tenant_id, grant_id), self._clock()
        if grant.version != version:
            raise Stale
        if not grant.waits_at(now):
            raise Conflict(Said("cette demande n'attend plus de réponse", en="this request waits for no answer"))
        until = now + timedelta(hours=grant.hours) if approve else None
        moved = await grants_repository.move(
            session,
            grant,
            {
                "state": (GrantState.APPROVED if approve else GrantState.REFUSED).value,
                "decided_at": now,
                "decided_by": by.id,
                "decided_by_name": by.name,
                "until": until,
                "teams": sorted(map(str, by.teams)) if approve and grant.wants_confidential else [],
            },
        )
        if not moved:
            raise Stale
        actor = Actor(by.kind.value, by.id, by.name)
        fact = OperatorAccessDecided(
            tenant_id=tenant_id,
            subject_id=grant_id,
            at=now,
            actor=actor,
            operator=grant.operator_name,
            approved=approve,
            until=until,
        )
        await self._book.record(session, fact)
        return await self.get(session, tenant_id, grant_id)

    async def cut(self, session: Session, tenant_id: UUID, grant_id: UUID, *, by: Identified) -> Grant:
        """Ends a grant and its sessions, at once. Raises `NotFound`, or `Conflict` when nothing is open."""
        grant = await self.get(session, tenant_id, grant_id)
        if not grant.open_at(self._clock()):
            raise Conflict(Said("cet accès est déjà fermé", en="this access is closed already"))
        await self._end(session, grant, actor=Actor(by.kind.value, by.id, by.name), name=by.name)
        return await self.get(session, tenant_id, grant_id)

    async def link(self, session: Session, tenant_id: UUID, grant_id: UUID, operator: Operator) -> str:
        """Returns the word of a link that opens the grant once, within a quarter of an hour; the former one is over.

        Raises `NotFound`, also for somebody else's grant, or `Conflict` while it is not open.
        """
        grant = await self.get(session, tenant_id, grant_id)
        if grant.operator_id != operator.id:
            raise NotFound(Said("aucun accès n'a cet identifiant", en="no access has this identifier"))
        if not grant.open_at(self._clock()):
            told = Said("cet accès n'est pas ouvert : il attend, ou il est fini", en="this access is not open")
            raise Conflict(told)
        lasts = (self._clock() + LINK_LASTS).timestamp()
        word = f"{new_secret(_LINK)}.{int(lasts)}"
        if not await grants_repository.move(session, grant, {"link_digest": digest_of(word), "link_used_at": None}):
            raise Stale
        return word

    async def presented(self, word: str) -> Grant:
        """Names the grant a link opens, before it is used. Raises `LinkOver`, always in the same words."""
        async with self._database.transaction(presented=digest_of(word)) as session:
            grant = await grants_repository.by_link(session, digest_of(word))
        now, lasts = self._clock(), word.rpartition(".")[2]
        if grant is None or grant.link_used_at is not None or not grant.open_at(now) or now.timestamp() >= int(lasts):
            raise LinkOver(LinkOver.advice)
        return grant

    async def enter(self, word: str, *, agent: str) -> str:
        """Uses a link; returns the word of the session. Raises `LinkOver`."""
        grant, now = await self.presented(word), self._clock()
        async with self._database.transaction(tenant=grant.tenant_id) as session:
            if not await grants_repository.move(session, grant, {"link_used_at": now}):
                raise LinkOver(LinkOver.advice)
            opened = await self._sessions.open(session, grant.tenant_id, holder=grant, strength="operator", agent=agent)
            fact = OperatorEntered(
                tenant_id=grant.tenant_id,
                subject_id=grant.id,
                at=now,
                actor=Actor("operator", grant.id, grant.operator_name),
                operator=grant.operator_name,
            )
            await self._book.record(session, fact)
        return opened

    async def witness(self, known: Identified, *, method: str, path: str) -> None:
        """Writes what an operator asks for into the journal before it is answered; what was searched is not repeated."""
        async with self._database.transaction(tenant=known.tenant_id) as session:
            seen = Seen(
                tenant_id=known.tenant_id,
                subject_id=known.id,
                at=self._clock(),
                actor=Actor(known.kind.value, known.id, known.name),
                action="operator.asked",
                detail={
                    "operator": known.name,
                    "grant_id": public_id(Prefix.GRANT, known.id),
                    "method": method,
                    "path": path[:300],
                },
            )
            await self._book.record(session, seen)

    async def _add(
        self, session: Session, tenant_id: UUID, grant_id: UUID, operator: Operator, values: dict[str, object]
    ) -> None:
        now = self._clock()
        who = {"tenant_id": tenant_id, "id": grant_id, "operator_id": operator.id, "operator_name": operator.name}
        when = {"requested_at": now, "answer_by": now + ANSWERED_WITHIN, "teams": [], "version": 1}
        await grants_repository.add(session, {**who, **when, **values})

    async def _end(self, session: Session, grant: Grant, *, actor: Actor, name: str) -> None:
        now = self._clock()
        values = {"state": GrantState.ENDED.value, "ended_at": now, "ended_by_name": name}
        if not await grants_repository.move(session, grant, values):
            raise Stale
        await doors_repository.end_sessions(session, grant.tenant_id, at=now, grant_id=grant.id)
        fact = OperatorAccessEnded(
            tenant_id=grant.tenant_id, subject_id=grant.id, at=now, actor=actor, operator=grant.operator_name
        )
        await self._book.record(session, fact)


def _hours(wanted: int, *, most: int) -> int:
    if not 1 <= wanted <= most:
        told = Said(f"entre 1 et {most} heures", en=f"between 1 and {most} hours")
        raise Invalid(flaws=[Flaw("/hours", "hours", told)])
    return wanted
