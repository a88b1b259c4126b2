"""Drafts of answers and notes: kept while one writes, on any machine one writes from."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.audit.readings import Door, ReadKind
from app.errors import NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.draft_schemas import DraftOut, DraftWords
from app.tickets.draft_values import DraftKind
from app.tickets.moves import MergedElsewhere, TicketEmptied

router = APIRouter(prefix="/tickets/{ticket_id}/drafts", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]
KindInPath = Annotated[DraftKind, Path(description="Réponse ou note.", examples=["reply"])]


@router.get("", summary="Lister les brouillons", response_description="Une page.", responses=refusals(NotFound))
async def list_drafts(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[DraftOut]:
    """Donne vos brouillons d'une demande et ceux que des collègues partagent, dans l'ordre où ils furent commencés."""
    after = asked.after.id if asked.after else None
    found = await house.drafts.page(
        session, caller.tenant_id, ticket_id, reader=caller.label, after=after, limit=asked.take
    )
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    return asked.page(
        found,
        position=lambda one: Position(None, one[0]),
        show=lambda one: DraftOut.of(one[1], reader=caller.label),
    )


@router.get(
    "/{draft_kind}",
    summary="Lire son brouillon",
    response_description="Le brouillon.",
    responses=refusals(NotFound),
)
async def read_draft(
    ticket_id: TicketInPath, draft_kind: KindInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> DraftOut:
    """Donne votre brouillon d'une réponse ou d'une note, vide et à la version 0 tant que vous n'avez rien écrit."""
    draft = await house.drafts.get(session, caller.tenant_id, ticket_id, author=caller.label, kind=draft_kind)
    fresh.at(draft.version)
    return DraftOut.of(draft, reader=caller.label)


@router.put(
    "/{draft_kind}",
    summary="Garder son brouillon",
    response_description="Le brouillon.",
    responses=refusals(NotFound, MergedElsewhere, TicketEmptied),
)
async def save_draft(
    ticket_id: TicketInPath,
    draft_kind: KindInPath,
    words: DraftWords,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> DraftOut:
    """Garde ce que vous avez écrit, à la version que vous avez lue (`"0"` la première fois) ; rien ne part.

    Répondre ou noter retire le brouillon ; trente jours sans changement le font oublier.
    """
    draft = await house.drafts.save(
        session,
        caller.tenant_id,
        ticket_id,
        kind=draft_kind,
        text=words.text,
        shared=words.shared,
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(draft.version)
    return DraftOut.of(draft, reader=caller.label)


@router.delete(
    "/{draft_kind}",
    status_code=204,
    response_class=Response,
    summary="Jeter son brouillon",
    response_description="Jeté.",
    responses=refusals(NotFound),
)
async def drop_draft(
    ticket_id: TicketInPath, draft_kind: KindInPath, house: House, session: Writing, expected: Expected, caller: Writer
) -> None:
    """Retire votre brouillon, à la version que vous avez lue."""
    await house.drafts.drop(
        session, caller.tenant_id, ticket_id, kind=draft_kind, version=expected, actor=actor_of(caller)
    )
