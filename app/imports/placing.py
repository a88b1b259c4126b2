"""Placing a batch of another tool's history in one transaction: people, requests, messages, pieces, and where they came from.

What stands here already, under the same name, is left as it is: an export read twice, or a longer one later, adds only what
is new. Nothing here wakes anything: no acknowledgement, no notice, no fact a message.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.channels.kit.quoting import new_part
from app.clock import civil_day
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.contacts.service import PointKey
from app.db.transaction import Session
from app.exchanges import receptions
from app.facts import Actor
from app.ids import Prefix, human_reference, new_id, public_id
from app.imports.clocks import family, starting
from app.imports.pieces import Kept
from app.imports.settling import joined, once
from app.imports.shapes import SOURCE_NAMES, Flawed, ForeignMessage, ForeignTicket, Read
from app.imports.surroundings import Surroundings, called
from app.imports.twins import Twins, fresh_of
from app.imports.values import Import, Tally
from app.sve.taking_over import Taken, TakingOver
from app.tickets import origins, placing
from app.tickets.originals import Original
from app.tickets.subjects import title_of
from app.tickets.values import AuthorKind, Direction

_SUBJECT_MAX = 1_000


@dataclass(slots=True)
class _Rows:
    """What a batch writes, a list a table."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    pieces: list[dict[str, Any]] = field(default_factory=list)
    ticket_origins: list[dict[str, Any]] = field(default_factory=list)
    message_origins: list[dict[str, Any]] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)


class Placing:
    """Writes batches of one import."""

    def __init__(
        self, taking_over: TakingOver, *, run: Import, around: Surroundings, actor: Actor, now: datetime
    ) -> None:
        self._taking_over, self._run, self._around = taking_over, run, around
        self._actor, self._now = actor, now
        self._tenant = around.tenant
        self.flaws: Sequence[Flawed] = ()  # of the batch placed last

    async def place(self, session: Session, batch: Sequence[Read], kept: Mapping[str, Kept]) -> Tally:
        """Places what a batch holds; returns what it did. Raises `Conflict` when the same is placed elsewhere at once."""
        tickets = _merged(one for one in batch if isinstance(one, ForeignTicket))
        tenant_id, origin = self._tenant.id, self._run.origin
        # Nobody reads a delivery meanwhile: a mail that comes now finds its copy, or is found by it.
        await receptions.one_at_a_time(session, tenant_id)
        standing = dict(await origins.tickets_known(session, tenant_id, origin=origin, external_ids=[*tickets]))
        keys = {key_of(one, said): (one, said) for one in tickets.values() for said in one.messages}
        known = dict(await origins.messages_known(session, tenant_id, origin=origin, keys=[*keys]))
        standing |= await self._by_messages(session, keys, known, standing)
        twins = await Twins.of(session, self._around, fresh_of(keys, known))
        joined_here = {name: place for name, place in twins.requests().items() if name not in standing}
        standing |= joined_here
        known |= {key: original.message_id for key, original in twins.found.items()}
        agents = await self._around.meet_agents(session, list(tickets.values()))
        points, strangers = await self._people(session, tickets.values())
        rows = _Rows(message_origins=[self._twin_row(key, twin) for key, twin in twins.found.items()])
        opened: list[tuple[UUID, ForeignTicket]] = []
        for one in tickets.values():
            fresh = [said for said in one.messages if key_of(one, said) not in known]
            ticket_id = standing.get(one.external_id)
            if ticket_id is None:
                ticket_id = new_id()
                opened.append((ticket_id, one))
            clocks = {said.external_id for said in starting(one)}
            self._thread(rows, ticket_id, one, fresh, clocks, points, kept)
        await self._open(session, rows, opened, agents, points)
        await self._write(session, rows, strangers, {name: tickets[name] for name in joined_here}, joined_here)
        revived = _activity(rows.taken, set(standing.values()))
        await placing.revive(session, tenant_id, revived)
        rows.taken += await self._open_again(session, tickets.values(), known)
        self.flaws = await twins.put_right(
            session, self._taking_over, self._around, source=self._run.source, actor=self._actor
        )
        clocks_open = await self._taking_over.open(
            session, self._tenant, rows.taken, actor=self._run.actor, now=self._now
        )
        return Tally(
            tickets=len(rows.tickets),
            messages=len(rows.messages),
            pieces=len(rows.pieces),
            saisines=clocks_open,
            known=len(known),
        )

    async def _by_messages(
        self,
        session: Session,
        keys: Mapping[str, tuple[ForeignTicket, ForeignMessage]],
        known: Collection[str],
        standing: Collection[str],
    ) -> Mapping[str, UUID]:
        """Returns the requests of conversations that have no name here: a request received here bears one name only.

        Two of them may have been received in it; they go on where their first message was placed.
        """
        nameless = [key for key in keys if key in known and keys[key][0].external_id not in standing]
        places = await origins.requests_of(session, self._tenant.id, origin=self._run.origin, keys=nameless)
        return {keys[key][0].external_id: places[key] for key in reversed(nameless) if key in places}

    async def _write(
        self,
        session: Session,
        rows: "_Rows",
        strangers: Sequence[UUID],
        received: Mapping[str, ForeignTicket],
        places: Mapping[str, UUID],
    ) -> None:
        await placing.add_tickets(session, rows.tickets)
        await placing.add_messages(session, rows.messages, rows.pieces)
        people = [{"tenant_id": self._tenant.id, "import_id": self._run.id, "contact_id": one} for one in strangers]
        here = [self._origin_row(places[name], one, None, None) for name, one in received.items()]
        await origins.add(session, rows.ticket_origins, rows.message_origins, people, received=here)

    def _twin_row(self, key: str, twin: Original) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant.id,
            "import_id": self._run.id,
            "message_id": twin.message_id,
            "ticket_id": twin.ticket_id,
            "origin": self._run.origin,
            "external_key": key,
        }

    async def _open_again(
        self, session: Session, tickets: Iterable[ForeignTicket], known: Mapping[str, UUID]
    ) -> Sequence[Taken]:
        """Returns messages that stand here already, of requests their tool holds open.

        Of a request that was closed when it was taken over, they have started no clock.
        """
        told = {
            message_id: family(said, channel_type=self._around.mailbox(one).type)
            for one in tickets
            for said in starting(one)
            if (message_id := known.get(key_of(one, said))) is not None
        }
        found = await origins.standing(session, self._tenant.id, told)
        return [
            Taken(ticket_id=ticket_id, message_id=one, channel_type=told[one], received_at=received_at)
            for one, (ticket_id, received_at) in sorted(found.items())
        ]

    async def _people(
        self, session: Session, tickets: Iterable[ForeignTicket]
    ) -> tuple[Mapping[PointKey, Point], Sequence[UUID]]:
        """Finds or makes the people of a batch; returns also those nobody knew before."""
        wanted = dict(sorted(self._around.people(tickets).items()))
        if not wanted:
            return {}, ()
        before = await self._around.known(session, wanted)
        points = await contacts.resolve(session, self._tenant.id, wanted, at=self._now)
        return points, sorted({point.contact_id for key, point in points.items() if key not in before})

    def _thread(
        self,
        rows: _Rows,
        ticket_id: UUID,
        one: ForeignTicket,
        fresh: Sequence[ForeignMessage],
        clocks: set[str],
        points: Mapping[PointKey, Point],
        kept: Mapping[str, Kept],
    ) -> None:
        channel = self._around.mailbox(one)
        for said in fresh:
            message_id, key = new_id(), key_of(one, said)
            point = points.get(found) if (found := self._key(one, said)) is not None else None
            row = self._message_row(message_id, ticket_id, one, said, point)
            rows.messages.append({**row, "channel_id": channel.id})
            rows.message_origins.append(
                {
                    "tenant_id": self._tenant.id,
                    "import_id": self._run.id,
                    "message_id": message_id,
                    "ticket_id": ticket_id,
                    "origin": self._run.origin,
                    "external_key": key,
                }
            )
            rows.pieces += self._piece_rows(message_id, said, kept)
            if said.external_id in clocks:
                way = family(said, channel_type=channel.type)
                rows.taken.append(
                    Taken(ticket_id=ticket_id, message_id=message_id, channel_type=way, received_at=said.said_at)
                )

    async def _open(
        self,
        session: Session,
        rows: _Rows,
        opened: Sequence[tuple[UUID, ForeignTicket]],
        agents: Mapping[str, UUID],
        points: Mapping[PointKey, Point],
    ) -> None:
        by_year: dict[int, list[tuple[UUID, ForeignTicket]]] = {}
        for both in opened:
            by_year.setdefault(civil_day(both[1].opened_at, self._tenant.time_zone).year, []).append(both)
        for year, of_year in sorted(by_year.items()):
            last = await placing.take_numbers(session, self._tenant.id, year=year, count=len(of_year))
            for number, (ticket_id, one) in enumerate(of_year, start=last - len(of_year) + 1):
                key = self._around.key(one.requester)
                point = points.get(key) if key else None
                team = self._around.teams.get(one.team.casefold()) if one.team else None
                agent = agents.get(one.assignee_email.lower()) if one.assignee_email else None
                reference = human_reference(year, number)
                rows.tickets.append(self._ticket_row(ticket_id, one, reference, point, team, agent))
                rows.ticket_origins.append(self._origin_row(ticket_id, one, team, agent))

    def _key(self, one: ForeignTicket, said: ForeignMessage) -> PointKey | None:
        """Whose message it is: what came in is its author's, else the requester's; what left is nobody's."""
        if said.direction is not Direction.IN:
            return None
        return self._around.key(said.author) or self._around.key(one.requester)

    def _ticket_row(
        self,
        ticket_id: UUID,
        one: ForeignTicket,
        reference: str,
        point: Point | None,
        team: UUID | None,
        agent: UUID | None,
    ) -> dict[str, Any]:
        channel, told = self._around.mailbox(one), one.messages[0].text
        return {
            "tenant_id": self._tenant.id,
            "id": ticket_id,
            "reference": reference,
            "subject": title_of(one.subject, told, fallback=f"Reprise de {SOURCE_NAMES[self._run.source]}"),
            "status": one.status.value,
            "channel_id": channel.id,
            "channel_type": channel.type,
            "contact_id": point.contact_id if point else None,
            "point_id": point.id if point else None,
            "thread_key": None,
            "team_id": team,
            "assignee_id": agent,
            "received_at": one.opened_at,
            "last_activity_at": max(one.messages[-1].said_at, one.opened_at),
            "closed_at": one.closed_at,
            "risk": "none",
            "created_at": self._now,
            "version": 1,
        }

    def _origin_row(self, ticket_id: UUID, one: ForeignTicket, team: UUID | None, agent: UUID | None) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant.id,
            "import_id": self._run.id,
            "ticket_id": ticket_id,
            "origin": self._run.origin,
            "external_id": one.external_id,
            "number": one.number,
            "left_as": f"{one.status.value}/{team or ''}/{agent or ''}",
        }

    def _message_row(
        self, message_id: UUID, ticket_id: UUID, one: ForeignTicket, said: ForeignMessage, point: Point | None
    ) -> dict[str, Any]:
        received = said.direction is Direction.IN
        author = said.author if said.author.name or said.author.email or said.author.phone else None
        person = author or (one.requester if received else None)
        imported = {
            "source": self._run.source.value,
            "import_id": public_id(Prefix.IMPORT, self._run.id),
            "external_id": said.external_id[:200],
            "way": said.way,
            "tags": list(one.tags),
        }
        source = SOURCE_NAMES[self._run.source]
        doubt = f"reprise de {source} : la date de réception est celle qu’il a notée, Parvis ne l’a pas constatée"
        return {
            "tenant_id": self._tenant.id,
            "id": message_id,
            "ticket_id": ticket_id,
            "point_id": point.id if point else None,
            "reception_id": None,
            "direction": said.direction.value,
            "author_kind": (AuthorKind.CITIZEN if received else said.author_kind).value,
            "author_name": called(person) if received else (person.name if person else "") or f"Agent ({source})",
            "author_address": point.address if point else None,
            "external_id": said.message_id,
            "subject": said.subject[:_SUBJECT_MAX],
            "text": said.text,
            "text_new": new_part(said.text) if received and said.text else None,
            "html": said.html,
            "recipients": [{"kind": "email", "address": to, "display_name": None} for to in said.recipients],
            "fields": {"imported": imported, "placed_by": "import"},
            "geo": None,
            "warnings": [*([doubt] if received else []), *(told for _, told in said.flaws)],
            "automatic": said.automatic,
            "public": False,
            "claimed_at": said.said_at,
            "claimed_raw": said.said_raw[:200] or None,
            "provider_at": None,
            "received_at": said.said_at,
            "processed_at": self._now,
            "history": [],
        }

    def _piece_rows(self, message_id: UUID, said: ForeignMessage, kept: Mapping[str, Kept]) -> list[dict[str, Any]]:
        found = [(piece, kept.get(piece.member or "")) for piece in said.pieces]
        return [
            {
                "tenant_id": self._tenant.id,
                "id": new_id(),
                "message_id": message_id,
                "position": position,
                "name": piece.name,
                "content_type": content.content_type if content else piece.content_type,
                "size": content.size if content else piece.size,
                "sha256": content.sha256 if content else None,
                "content_id": piece.content_id,
                "source": None,
                "inline": piece.inline,
                "fetch_state": None if content else "failed",
                "fetch_attempts": None,
                "next_attempt_at": None,
                "fetch_problem": None if content else "l’export ne contenait pas cette pièce",
            }
            for position, (piece, content) in enumerate(found)
        ]


def key_of(one: ForeignTicket, said: ForeignMessage) -> str:
    """The name of a message in its source, as a digest: what a source calls a message may hold an address."""
    return hashlib.blake2b(f"{one.external_id}\x1f{said.external_id}".encode(), digest_size=20).hexdigest()


def _activity(taken: Iterable[Taken], standing: Collection[UUID]) -> dict[UUID, datetime]:
    """Returns the requests here that somebody waits in again, and since when they last wrote."""
    last: dict[UUID, datetime] = {}
    for one in taken:
        if one.ticket_id in standing:
            last[one.ticket_id] = max(one.received_at, last.get(one.ticket_id, one.received_at))
    return last


def _merged(tickets: Iterable[ForeignTicket]) -> dict[str, ForeignTicket]:
    """A conversation told twice in one batch is one: what each telling holds is kept, the later word on it stands."""
    found: dict[str, ForeignTicket] = {}
    for one in tickets:
        before = found.get(one.external_id)
        found[one.external_id] = one if before is None else joined(before, one)
    return {name: once(one) for name, one in found.items()}
