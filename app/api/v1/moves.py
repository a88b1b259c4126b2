"""Merging tickets, splitting one, and undoing either."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import MoveInPath, TicketInPath
from app.db.transaction import Session
from app.errors import Invalid, NotFound
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.moved_schemas import MergedOut, SplitOut, UndoneOut
from app.sve.schemas import TicketOut
from app.tickets.move_schemas import MoveOut, NewMerge, NewSplit
from app.tickets.moves import (
    AlreadyUndone,
    MergedElsewhere,
    MovedAgain,
    MoveKind,
    OtherContact,
    TicketEmptied,
    TicketEnded,
)

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@router.get("/merges", summary="Lister les fusions", response_description="Une page.", responses=refusals(NotFound))
async def list_merges(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[MoveOut]:
    """Donne les fusions d'une demande, reçues ou subies, la dernière d'abord."""
    return await _page(house, session, caller, ticket_id, asked, MoveKind.MERGE)


@router.get("/splits", summary="Lister les séparations", response_description="Une page.", responses=refusals(NotFound))
async def list_splits(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[MoveOut]:
    """Donne les séparations d'une demande, celle dont elle sort comprise, la dernière d'abord."""
    return await _page(house, session, caller, ticket_id, asked, MoveKind.SPLIT)


@router.post(
    "/merges",
    status_code=201,
    response_model=MergedOut,
    summary="Fusionner",
    response_description="La demande gardée.",
    responses=refusals(NotFound, MergedElsewhere, TicketEmptied, TicketEnded, OtherContact, Invalid),
)
async def merge(
    ticket_id: TicketInPath,
    new: NewMerge,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Writer,
) -> Any:
    """Fait passer dans cette demande tout ce que d'autres tiennent : messages, pièces, saisines, accusés dus, envois.

    Aucun délai ne change ni ne s'arrête : la demande gardée montre le plus proche. Les références des autres mènent à
    elle, et ce qui leur sera répondu y arrivera.
    """
    merges = await house.moves.merge(
        session,
        caller.tenant_id,
        ticket_id,
        new.source_ids,
        reason=new.reason,
        despite_other_contact=new.despite_other_contact,
        version=expected,
        actor=actor_of(caller),
    )
    kept = await _ticket(house, session, caller, ticket_id)
    answer = MergedOut(ticket=kept, merges=[MoveOut.of(one) for one in merges])
    return await once.answer(answer, headers={"ETag": etag(kept.version)})


@router.post(
    "/splits",
    status_code=201,
    response_model=SplitOut,
    summary="Séparer",
    response_description="La nouvelle demande.",
    responses=refusals(NotFound, MergedElsewhere, TicketEmptied, Invalid),
)
async def split(
    ticket_id: TicketInPath,
    new: NewSplit,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Writer,
) -> Any:
    """Ouvre une demande pour des messages de celle-ci ; leurs saisines les suivent, délais inchangés."""
    made = await house.moves.split(
        session,
        caller.tenant_id,
        ticket_id,
        new.message_ids,
        subject=new.subject,
        reason=new.reason,
        version=expected,
        actor=actor_of(caller),
    )
    opened = await _ticket(house, session, caller, made.target_id)
    source = await _ticket(house, session, caller, ticket_id)
    headers = {
        "Location": f"/api/v1/tickets/{public_id(Prefix.TICKET, made.target_id)}",
        "ETag": etag(opened.version),
    }
    return await once.answer(SplitOut(ticket=opened, source=source, split=MoveOut.of(made)), headers=headers)


@router.delete(
    "/merges/{move_id}",
    summary="Défaire une fusion",
    response_description="Les deux demandes.",
    responses=refusals(NotFound, AlreadyUndone, MergedElsewhere, MovedAgain),
)
async def undo_merge(
    ticket_id: TicketInPath,
    move_id: MoveInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> UndoneOut:
    """Rend à une demande tout ce qu'elle avait cédé à celle-ci. Ce qui est arrivé depuis reste ici."""
    return await _undo(house, session, caller, (ticket_id, move_id, MoveKind.MERGE), response, expected=expected)


@router.delete(
    "/splits/{move_id}",
    summary="Défaire une séparation",
    response_description="Les deux demandes.",
    responses=refusals(NotFound, AlreadyUndone, MergedElsewhere, MovedAgain),
)
async def undo_split(
    ticket_id: TicketInPath,
    move_id: MoveInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> UndoneOut:
    """Reprend dans cette demande les messages qui en furent séparés. Ce qui est arrivé depuis reste dans l'autre.

    Vide, l'autre se clôt et sa référence mène ici.
    """
    return await _undo(house, session, caller, (ticket_id, move_id, MoveKind.SPLIT), response, expected=expected)


async def _page(
    house: ApiHouse, session: Session, caller: Caller, ticket_id: UUID, asked: Asked, kind: MoveKind
) -> Page[MoveOut]:
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    after = asked.after.id if asked.after else None
    moves = await house.moves.page(session, caller.tenant_id, ticket_id, kind, after=after, limit=asked.take)
    return asked.page(moves, position=lambda one: Position(None, one.id), show=MoveOut.of)


async def _undo(
    house: ApiHouse,
    session: Session,
    caller: Caller,
    named: tuple[UUID, UUID, MoveKind],
    response: Response,
    *,
    expected: int,
) -> UndoneOut:
    ticket_id, move_id, kind = named
    undone = await house.moves.undo(
        session, caller.tenant_id, ticket_id, move_id, kind, version=expected, actor=actor_of(caller)
    )
    source = await _ticket(house, session, caller, undone.move.source_id)
    target = await _ticket(house, session, caller, undone.move.target_id)
    response.headers["ETag"] = etag((target if kind is MoveKind.MERGE else source).version)
    return UndoneOut(move=MoveOut.of(undone.move), source=source, target=target, stayed=undone.stayed)


async def _ticket(house: ApiHouse, session: Session, caller: Caller, ticket_id: UUID) -> TicketOut:
    ticket = await house.tickets.get(session, caller.tenant_id, ticket_id)
    return TicketOut.of(ticket, await house.legal.of_tickets(session, caller.tenant_id, [ticket_id]))
