"""Who saw what: of one request, of the whole administration, and for how long it is kept."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of, keep_sight
from app.api.house import House
from app.api.v1.audit import object_of
from app.api.v1.paths import TicketInPath
from app.audit import readings
from app.audit.readings import Read, Wanted
from app.audit.schemas import NewReadingSettings, ReadingOut, ReadingSettingsOut
from app.errors import Invalid, NotFound
from app.identity.scopes import Scope
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.instants import WrittenInstant
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

tickets_router = APIRouter(prefix="/tickets/{ticket_id}/readings", tags=["audit"], route_class=StrictRoute)
router = APIRouter(prefix="/audit", tags=["audit"], route_class=StrictRoute)
Auditor = Annotated[Caller, require("audit:read")]


@tickets_router.get(
    "", summary="Lire qui a vu une demande", response_description="Une page.", responses=refusals(NotFound)
)
async def list_ticket_readings(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Auditor
) -> Page[ReadingOut]:
    """Donne qui a ouvert la demande, ses originaux, ses pièces, ses lettres et ses dossiers, le dernier d'abord."""
    if Scope.TICKETS_READ in caller.scopes:
        await house.tickets.get(session, caller.tenant_id, ticket_id)
    return await _page(session, caller, Wanted(ticket_id=ticket_id), asked)


@router.get("/readings", summary="Lire qui a vu quoi", response_description="Une page.", responses=refusals(Invalid))
async def list_readings(
    asked: Asked,
    house: House,
    session: Writing,
    caller: Auditor,
    actor: Annotated[str | None, Query(max_length=100, description="Qui : genre et identifiant.")] = None,
    object: Annotated[  # noqa: A002 — the word of the address
        str | None, Query(max_length=40, description="Sur quoi : un identifiant, avec ou sans préfixe.")
    ] = None,
    words: Annotated[
        str | None,
        Query(max_length=320, description="Qui a cherché ces mots-là ; ils ne sont gardés nulle part en clair."),
    ] = None,
    since: Annotated[WrittenInstant | None, Query(alias="from", description="Depuis cet instant.")] = None,
    until: Annotated[WrittenInstant | None, Query(alias="to", description="Avant cet instant.")] = None,
) -> Page[ReadingOut]:
    """Donne les lectures, la dernière d'abord. Les lire s'écrit au journal."""
    found = house.eyewitness.name_of(caller.tenant_id, words) if words is not None else object_of(object)
    wanted = Wanted(actor=actor, object_id=found, since=since, until=until)
    if asked.after is None:
        await keep_sight(house, session, caller, "readings.read", caller.tenant_id)
    return await _page(session, caller, wanted, asked)


@router.get(
    "/reading-settings", summary="Lire combien de temps les lectures sont gardées", response_description="Le réglage."
)
async def read_reading_settings(session: Reading, fresh: Fresh, caller: Auditor) -> ReadingSettingsOut:
    """Donne le nombre de mois, et pourquoi s'il dépasse un an."""
    kept = await readings.settings_of(session, caller.tenant_id)
    fresh.at(kept.version)
    return ReadingSettingsOut.of(kept)


@router.put(
    "/reading-settings",
    summary="Choisir combien de temps garder les lectures",
    response_description="Le réglage.",
    responses=refusals(Invalid),
)
async def choose_reading_settings(
    new: NewReadingSettings,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("audit:read", "archives:admin")],
) -> ReadingSettingsOut:
    """Change la durée : de six à trente-six mois, avec un motif au-delà d'un an."""
    present = await readings.settings_of(session, caller.tenant_id)
    require_version(present.version, expected=expected)
    kept = await house.eyewitness.choose(
        session, caller.tenant_id, new.kept(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(kept.version)
    return ReadingSettingsOut.of(kept)


async def _page(session: Reading | Writing, caller: Caller, wanted: Wanted, asked: Asked) -> Page[ReadingOut]:
    after: UUID | None = asked.after.id if asked.after else None
    found = await readings.page(session, caller.tenant_id, wanted, after=after, limit=asked.take)
    return asked.page(found, position=_position, show=ReadingOut.of)


def _position(read: Read) -> Position:
    return Position(None, read.id)
