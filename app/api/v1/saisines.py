"""Saisines: read with their reasons, qualified, and what happened to them recorded."""

from typing import Annotated

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import SaisineInPath, TicketInPath
from app.db.transaction import Session
from app.errors import Conflict, Invalid, NotFound
from app.exchanges.answering import HandOver
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.saisine_schemas import NewLegalEvent, NewQualification, NewTransfer, SaisineOut
from app.sve.values import Saisine

router = APIRouter(prefix="/saisines", tags=["sve"], route_class=StrictRoute)
tickets_router = APIRouter(prefix="/tickets/{ticket_id}", tags=["sve"], route_class=StrictRoute)


@router.get(
    "/{saisine_id}", summary="Lire une saisine", response_description="La saisine.", responses=refusals(NotFound)
)
async def read_saisine(
    saisine_id: SaisineInPath,
    house: House,
    session: Reading,
    fresh: Fresh,
    caller: Annotated[Caller, require("sve:read")],
) -> SaisineOut:
    """Donne le délai et chaque date avec sa raison : l'article, et ce qui l'a fait jouer."""
    saisine = await house.legal.get(session, caller.tenant_id, saisine_id)
    fresh.at(saisine.version)
    return await _in_full(house, session, saisine)


@router.post(
    "/{saisine_id}/events",
    status_code=201,
    summary="Consigner un événement légal",
    response_description="La saisine relue.",
    responses=refusals(NotFound, Invalid),
)
async def record_event(
    saisine_id: SaisineInPath,
    event: NewLegalEvent,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write")],
) -> SaisineOut:
    """Consigne ce qui s'est passé et relit le délai. Rien ne s'efface : une erreur se corrige par un autre événement."""
    saisine = await house.legal.get(session, caller.tenant_id, saisine_id, lock=True)
    require_version(saisine.version, expected=expected)
    told = event.model_dump(mode="json", exclude_unset=True)
    changed = await house.legal.record(
        session, caller.tenant_id, saisine_id, told, version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(changed.version)
    return await _in_full(house, session, changed)


@router.post(
    "/{saisine_id}/qualifications",
    status_code=201,
    summary="Qualifier une saisine",
    response_description="La saisine relue.",
    responses=refusals(NotFound),
)
async def qualify(
    saisine_id: SaisineInPath,
    new: NewQualification,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write")],
) -> SaisineOut:
    """Dit ce que vaut le silence, et pourquoi ; qui, quand et les textes lus sont gardés."""
    saisine = await house.legal.get(session, caller.tenant_id, saisine_id, lock=True)
    require_version(saisine.version, expected=expected)
    changed = await house.legal.qualify(
        session,
        caller.tenant_id,
        saisine_id,
        regime=new.regime,
        delay=new.delay,
        procedure=new.procedure,
        reason=new.reason,
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(changed.version)
    return await _in_full(house, session, changed)


@tickets_router.get(
    "/saisines", summary="Lire les saisines", response_description="Une page.", responses=refusals(NotFound)
)
async def list_saisines(
    ticket_id: TicketInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
) -> Page[SaisineOut]:
    """Donne les saisines d'une demande, dans l'ordre de leurs messages."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    known = await house.legal.timeline(session, caller.tenant_id, ticket_id)
    after = asked.after.id if asked.after else None
    following = [one for one in known.saisines if after is None or one.id > after][: asked.take]
    return asked.page(
        following,
        position=lambda one: Position(None, one.id),
        show=lambda one: SaisineOut.in_full(one, known.events.get(one.id, ())),
    )


@tickets_router.post(
    "/transfers",
    status_code=201,
    response_model=Page[SaisineOut],
    summary="Transmettre à l'autorité compétente",
    response_description="Les saisines relues.",
    responses=refusals(NotFound, Conflict),
)
async def transfer(
    ticket_id: TicketInPath,
    new: NewTransfer,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("sve:write", "tickets:write")],
) -> Response:
    """Consigne la transmission (CRPA L114-2) : le délai court de sa réception par l'autorité compétente."""
    handing = HandOver(to=new.to, received_at=new.received_at, note=new.note, saisine_id=new.saisine_id)
    changed = await house.answering.transfer(session, caller.tenant_id, ticket_id, handing, actor=actor_of(caller))
    shown = [await _in_full(house, session, saisine) for saisine in changed]
    return await once.answer(Page[SaisineOut](data=shown, next_cursor=None))


async def _in_full(house: ApiHouse, session: Session, saisine: Saisine) -> SaisineOut:
    events = await house.legal.events_of(session, saisine)
    return SaisineOut.in_full(saisine, events)
