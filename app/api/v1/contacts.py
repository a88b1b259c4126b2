"""People: found by name or by address, written down, and their addresses, added, proved, taken away."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import ContactInPath, PointInPath
from app.audit.readings import Door, ReadKind
from app.contacts import service as contacts
from app.contacts.refusals import ContactMergedElsewhere, OnlyPoint, PointTaken
from app.contacts.repository import Contact
from app.contacts.schemas import ContactChange, ContactDetail, ContactRow, PointRemoved
from app.db.transaction import Session
from app.errors import Invalid, NotFound
from app.exchanges.person_schemas import NewContact, NewPoint
from app.exchanges.same_person import Side
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/contacts", tags=["contacts"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@router.get("", summary="Lister les personnes", response_description="Une page.")
async def list_contacts(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    q: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=320,
            description="Début du nom, ou adresse entière, dans n'importe quelle casse.",
            examples=["usager"],
        ),
    ] = None,
) -> Page[ContactRow]:
    """Donne les personnes par ordre de nom, leurs adresses et combien de demandes ; les fusionnées n'y sont plus."""
    after = (str(asked.after.key), asked.after.id) if asked.after else None
    found = await contacts.page(session, caller.tenant_id, q=q, after=after, limit=asked.take)
    if q and after is None:
        await house.eyewitness.searched(caller, q, door=Door.API)
    sides = await house.same_person.sides(session, caller.tenant_id, [one.id for one in found])
    return asked.page(
        found, position=lambda one: Position(one.name_key, one.id), show=lambda one: _row(sides.get(one.id), one)
    )


@router.post(
    "",
    status_code=201,
    response_model=ContactDetail,
    summary="Noter une personne",
    response_description="La personne.",
    responses=refusals(Invalid, PointTaken),
)
async def write_contact(new: NewContact, house: House, session: Writing, once: Once, caller: Writer) -> Any:
    """Note une personne que personne ne connaît encore ; une adresse déjà connue dit de qui elle est."""
    typed = [point.typed() for point in new.points]
    made = await house.persons.create(
        session, caller.tenant_id, display_name=new.display_name, typed=typed, actor=actor_of(caller)
    )
    answer = await _detail(session, caller, made)
    headers = {"Location": f"/api/v1/contacts/{public_id(Prefix.CONTACT, made)}", "ETag": etag(answer.version)}
    return await once.answer(answer, headers=headers)


@router.get(
    "/{contact_id}", summary="Lire une personne", response_description="La personne.", responses=refusals(NotFound)
)
async def read_contact(
    contact_id: ContactInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> ContactDetail:
    """Donne une personne et ses adresses ; ses demandes : `/tickets?contact_id=`."""
    answer = await _detail(session, caller, contact_id)
    await house.eyewitness.saw(caller, ReadKind.CONTACT, contact_id, door=Door.API)
    fresh.at(answer.version)
    return answer


@router.patch(
    "/{contact_id}",
    summary="Nommer une personne",
    response_description="La personne.",
    responses=refusals(NotFound, ContactMergedElsewhere),
)
async def change_contact(
    contact_id: ContactInPath,
    change: ContactChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> ContactDetail:
    """Change le nom sous lequel la personne est montrée ; ses messages gardent celui qu'elle avait."""
    await house.persons.rename(
        session, caller.tenant_id, contact_id, change.display_name, version=expected, actor=actor_of(caller)
    )
    return await _shown(response, session, caller, contact_id)


@router.post(
    "/{contact_id}/points",
    status_code=201,
    response_model=ContactDetail,
    summary="Ajouter une adresse",
    response_description="La personne.",
    responses=refusals(NotFound, Invalid, PointTaken, ContactMergedElsewhere),
)
async def add_point(
    contact_id: ContactInPath,
    new: NewPoint,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Writer,
) -> Any:
    """Ajoute un courriel ou un téléphone que la personne a donné. Rien ne le prouve encore."""
    await house.persons.add_point(
        session, caller.tenant_id, contact_id, new.typed(), version=expected, actor=actor_of(caller)
    )
    answer = await _detail(session, caller, contact_id)
    return await once.answer(answer, headers={"ETag": etag(answer.version)})


@router.put(
    "/{contact_id}/points/{point_id}/verification",
    summary="Attester une adresse",
    response_description="La personne.",
    responses=refusals(NotFound, ContactMergedElsewhere),
)
async def verify_point(
    contact_id: ContactInPath,
    point_id: PointInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> ContactDetail:
    """Note qu'un agent a vu, pièce à l'appui, à qui est cette adresse."""
    await house.persons.prove(session, caller.tenant_id, contact_id, point_id, version=expected, actor=actor_of(caller))
    return await _shown(response, session, caller, contact_id)


@router.delete(
    "/{contact_id}/points/{point_id}/verification",
    summary="Retirer une attestation",
    response_description="La personne.",
    responses=refusals(NotFound, ContactMergedElsewhere),
)
async def doubt_point(
    contact_id: ContactInPath,
    point_id: PointInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> ContactDetail:
    """Retire ce qui prouvait une adresse : une erreur, ou une boîte qui a changé de mains."""
    await house.persons.doubt(session, caller.tenant_id, contact_id, point_id, version=expected, actor=actor_of(caller))
    return await _shown(response, session, caller, contact_id)


@router.delete(
    "/{contact_id}/points/{point_id}",
    summary="Retirer une adresse",
    response_description="La personne, et celle à qui va l'adresse.",
    responses=refusals(NotFound, OnlyPoint, ContactMergedElsewhere),
)
async def remove_point(
    contact_id: ContactInPath,
    point_id: PointInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> PointRemoved:
    """Retire une adresse qui est à quelqu'un d'autre.

    Si elle a écrit, elle devient une personne à part, avec ses demandes ; sinon elle disparaît.
    """
    parted = await house.persons.remove_point(
        session, caller.tenant_id, contact_id, point_id, version=expected, actor=actor_of(caller)
    )
    contact = await _shown(response, session, caller, contact_id)
    return PointRemoved(contact=contact, parted_to=parted)


def _row(side: Side | None, contact: Contact) -> ContactRow:
    """Who was merged or erased between two statements is shown bare."""
    if side is None:
        return ContactRow.shown(contact, (), tickets=0, still_open=0)
    return ContactRow.shown(side.contact, side.points, tickets=side.held.tickets, still_open=side.held.open)


async def _detail(session: Session, caller: Caller, contact_id: UUID) -> ContactDetail:
    contact, points = await contacts.contact(session, caller.tenant_id, contact_id)
    return ContactDetail.in_full(contact, points)


async def _shown(response: Response, session: Session, caller: Caller, contact_id: UUID) -> ContactDetail:
    answer = await _detail(session, caller, contact_id)
    response.headers["ETag"] = etag(answer.version)
    return answer
