"""What was said in a ticket and what is said next: messages, answers, notes, and the whole story."""

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.audit.readings import Door, ReadKind
from app.errors import Invalid, NotFound
from app.exchanges.answering import NewerMessage, SensitiveContent
from app.exchanges.composing import NoWayOut, OptedOut, WindowClosed
from app.exchanges.enclosing import AttachmentInfected
from app.exchanges.fitting import FilesNotCarried
from app.exchanges.outgoing_schemas import NewReply, OutboundOut
from app.exchanges.timeline import StoryOrder, timeline
from app.exchanges.timeline_schemas import MomentOut
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page, PageRequest
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.draft_values import DraftKind
from app.tickets.moves import MergedElsewhere, TicketEmptied
from app.tickets.schemas import MessageOut, NewNote
from app.tickets.thread import Place
from app.tickets.wording import UnfilledPlace

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["tickets"], route_class=StrictRoute)
_ORDER = "`oldest` du plus ancien au plus récent ; `newest` du plus récent au plus ancien."


@router.get("/messages", summary="Lire les messages", response_description="Une page.", responses=refusals(NotFound))
async def list_messages(
    ticket_id: TicketInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read")],
) -> Page[MessageOut]:
    """Donne les messages et les notes, dans l'ordre de réception."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    messages = await house.tickets.thread_page(
        session, caller.tenant_id, ticket_id, after=_place(asked), limit=asked.take
    )
    return asked.page(messages, position=lambda message: Position(message.received_at, message.id), show=MessageOut.of)


@router.get("/timeline", summary="Lire l'histoire", response_description="Une page.", responses=refusals(NotFound))
async def read_timeline(
    ticket_id: TicketInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read")],
    order: Annotated[StoryOrder, Query(description=_ORDER, examples=["newest"])] = StoryOrder.OLDEST,
) -> Page[MomentOut]:
    """Donne en une liste ce qui fut dit, les événements légaux et le sort des envois, du plus ancien au plus récent.

    Une longue histoire se lit aussi par sa fin : `order=newest`.
    """
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    moments = await timeline(
        session,
        caller.tenant_id,
        ticket_id,
        tickets=house.tickets,
        legal=house.legal,
        after=_place(asked),
        limit=asked.take,
        order=order,
    )
    return asked.page(moments, position=lambda moment: Position(moment.at, moment.id), show=MomentOut.of)


@router.post(
    "/replies",
    status_code=202,
    response_model=OutboundOut,
    summary="Répondre",
    response_description="La réponse est figée ; elle part.",
    responses=refusals(
        NotFound,
        Invalid,
        NoWayOut,
        OptedOut,
        WindowClosed,
        NewerMessage,
        SensitiveContent,
        UnfilledPlace,
        FilesNotCarried,
        AttachmentInfected,
        MergedElsewhere,
        TicketEmptied,
    ),
)
async def reply(
    ticket_id: TicketInPath,
    new: NewReply,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("tickets:write")],
) -> Any:
    """Fige une réponse et la fait partir. Son sort se suit à `Location`.

    Avec `expected_last_message_id`, rien ne part si la personne a écrit entre-temps. Les pièces se joignent d'abord au brouillon.
    """
    pieces = await house.enclosing.named(
        session, caller.tenant_id, ticket_id, new.attachments, kind=DraftKind.REPLY, actor=actor_of(caller)
    )
    frozen = await house.answering.reply(
        session,
        caller.tenant_id,
        ticket_id,
        new.draft(pieces),
        expected_last=new.expected_last_message_id,
        actor=actor_of(caller),
        confirmed=new.confirm_sensitive,
    )
    await house.drafts.sent(session, caller.tenant_id, ticket_id, kind=DraftKind.REPLY, actor=actor_of(caller))
    headers = {"Location": f"/api/v1/outbound/{public_id(Prefix.OUTBOUND, frozen.id)}"}
    return await once.answer(OutboundOut.of(frozen), status=202, headers=headers)


@router.post(
    "/notes",
    status_code=201,
    response_model=MessageOut,
    summary="Noter",
    response_description="La note.",
    responses=refusals(NotFound, Invalid, AttachmentInfected, MergedElsewhere, TicketEmptied),
)
async def note(
    ticket_id: TicketInPath,
    new: NewNote,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("tickets:write")],
) -> Any:
    """Ajoute une note interne ; elle ne part jamais.

    `@[usr_…]` y nomme un collègue, qui en est averti : refusé en entier (`mention`) s'il ne voit pas la demande.
    """
    actor = actor_of(caller)
    pieces = await house.enclosing.named(
        session, caller.tenant_id, ticket_id, new.attachments, kind=DraftKind.NOTE, actor=actor
    )
    message_id = await house.mentioning.note(session, caller.tenant_id, ticket_id, new.text, actor=actor, pieces=pieces)
    await house.drafts.sent(session, caller.tenant_id, ticket_id, kind=DraftKind.NOTE, actor=actor)
    return await once.answer(MessageOut.of(await house.tickets.message(session, caller.tenant_id, message_id)))


def _place(asked: PageRequest) -> Place | None:
    # A cursor is signed and of this list, so its key is what `position` wrote.
    return (cast("datetime", asked.after.key), asked.after.id) if asked.after else None
