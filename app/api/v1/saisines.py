"""Saisines: read with their reasons, qualified, and what happened to them recorded."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Query, Response
from fastapi.openapi.models import Example

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import SaisineInPath, TicketInPath
from app.db.transaction import Session
from app.errors import Conflict, Invalid, NotFound
from app.exchanges.answering import HandOver
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once, OnceIfNamed
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.event_schemas import EXAMPLES, NewJoin, NewLegalEvent, NewSaisine, check
from app.sve.foreseen_schemas import AskedQualification, ForeseenOut
from app.sve.joining import Joined, JoinRefused
from app.sve.refusing import EventKeyReused, ImpossibleEvent, OutOfSequence
from app.sve.saisine_schemas import JoinOut, NewQualification, NewTransfer, SaisineOut
from app.sve.supposed_schemas import SupposedSaisineOut
from app.sve.values import Saisine

router = APIRouter(prefix="/saisines", tags=["sve"], route_class=StrictRoute)
_EXAMPLES = {name: Example(summary=name, value=value) for name, value in EXAMPLES.items()}
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
    response_model=SaisineOut,
    summary="Consigner un événement légal",
    response_description="La saisine relue.",
    responses=refusals(NotFound, Invalid, ImpossibleEvent, OutOfSequence, EventKeyReused),
)
async def record_event(
    saisine_id: SaisineInPath,
    event: Annotated[NewLegalEvent, Body(openapi_examples=_EXAMPLES)],
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    once: OnceIfNamed,
    caller: Annotated[Caller, require("sve:write")],
) -> SaisineOut | Response:
    """Consigne ce qui s'est passé et relit le délai.

    Rien ne s'efface : ce qui fut consigné à tort est annulé par un événement qui le nomme (`corrected`). Ce qui ne peut
    pas être est refusé, avec la règle (`because`) et son texte (`source`) ; ce que la loi prive seulement d'effet est
    consigné et marqué (`marks`). Une date passée est admise et marquée (`backdated`). `key`, ou l'en-tête
    Idempotency-Key, fait qu'un événement dit deux fois n'est consigné qu'une.
    """
    told = event.told()
    tenant = await house.tenants.get(session, caller.tenant_id)
    check(told, tenant)
    changed = await house.legal.record(
        session, caller.tenant_id, saisine_id, told, version=expected, actor=actor_of(caller)
    )
    shown, head = await _in_full(house, session, changed), {"ETag": etag(changed.version)}
    if once is not None:
        return await once.answer(shown, headers=head)
    response.headers.update(head)
    return shown


@router.post(
    "/{saisine_id}/joins",
    status_code=201,
    summary="Réunir à la même demande reçue avant",
    response_description="Les deux saisines relues.",
    responses=refusals(NotFound, Invalid, JoinRefused, OutOfSequence),
)
async def join(
    saisine_id: SaisineInPath,
    new: NewJoin,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write")],
) -> JoinOut:
    """Dit que c'est la même demande, reçue avant par une autre voie : son délai, le plus proche, est gardé.

    La saisine gardée doit être celle reçue la première ; dans l'autre sens, c'est refusé et les deux délais courent. La
    réception et les événements de celle-ci comptent pour elle ; les accusés de son message restent dus.
    """
    done = await house.legal.join(
        session,
        caller.tenant_id,
        saisine_id,
        to=new.to,
        reason=new.reason,
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(done.joined.version)
    return await _joined(house, session, done)


@router.delete(
    "/{saisine_id}/joins",
    summary="Séparer deux saisines",
    response_description="Les deux saisines relues.",
    responses=refusals(NotFound, Conflict),
)
async def separate(
    saisine_id: SaisineInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write")],
) -> JoinOut:
    """Défait une réunion : chaque délai court de nouveau par lui-même. Les deux actes restent consignés."""
    done = await house.legal.separate(session, caller.tenant_id, saisine_id, version=expected, actor=actor_of(caller))
    response.headers["ETag"] = etag(done.joined.version)
    return await _joined(house, session, done)


@router.post(
    "/{saisine_id}/qualifications",
    status_code=201,
    summary="Qualifier une saisine",
    response_description="La saisine relue.",
    responses=refusals(NotFound, Invalid, OutOfSequence),
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


@router.post(
    "/{saisine_id}/qualifications/previews",
    status_code=200,
    summary="Voir ce qu'une qualification changerait",
    response_description="La saisine telle qu'elle serait.",
    responses=refusals(NotFound, Invalid, OutOfSequence),
)
async def preview_qualification(
    saisine_id: SaisineInPath,
    asked: AskedQualification,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
) -> ForeseenOut:
    """Relit le délai comme si la saisine était qualifiée ainsi ; rien n'est enregistré, le délai réel court toujours."""
    foreseen = await house.legal.foresee(
        session, caller.tenant_id, saisine_id, regime=asked.regime, delay=asked.delay, procedure=asked.procedure
    )
    events = await house.legal.events_of(session, foreseen.before)
    return ForeseenOut.of(foreseen, events, await house.legal.duties_of(session, foreseen.before))


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
    following = _following(asked, known.saisines)
    return asked.page(
        following,
        position=lambda one: Position(None, one.id),
        show=lambda one: SaisineOut.in_full(one, known.events.get(one.id, ()), known.duties),
    )


@tickets_router.get(
    "/suppositions",
    summary="Et si ? Voir ce qu'un acte changerait",
    response_description="Une page de saisines et de ce qu'elles deviendraient.",
    responses=refusals(NotFound, Invalid),
)
async def suppose(
    ticket_id: TicketInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
    pieces_on: Annotated[
        date | None,
        Query(
            description="Le jour où les pièces supposées arriveraient, dans les deux ans ; par défaut, dans un mois.",
            examples=["2026-05-18"],
        ),
    ] = None,
) -> Page[SupposedSaisineOut]:
    """Relit chaque délai sans que rien ne soit notifié, avec une décision notifiée, des pièces exigées, un dossier complet.

    Rien n'est enregistré : le délai réel court toujours. Ce que la loi tient pour discuté ou sans effet est marqué.
    """
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    saisines = await house.legal.of_tickets(session, caller.tenant_id, [ticket_id])
    following = _following(asked, saisines)
    found = await house.legal.suppose(session, caller.tenant_id, following, pieces_on=pieces_on)
    return asked.page(
        following,
        position=lambda one: Position(None, one.id),
        show=lambda one: SupposedSaisineOut.of(one.id, found.get(one.id, ())),
    )


@tickets_router.post(
    "/saisines",
    status_code=201,
    response_model=SaisineOut,
    summary="Ouvrir une saisine de plus",
    response_description="La saisine ouverte.",
    responses=refusals(NotFound, Invalid),
)
async def open_another(
    ticket_id: TicketInPath,
    new: NewSaisine,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("sve:write")],
) -> Response:
    """Dit qu'un message demande aussi autre chose : chaque demande a son silence, son terme et sa décision.

    Son délai court de la réception du message, comme celui de la première. Les accusés du message ne sont dus qu'une fois.
    """
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    opened = await house.legal.open_another(
        session, caller.tenant_id, ticket_id, new.message_id, asks=new.asks, actor=actor_of(caller)
    )
    where = f"/api/v1/saisines/{public_id(Prefix.SAISINE, opened.id)}"
    return await once.answer(
        await _in_full(house, session, opened), headers={"Location": where, "ETag": etag(opened.version)}
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
    return SaisineOut.in_full(saisine, events, await house.legal.duties_of(session, saisine))


def _following(asked: Asked, saisines: Sequence[Saisine]) -> Sequence[Saisine]:
    """A ticket has few saisines: they are read together, and paged as every list."""
    after = asked.after.id if asked.after else None
    return [one for one in saisines if after is None or one.id > after][: asked.take]


async def _joined(house: ApiHouse, session: Session, done: Joined) -> JoinOut:
    return JoinOut(
        kept=await _in_full(house, session, done.kept),
        joined=await _in_full(house, session, done.joined),
        warnings=[str(warning) for warning in done.warnings],
    )
