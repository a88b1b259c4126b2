"""Macros: acts of a person, a team or the administration, kept to be done at once."""

from collections.abc import Sequence
from functools import partial
from typing import TypeAlias
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid
from app.facts import FactBook
from app.identity import people_repository
from app.rest.languages import Said
from app.tickets import tag_repository
from app.tickets.keeping import Keeping, Kind
from app.tickets.macro_tables import MacroRecord
from app.tickets.macro_values import (
    MOST_MACROS,
    AssigneeAct,
    Deed,
    Macro,
    TagOffAct,
    TagOnAct,
    TeamAct,
    TooManyMacros,
    acts_of,
)
from app.tickets.owning import Owned, Owner
from app.tickets.wording_facts import MacroEdited, MacroRemoved

Macros: TypeAlias = Keeping[MacroRecord, Macro]


def macros(book: FactBook, clock: Clock) -> Macros:
    """Returns the use cases of macros, but running them."""
    kind = Kind(
        record=MacroRecord,
        read=_macro,
        edited=MacroEdited,
        removed=MacroRemoved,
        most=MOST_MACROS,
        too_many=partial(TooManyMacros, TooManyMacros.advice),
        taken=Conflict,  # nothing of a macro is one of its kind
    )
    return Keeping(kind, book, clock)


async def check(session: Session, tenant_id: UUID, acts: Sequence[Deed]) -> None:
    """Raises `Invalid` naming each team, agent or tag that an act names and nobody knows."""
    flaws = []
    for place, act in enumerate(acts):
        match act:
            case TeamAct(team_id=UUID() as team_id):
                name, found = "team_id", bool(await people_repository.teams(session, tenant_id, ids=[team_id]))
            case AssigneeAct(assignee_id=UUID() as user_id):
                name, found = "assignee_id", await people_repository.person(session, tenant_id, user_id) is not None
            case TagOnAct(tag_id=tag_id) | TagOffAct(tag_id=tag_id):
                name, found = "tag_id", await tag_repository.tag(session, tenant_id, tag_id) is not None
            case _:
                continue
        if not found:
            told = Said("personne ne connaît cet identifiant", en="nobody knows this identifier")
            flaws.append(Flaw(f"/acts/{place}/{name}", "unknown", told))
    if flaws:
        raise Invalid(flaws=flaws)


def _macro(row: MacroRecord) -> Macro:
    return Macro(
        id=row.id,
        name=row.name,
        acts=acts_of(row.acts),
        owned=Owned(owner=Owner(row.owner), holder=row.holder, team_id=row.team_id),
        rank=row.rank,
        created_at=row.created_at,
        version=row.version,
    )
