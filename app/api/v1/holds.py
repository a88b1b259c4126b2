"""Legal holds: what is kept whatever is asked."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import LegalHoldInPath
from app.contacts.refusals import ContactMergedElsewhere
from app.errors import Flaw, Invalid, NotFound
from app.privacy.holds import AlreadyErased, HoldLifted
from app.privacy.schemas import HoldEnd, HoldOut, NewHold
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.freshness import fresh
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.moves import MergedElsewhere

router = APIRouter(prefix="/legal-holds", tags=["privacy"], route_class=StrictRoute)
Officer = Annotated[Caller, require("privacy:admin")]


@router.get("", summary="Lister les conservations légales", response_description="Une page.")
async def list_holds(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Officer,
    lifted: Annotated[bool, Query(description="Celles qui furent levées aussi.", examples=[False])] = False,  # noqa: FBT002 — a query
) -> Page[HoldOut]:
    """Donne ce qui est gardé quoi qu'on demande, le dernier d'abord."""
    after = asked.after.id if asked.after else None
    found = await house.holds.page(session, caller.tenant_id, lifted=lifted, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=HoldOut.of)


@router.post(
    "",
    status_code=201,
    response_model=HoldOut,
    summary="Poser une conservation légale",
    response_description="La conservation.",
    responses=refusals(NotFound, Invalid, AlreadyErased, MergedElsewhere, ContactMergedElsewhere),
    dependencies=[fresh()],
)
async def set_hold(new: NewHold, house: House, session: Writing, once: Once, caller: Officer) -> Any:
    """Garde une demande, ou tout d'une personne : ni effacement, ni élimination, ni fusion dans une autre."""
    actor = actor_of(caller)
    match new.ticket_id, new.contact_id:
        case (ticket_id, None) if ticket_id is not None:
            hold = await house.holds.set_on_ticket(session, caller.tenant_id, ticket_id, reason=new.reason, actor=actor)
        case (None, contact_id) if contact_id is not None:
            hold = await house.holds.set_on_contact(
                session, caller.tenant_id, contact_id, reason=new.reason, actor=actor
            )
        case _:
            told = Said("nommez une demande, ou une personne, pas les deux", en="name a request or a person, not both")
            raise Invalid(told, flaws=[Flaw("/ticket_id", "one-of", told)])
    return await once.answer(HoldOut.of(hold), headers={"ETag": etag(hold.version)})


@router.get(
    "/{hold_id}",
    summary="Lire une conservation légale",
    response_description="La conservation.",
    responses=refusals(NotFound),
)
async def read_hold(hold_id: LegalHoldInPath, house: House, session: Reading, fresh: Fresh, caller: Officer) -> HoldOut:
    """Donne une conservation, levée ou non."""
    hold = await house.holds.get(session, caller.tenant_id, hold_id)
    fresh.at(hold.version)
    return HoldOut.of(hold)


@router.put(
    "/{hold_id}/lifting",
    summary="Lever une conservation légale",
    response_description="La conservation, levée.",
    responses=refusals(NotFound, HoldLifted, Invalid),
    dependencies=[fresh()],
)
async def lift_hold(
    hold_id: LegalHoldInPath,
    end: HoldEnd,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Officer,
) -> HoldOut:
    """Lève une conservation, avec son motif."""
    hold = await house.holds.lift(
        session, caller.tenant_id, hold_id, reason=end.reason, version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(hold.version)
    return HoldOut.of(hold)
