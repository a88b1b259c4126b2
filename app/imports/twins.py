"""Mails of an export that were received here too: the received original stands, with its bytes, its request and its clock.

The clock runs from the reception by the administration (CRPA L112-3, R112-5 1°), whichever machine noted it: where the
former tool noted an earlier day, the clock is put right to it, and nothing is said twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.clock import civil_day
from app.db.transaction import Session
from app.errors import ParvisError
from app.facts import Actor
from app.imports.settling import refused
from app.imports.shapes import SOURCE_NAMES, FlawCode, Flawed, ForeignMessage, ForeignTicket, SourceKind
from app.imports.surroundings import Surroundings
from app.sve.taking_over import TakingOver
from app.tickets import originals
from app.tickets.originals import Original
from app.tickets.values import Direction

Said = tuple[ForeignTicket, ForeignMessage]
_LATER = "message reçu ici après le jour noté par l’outil, sans que la date du délai puisse être rectifiée : à voir par une personne"


@dataclass(slots=True)
class Twins:
    """The messages of a batch that stand here as received, by their key."""

    found: dict[str, Original] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)

    @classmethod
    async def of(cls, session: Session, around: Surroundings, fresh: Mapping[str, Said]) -> "Twins":
        """Looks for those of some messages, by their keys, that this administration received itself.

        What says something else under their name is another message: both stand, each with its clock.
        """
        asked = {
            key: (around.mailbox(one).id, said.message_id, said.author.email.lower())
            for key, (one, said) in fresh.items()
            if said.direction is Direction.IN and said.message_id and said.author.email
        }
        known = await originals.received(session, around.tenant.id, set(asked.values()))
        found = {
            key: known[name] for key, name in asked.items() if name in known and known[name].says(fresh[key][1].text)
        }
        return cls(found, {key: fresh[key] for key in found})

    def requests(self) -> Mapping[str, UUID]:
        """Returns in which request each conversation goes on: that of the first of its messages received here."""
        told = sorted(self.found.items(), key=lambda both: self.said[both[0]][1].said_at, reverse=True)
        return {self.said[key][0].external_id: original.ticket_id for key, original in told}

    async def put_right(
        self, session: Session, taking_over: TakingOver, around: Surroundings, *, source: SourceKind, actor: Actor
    ) -> list[Flawed]:
        """Gives the clocks of what was received here the earlier day its tool noted; returns those no rule lets change."""
        zone, flaws = around.tenant.time_zone, list[Flawed]()
        why = f"{SOURCE_NAMES[source]} avait noté la réception de ce courriel ce jour-là, avant qu’il soit relevé ici"
        for key, original in sorted(self.found.items()):
            one, said = self.said[key]
            if civil_day(said.said_at, zone) >= civil_day(original.received_at, zone):
                continue
            try:
                async with session.begin_nested():
                    await taking_over.put_right(
                        session, around.tenant, original.message_id, at=said.said_at, why=why, actor=actor
                    )
            except ParvisError:
                flaws.append(refused(one.place, said.external_id, FlawCode.DATED_LATER, _LATER))
        return flaws


def fresh_of(keys: Mapping[str, Said], known: Iterable[str]) -> dict[str, Said]:
    """Returns the messages of a batch that no import brought before, by their keys."""
    seen = set(known)
    return {key: both for key, both in keys.items() if key not in seen}
