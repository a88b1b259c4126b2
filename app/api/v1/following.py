"""Following requests, and what one is told of them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import NotificationInPath, TicketInPath
from app.errors import NotFound
from app.following.schemas import FollowerOut, NotificationOut, UnreadCount, WishesIn, WishesOut
from app.following.values import NotAPerson, TooManyFollowed
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.moves import MergedElsewhere, TicketEmptied

tickets_router = APIRouter(prefix="/tickets/{ticket_id}", tags=["tickets"], route_class=StrictRoute)
router = APIRouter(prefix="/notifications", tags=["tickets"], route_class=StrictRoute)
wishes_router = APIRouter(prefix="/notification-wishes", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]


@tickets_router.get(
    "/followers", summary="Lire qui suit", response_description="Ceux qui suivent.", responses=refusals(NotFound)
)
async def list_followers(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[FollowerOut]:
    """Donne ceux qui suivent la demande, dans l'ordre de leurs comptes."""
    after, me = asked.after.id if asked.after else None, actor_of(caller).id
    found = await house.followers.of(session, caller.tenant_id, ticket_id, after=after, limit=asked.take)
    return asked.page(
        found, position=lambda one: Position(None, one.user_id), show=lambda one: FollowerOut.of(one, reader=me)
    )


@tickets_router.put(
    "/following",
    status_code=204,
    response_class=Response,
    summary="Suivre une demande",
    response_description="Suivie.",
    responses=refusals(NotFound, NotAPerson, TooManyFollowed, MergedElsewhere, TicketEmptied),
)
async def follow(ticket_id: TicketInPath, house: House, session: Writing, caller: Reader) -> None:
    """Vous serez averti de ce qui s'y passe ; le redire ne change rien. Ne plus la voir, c'est n'en plus rien lire."""
    await house.followers.follow(session, caller.tenant_id, ticket_id, actor=actor_of(caller))


@tickets_router.delete(
    "/following",
    status_code=204,
    response_class=Response,
    summary="Ne plus suivre une demande",
    response_description="Plus suivie.",
    responses=refusals(NotFound, NotAPerson),
)
async def unfollow(ticket_id: TicketInPath, house: House, session: Writing, caller: Reader) -> None:
    """Vous n'en serez plus averti, sauf à vous être donnée ou à vous y nommer de nouveau."""
    await house.followers.unfollow(session, caller.tenant_id, ticket_id, actor=actor_of(caller))


@router.get("", summary="Lire ses notifications", response_description="Une page.", responses=refusals(NotAPerson))
async def list_notifications(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    unread: Annotated[bool, Query(description="Celles que vous n'avez pas lues.", examples=[True])] = False,  # noqa: FBT002 — a query
) -> Page[NotificationOut]:
    """Donne ce dont vous fûtes averti, le dernier d'abord, quatre-vingt-dix jours ; rien des demandes que vous ne voyez plus."""
    after = asked.after.id if asked.after else None
    found = await house.notifications.page(
        session, caller.tenant_id, unread=unread, after=after, limit=asked.take, actor=actor_of(caller)
    )
    return asked.page(found, position=lambda one: Position(None, one.id), show=NotificationOut.of)


@router.get(
    "/count",
    summary="Compter ses notifications non lues",
    response_description="Le compte.",
    responses=refusals(NotAPerson),
)
async def count_notifications(house: House, session: Reading, caller: Reader) -> UnreadCount:
    """Compte ce que vous n'avez pas lu, jusqu'à mille."""
    return UnreadCount.of(await house.notifications.unread(session, caller.tenant_id, actor=actor_of(caller)))


@router.put(
    "/readings",
    summary="Tout marquer comme lu",
    response_description="Le compte.",
    responses=refusals(NotAPerson),
)
async def read_notifications(house: House, session: Writing, caller: Reader) -> UnreadCount:
    """Marque comme lu tout ce dont vous fûtes averti jusqu'ici."""
    await house.notifications.read_all(session, caller.tenant_id, actor=actor_of(caller))
    return UnreadCount.of(await house.notifications.unread(session, caller.tenant_id, actor=actor_of(caller)))


@router.put(
    "/{notification_id}/reading",
    summary="Marquer comme lu",
    response_description="La notification.",
    responses=refusals(NotFound, NotAPerson),
)
async def read_notification(
    notification_id: NotificationInPath, house: House, session: Writing, caller: Reader
) -> NotificationOut:
    """Marque une notification comme lue ; le redire ne change rien."""
    found = await house.notifications.read(session, caller.tenant_id, notification_id, actor=actor_of(caller))
    return NotificationOut.of(found)


@wishes_router.get(
    "",
    summary="Lire ses souhaits d'avertissement",
    response_description="Vos souhaits.",
    responses=refusals(NotAPerson),
)
async def read_wishes(house: House, session: Reading, fresh: Fresh, caller: Reader) -> WishesOut:
    """Dit ce que vous suivez de vous-même et ce dont vous ne voulez pas être averti ; tout, tant que vous n'avez rien dit."""
    wishes = await house.followers.wishes(session, caller.tenant_id, actor=actor_of(caller))
    fresh.at(wishes.version)
    return WishesOut.of(wishes)


@wishes_router.put(
    "",
    summary="Régler ses souhaits d'avertissement",
    response_description="Vos souhaits.",
    responses=refusals(NotAPerson),
)
async def set_wishes(
    wanted: WishesIn, response: Response, house: House, session: Writing, expected: Expected, caller: Reader
) -> WishesOut:
    """Règle ce que vous suivez de vous-même et ce dont vous ne voulez pas être averti, à la version lue (`"0"` d'abord)."""
    wishes = await house.followers.wish(
        session,
        caller.tenant_id,
        follow_assigned=wanted.follow_assigned,
        follow_mentioned=wanted.follow_mentioned,
        muted=wanted.muted,
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(wishes.version)
    return WishesOut.of(wishes)
