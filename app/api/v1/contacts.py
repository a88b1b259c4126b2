"""People: found by name or by address, read with the addresses they wrote from."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.v1.paths import ContactInPath
from app.contacts import service as contacts
from app.contacts.schemas import ContactDetail, ContactOut
from app.errors import NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading

router = APIRouter(prefix="/contacts", tags=["contacts"], route_class=StrictRoute)


@router.get("", summary="Lister les personnes", response_description="Une page.")
async def list_contacts(
    asked: Asked,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read")],
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=320, description="Début du nom, ou adresse entière.", examples=["usager"]),
    ] = None,
) -> Page[ContactOut]:
    """Donne les personnes par ordre de nom."""
    after = (str(asked.after.key), asked.after.id) if asked.after else None
    found = await contacts.page(session, caller.tenant_id, q=q, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(one.name_key, one.id), show=ContactOut.of)


@router.get(
    "/{contact_id}", summary="Lire une personne", response_description="La personne.", responses=refusals(NotFound)
)
async def read_contact(
    contact_id: ContactInPath, session: Reading, caller: Annotated[Caller, require("tickets:read")]
) -> ContactDetail:
    """Donne une personne et les adresses d'où elle a écrit ; ses demandes : `/tickets?contact_id=`."""
    contact, points = await contacts.contact(session, caller.tenant_id, contact_id)
    return ContactDetail.in_full(contact, points)
