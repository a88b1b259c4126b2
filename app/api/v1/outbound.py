"""What leaves, what is known of it, and what a person decides of a doubt."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import OutboundInPath
from app.audit.readings import Door, ReadKind
from app.channels.contract import Rendered, Sender
from app.channels.values import Channel, Unopened
from app.errors import Conflict, NotFound
from app.exchanges import gates, outbox
from app.exchanges.addressing import OptedOut
from app.exchanges.delivering import request_of
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.outgoing_schemas import NewResolution, OutboundDetail, OutboundOut
from app.exchanges.replay_schemas import LaneOut, NewReplay, ReplayOut, ReplayWanted
from app.exchanges.resolving import NotUndoable
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Fresh
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.filters import among

router = APIRouter(prefix="/outbound", tags=["outbound"], route_class=StrictRoute)


@router.get("", summary="Lister les envois", response_description="Une page.")
async def list_outbound(
    asked: Asked,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read")],
    state: Annotated[
        str | None, Query(max_length=200, description="États, séparés par des virgules.", examples=["unknown,failed"])
    ] = None,
) -> Page[OutboundOut]:
    """Donne les envois, le dernier figé d'abord ; `unknown,failed,bounced` : ceux qui attendent une personne."""
    found = await outbox.in_states(
        session,
        caller.tenant_id,
        among(OutState, state, name="state"),
        after=asked.after.id if asked.after else None,
        limit=asked.take,
    )
    return asked.page(found, position=lambda one: Position(None, one.id), show=OutboundOut.of)


@router.get("/lanes", summary="Voir ce qui retient les envois", response_description="Une page.")
async def list_lanes(
    asked: Asked, session: Reading, caller: Annotated[Caller, require("tickets:read")]
) -> Page[LaneOut]:
    """Donne, canal par canal, ce qui attend et ce qui le retient ; un canal où rien n'attend et que rien ne retient n'y est pas."""
    after = asked.after.id if asked.after else None
    found = sorted(await gates.queues(session, caller.tenant_id), key=lambda one: one.channel_id)
    later = [one for one in found if after is None or one.channel_id > after][: asked.take]
    return asked.page(later, position=lambda one: Position(None, one.channel_id), show=LaneOut.of)


@router.post("/replays/previews", summary="Voir ce qui repartirait", response_description="Ce qui repartirait.")
async def preview_replay(
    wanted: ReplayWanted, house: House, session: Reading, caller: Annotated[Caller, require("tickets:write")]
) -> ReplayOut:
    """Dit lesquels des échecs repartiraient, et pourquoi les autres non ; rien ne part."""
    return ReplayOut.of(await house.replaying.look(session, caller.tenant_id, wanted.wanted()))


@router.post(
    "/replays",
    status_code=202,
    response_model=ReplayOut,
    summary="Renvoyer des échecs",
    response_description="Ce qui repart.",
    responses=refusals(OptedOut),
)
async def replay(
    new: NewReplay,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("tickets:write")],
) -> Any:
    """Renvoie ensemble des envois en échec, deux cents au plus, avec un motif. Un envoi en doute se tranche un par un."""
    looked = await house.replaying.replay(
        session, caller.tenant_id, new.wanted(), reason=new.reason, actor=actor_of(caller)
    )
    return await once.answer(ReplayOut.of(looked), status=202)


@router.get("/{outbound_id}", summary="Lire un envoi", response_description="L'envoi.", responses=refusals(NotFound))
async def read_outbound(
    outbound_id: OutboundInPath,
    house: House,
    session: Reading,
    fresh: Fresh,
    caller: Annotated[Caller, require("tickets:read")],
) -> OutboundDetail:
    """Donne un envoi, ses essais, et ce qui part chez le fournisseur tel qu'il part."""
    outbound = await house.resolver.get(session, caller.tenant_id, outbound_id)
    ticket_id = outbound.ticket_id
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    fresh.at(outbound.version)
    tries = await outbox.attempts_of(session, caller.tenant_id, outbound_id)
    channel = await house.channels.known(session, caller.tenant_id, outbound.channel_id)
    return OutboundDetail.in_full(outbound, tries=tries, rendered=_rendered(house, channel, outbound))


@router.post(
    "/{outbound_id}/resolutions",
    status_code=201,
    response_model=OutboundOut,
    summary="Trancher un envoi en doute",
    response_description="L'envoi.",
    responses=refusals(NotFound, Conflict, OptedOut, NotUndoable),
)
async def resolve_outbound(
    outbound_id: OutboundInPath,
    new: NewResolution,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("tickets:write")],
) -> Any:
    """Renvoie, tient pour parti, renonce, ou reprend la décision d'avant ; le motif est gardé au journal."""
    resolved = await house.resolver.resolve(
        session, caller.tenant_id, outbound_id, decision=new.decision, reason=new.reason, actor=actor_of(caller)
    )
    return await once.answer(OutboundOut.of(resolved))


def _rendered(house: ApiHouse, channel: Channel | Unopened, outbound: Outbound) -> Rendered | None:
    if isinstance(channel, Unopened):
        return None
    adapter = house.channels.registry.get(channel.type)
    if not isinstance(adapter, Sender):
        return None
    try:
        return adapter.render(request_of(outbound), channel.config)
    except Exception:  # noqa: BLE001 — an adapter of anybody's: what it can no longer write is shown as nothing
        return None
