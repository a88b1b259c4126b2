"""What a batch meets in the house: the people, agents, teams and mailboxes it names, found a statement a kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.kit.phone import e164, region_of
from app.channels.service import Channels
from app.channels.values import Channel
from app.contacts import repository as contacts_repository
from app.contacts.service import PointKey
from app.db.transaction import Session
from app.errors import Invalid
from app.identity import people_repository
from app.identity.people import email_key
from app.imports.shapes import ForeignPerson, ForeignTicket, Read
from app.tenants.values import Tenant
from app.tickets.values import Direction

_UNNAMED = "Personne non nommée"


@dataclass(slots=True)
class Surroundings:
    """The house as an import sees it; agents and teams are asked for once a run, people once a batch."""

    tenant: Tenant
    channel: Channel
    mailboxes: Mapping[str, Channel]
    teams: Mapping[str, UUID]
    agents: dict[str, UUID | None] = field(default_factory=dict)

    @classmethod
    async def of(cls, session: Session, tenant: Tenant, channels: Channels, channel_id: UUID) -> "Surroundings":
        """Looks around. Raises `NotFound` for a channel that is not of this administration."""
        every = await channels.all_of(session, tenant.id)
        teams = await people_repository.teams(session, tenant.id)
        return cls(
            tenant,
            await channels.get(session, tenant.id, channel_id),
            {one.address.lower(): one for one in every if one.type == "email" and one.address},
            {team.name.casefold(): team.id for team in teams},
        )

    async def meet_agents(self, session: Session, batch: Sequence[Read]) -> Mapping[str, UUID]:
        """Returns the accounts a batch names that this administration has."""
        named = {one.assignee_email.lower() for one in batch if isinstance(one, ForeignTicket) and one.assignee_email}
        unknown = {name: _compared(name) for name in named if name not in self.agents}
        if unknown:
            found = await people_repository.by_addresses(session, self.tenant.id, list(unknown.values()))
            self.agents |= {name: found.get(key) for name, key in unknown.items()}
        return {name: known for name in named if (known := self.agents[name]) is not None}

    def mailbox(self, ticket: ForeignTicket) -> Channel:
        """Returns the mailbox a request came to where it is connected here, else the one the operator chose."""
        named = [
            ticket.account,
            *(to for one in ticket.messages if one.direction is Direction.IN for to in one.recipients),
        ]
        found = (self.mailboxes.get(address.lower()) for address in named if address)
        return next((one for one in found if one is not None), self.channel)

    def key(self, person: ForeignPerson | None) -> PointKey | None:
        """Returns what identifies a person: their address, else their telephone number; never their name."""
        if person is None:
            return None
        if person.email:
            return PointKey(PointKind.EMAIL.value, "", person.email)
        number = e164(person.phone, territory=region_of(self.tenant.territory)) if person.phone else None
        return PointKey(PointKind.PHONE.value, "", number) if number else None

    def people(self, batch: Iterable[Read]) -> dict[PointKey, str]:
        """Returns the people a batch names, with what they are called."""
        wanted: dict[PointKey, str] = {}
        for ticket in batch:
            if isinstance(ticket, ForeignTicket):
                said = [one.author for one in ticket.messages if one.direction is Direction.IN]
                for person in (ticket.requester, *said):
                    if (key := self.key(person)) is not None and person is not None:
                        wanted.setdefault(key, person.name or key.address)
        return wanted

    async def known(self, session: Session, keys: Iterable[PointKey]) -> set[PointKey]:
        """Returns those of some people that this administration knows already."""
        found = await contacts_repository.points_of(session, self.tenant.id, list(keys))
        return {PointKey(point.kind, point.scope, point.address) for point in found}


def _compared(address: str) -> str:
    try:
        return email_key(address)
    except Invalid:
        return ""  # no account has such an address


def called(person: ForeignPerson | None) -> str:
    """Returns what a person is called in a thread."""
    return _UNNAMED if person is None else person.name or person.email or person.phone or _UNNAMED
