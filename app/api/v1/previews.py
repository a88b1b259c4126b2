"""How an answer would leave, before it does."""

from typing import Annotated

from fastapi import APIRouter

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.errors import Invalid, NotFound
from app.exchanges.composing import NoWayOut, OptedOut, WindowClosed
from app.exchanges.enclosing import AttachmentInfected
from app.exchanges.fitting import FilesNotCarried
from app.exchanges.preview_schemas import NewPreview, ReplyPreviewOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals
from app.rest.transactions import Reading
from app.tickets.draft_values import DraftKind
from app.tickets.moves import MergedElsewhere, TicketEmptied
from app.tickets.wording import UnfilledPlace

router = APIRouter(prefix="/tickets/{ticket_id}/replies", tags=["tickets"], route_class=StrictRoute)


@router.post(
    "/previews",
    summary="Voir une réponse avant de l'envoyer",
    response_description="Comment elle partirait.",
    responses=refusals(
        NotFound,
        Invalid,
        NoWayOut,
        OptedOut,
        WindowClosed,
        UnfilledPlace,
        FilesNotCarried,
        AttachmentInfected,
        MergedElsewhere,
        TicketEmptied,
    ),
)
async def preview_reply(
    ticket_id: TicketInPath,
    new: NewPreview,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("tickets:write")],
) -> ReplyPreviewOut:
    """Donne le canal, les messages, leur taille, les SMS comptés et un texte plus court s'il en est un ; rien ne part."""
    actor = actor_of(caller)
    pieces = await house.enclosing.named(
        session, caller.tenant_id, ticket_id, new.attachments, kind=DraftKind.REPLY, actor=actor
    )
    planned = await house.answering.preview(session, caller.tenant_id, ticket_id, new.draft(pieces), actor=actor)
    return ReplyPreviewOut.of(planned)
