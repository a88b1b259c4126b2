"""Whoever comes to see confidential requests is told of to those who hold them (ADR 0021).

An administrator may put anybody in a team, themselves too, or make a key that reads everything: that cannot be forbidden
without leaving a house nobody can mend. It is never silent: it asks for a fresh proof, stands in the journal, and is mailed
to the members of each team that holds confidential requests.
"""

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session, whole
from app.facts import Actor, FactBook, Seen
from app.identity import people_repository
from app.identity.facts import AbsenceDeclared, TeamJoined
from app.identity.repository import ApiKey
from app.identity.scopes import Scope
from app.ids import Prefix, new_id, public_id
from app.sve.warning.posting import Posting
from app.sve.warning.values import Letter, NoticeKind
from app.tenants.service import Tenants
from app.tickets import confidential
from app.tickets.confidential import Holder

READS = frozenset({Scope.TICKETS_READ.value, Scope.EVENTS_READ.value, Scope.INTAKE_READ.value})

_DOUBT = (
    "Ce n'est pas ce qui était prévu ? Parlez-en à votre responsable ou au délégué à la protection des données : le "
    "journal garde cet acte."
)


class Confiding:
    """Hears who joined a team and what is lent in another's name, and is told of keys."""

    def __init__(self, tenants: Tenants, posting: Posting, book: FactBook, clock: Clock) -> None:
        self._tenants, self._posting, self._book, self._clock = tenants, posting, book, clock

    async def heard(self, session: Session, facts: Sequence[TeamJoined]) -> None:
        """Tells the members of teams that hold confidential requests who joined them."""
        for fact in facts:
            async with whole(session):
                held = await confidential.holders(session, fact.tenant_id, teams=fact.teams, but=fact.subject_id)
            if not held:
                continue
            person = await people_repository.person(session, fact.tenant_id, fact.subject_id)
            who = person.name if person else "?"
            said = f"{who} est désormais dans votre équipe, et voit ses demandes confidentielles."
            await self._tell(session, fact.tenant_id, held, said, way="team", about=fact.subject_id, actor=fact.actor)

    async def key_made(self, session: Session, key: ApiKey, *, actor: Actor) -> None:
        """Tells every such team of a key that reads requests: a key is bounded by its rights alone."""
        if not key.scopes & READS:
            return
        async with whole(session):
            held = await confidential.holders(session, key.tenant_id)
        if held:
            said = (
                f"Une clé d'intégration, « {key.name} », lit désormais toutes les demandes, confidentielles comprises."
            )
            await self._tell(session, key.tenant_id, held, said, way="key", about=key.id, actor=actor)

    async def lent(self, session: Session, facts: Sequence[AbsenceDeclared]) -> None:
        """Tells whoever is away, and their teams, that somebody else lent their confidential requests to a stand-in."""
        for fact in facts:
            if not fact.confidential or fact.stand_in_id is None or fact.actor.id == fact.user_id:
                continue
            person = await people_repository.person(session, fact.tenant_id, fact.user_id)
            stand_in = await people_repository.person(session, fact.tenant_id, fact.stand_in_id)
            if person is None or stand_in is None:
                continue
            said = (
                f"{stand_in.name} remplace {person.name} du {fact.from_on:%d/%m/%Y} au {fact.until_on:%d/%m/%Y}, et voit "
                "ces jours-là ses demandes confidentielles et celles de ses équipes."
            )
            async with whole(session):
                held = await confidential.holders(session, fact.tenant_id, teams=person.teams, but=stand_in.id)
            readers = sorted({person.email, *(one for team in held for one in team.members)})
            await self._reached(session, fact.tenant_id, held, way="absence", about=fact.subject_id, actor=fact.actor)
            tenant = await self._tenants.get(session, fact.tenant_id)
            letter = Letter(
                kind=NoticeKind.CONFIDENCE,
                subject_key=new_id().hex,
                day=civil_day(self._clock(), tenant.time_zone),
                title=f"{person.name} : des demandes confidentielles sont prêtées pendant son absence",
                text="\n\n".join([said, _by(fact.actor), _DOUBT, f"{tenant.service_name}, {tenant.name}"]),
                detail={},
            )
            await self._posting.post(session, fact.tenant_id, letter, readers)

    async def _tell(
        self,
        session: Session,
        tenant_id: UUID,
        held: Sequence[Holder],
        said: str,
        *,
        way: str,
        about: UUID,
        actor: Actor,
    ) -> None:
        now, tenant = self._clock(), await self._tenants.get(session, tenant_id)
        await self._reached(session, tenant_id, held, way=way, about=about, actor=actor)
        by = _by(actor)
        for team in held:
            letter = Letter(
                kind=NoticeKind.CONFIDENCE,
                subject_key=new_id().hex,
                day=civil_day(now, tenant.time_zone),
                title=f"Équipe « {team.name} » : un nouvel accès à vos demandes confidentielles",
                text="\n\n".join([said, by, _DOUBT, f"{tenant.service_name}, {tenant.name}"]),
                detail={"team": public_id(Prefix.TEAM, team.id)},
            )
            await self._posting.post(session, tenant_id, letter, team.members)

    async def _reached(
        self, session: Session, tenant_id: UUID, held: Sequence[Holder], *, way: str, about: UUID, actor: Actor
    ) -> None:
        reached = Seen(
            tenant_id=tenant_id,
            subject_id=about,
            at=self._clock(),
            actor=actor,
            action="confidence.reached",
            detail={"way": way, "teams": [public_id(Prefix.TEAM, one.id) for one in held]},
        )
        await self._book.record(session, reached)


def _by(actor: Actor) -> str:
    return f"Acte de {actor.name}." if actor.name else "Acte de l'exploitant."
