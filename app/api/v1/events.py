"""What happened, in commit order: page by page, or as it happens."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request

from app.api.acting import actor_of
from app.api.closing import closing_of
from app.api.frames import FRAME_SCHEMA, FrameStream
from app.api.hall import Listener
from app.api.house import House, house_of
from app.api.positions import Place, read_place, write_place
from app.api.streaming import Stream
from app.errors import Forbidden
from app.following.followers import person_of
from app.following.values import NotAPerson
from app.identity.listeners import Credential
from app.identity.scopes import Scope
from app.ids import Prefix
from app.live.events import EventsForgotten
from app.live.schemas import EventOut, EventPage
from app.rest.access import require, shown_by
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.public_ids import example_of
from app.rest.responses import refusals
from app.rest.transactions import Reading

router = APIRouter(prefix="/events", tags=["events"], route_class=StrictRoute)

Reader = Annotated[Caller, require(Scope.EVENTS_READ)]
_STREAMED = (
    ": ping\n\n"
    f'event: ticket.created\ndata: {{"id": "{example_of(Prefix.EVENT)}", "type": "ticket.created", '
    f'"occurred_at": "2026-03-02T09:00:00Z", "data": {{"ticket_id": "{example_of(Prefix.TICKET)}"}}}}\nid: q8N3…\n\n'
)


@router.get("", summary="Lire les faits", response_description="Une page.", responses=refusals(EventsForgotten))
async def list_events(
    house: House,
    session: Reading,
    caller: Reader,
    cursor: Annotated[
        str | None, Query(max_length=500, description="`next_cursor` de la page précédente ; absent : depuis le début.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Nombre de faits par page.", examples=[50])] = 50,
) -> EventPage:
    """Donne les faits dans l'ordre où ils ont été acquis ; aucun n'est sauté, si lente que soit une écriture.

    `next_cursor` est toujours donné : gardez-le et revenez. Le journal se relit treize mois, sauf réglage autre ; un
    curseur plus ancien est refusé (410) dès que des faits qui le suivaient ne sont plus conservés.
    """
    place = None
    if cursor:
        kept = read_place(house.keys, caller.tenant_id, cursor)
        place = await house.events.stands(session, caller.tenant_id, kept)
    events = await house.events.after(session, caller.tenant_id, place, limit=limit)
    if events:
        place = (events[-1].xid, events[-1].id)
    elif place is None:
        place = await house.events.present(session)
    return EventPage(
        data=[EventOut.of(event) for event in events], next_cursor=write_place(house.keys, caller.tenant_id, place)
    )


async def presences_of(
    caller: Reader,
    presence: Annotated[  # noqa: FBT002 — a query
        bool,
        Query(
            description="Dire aussi qui vient sur les demandes que vous voyez, les quitte ou s'y met à écrire "
            "(`presence.changed`, sans `id` : rien n'en est rejoué). Demande le droit `tickets:read`.",
            examples=[True],
        ),
    ] = False,
) -> bool:
    """Reads whether presences are asked for. Raises `Forbidden` for who may not read requests."""
    if presence and Scope.TICKETS_READ not in caller.scopes:
        raise Forbidden(
            Said("il manque à cette clé le droit : tickets:read", en="this key lacks the scope: tickets:read")
        )
    return presence


async def notified_of(
    caller: Reader,
    notifications: Annotated[  # noqa: FBT002 — a query
        bool,
        Query(
            description="Dire aussi qu'on vient de vous avertir de quelque chose (`notifications.changed`, sans `id`) : lisez-le "
            "dans vos notifications. Réservé aux personnes ; demande le droit `tickets:read`.",
            examples=[True],
        ),
    ] = False,
) -> bool:
    """Reads whether one's own notifications are asked for. Raises `Forbidden`, `NotAPerson`."""
    if notifications:
        person_of(actor_of(caller))
    if notifications and Scope.TICKETS_READ not in caller.scopes:
        raise Forbidden(
            Said("il manque à cette clé le droit : tickets:read", en="this key lacks the scope: tickets:read")
        )
    return notifications


async def start_of(
    request: Request,
    caller: Reader,
    cursor: Annotated[
        str | None,
        Query(max_length=500, description="Où commencer, à défaut de `Last-Event-ID` ; absent : maintenant."),
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(max_length=500, description="`id` du dernier fait reçu ; les navigateurs l'envoient d'eux-mêmes."),
    ] = None,
) -> Place:
    """Reads where a stream begins, before its first byte: a refusal is then still an answer."""
    house = house_of(request)
    word = last_event_id or cursor
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        if word:
            return await house.events.stands(session, caller.tenant_id, read_place(house.keys, caller.tenant_id, word))
        return await house.events.present(session)


async def listening(
    request: Request,
    house: House,
    caller: Reader,
    start: Annotated[Place, Depends(start_of)],
    presences: Annotated[bool, Depends(presences_of)],
    notified: Annotated[bool, Depends(notified_of)],
) -> AsyncIterator[AsyncGenerator[bytes]]:
    """Holds a seat in the administration's hall until the answer ends."""
    presented, word = await shown_by(request)
    listener = Listener(
        credential=Credential.of(presented, word), eyes=caller.sight, presences=presences, notified=notified
    )
    with house.halls.listening(caller.tenant_id, listener) as hall:
        stream = Stream(
            database=house.database,
            events=house.events,
            keys=house.keys,
            tenant_id=caller.tenant_id,
            hall=hall,
            listener=listener,
            closing=closing_of(request),
        )
        async with aclosing(stream.frames(start)) as frames:
            yield frames


@router.get(
    "/stream",
    status_code=200,
    summary="Suivre les faits",
    response_class=FrameStream,
    responses={
        200: {
            "description": "Un flux `text/event-stream` ; `id` est un curseur, un battement passe toutes les 15 s.",
            "content": {"text/event-stream": {"itemSchema": FRAME_SCHEMA, "example": _STREAMED}},
        },
        **refusals(EventsForgotten, NotAPerson),
    },
)
async def stream_events(frames: Annotated[AsyncGenerator[bytes], Depends(listening)]) -> FrameStream:
    """Donne les faits à mesure (Server-Sent Events), et reprend après `Last-Event-ID` sans en sauter.

    Les droits sont relus pendant l'écoute : une clé révoquée ferme le flux.
    """
    return FrameStream(frames)
