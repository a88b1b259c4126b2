"""What a person may ask of their data besides erasure: a copy, a correction, a restriction (RGPD art. 15, 16, 18, 20)."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import ContactInPath, ExportInPath
from app.audit.readings import Door, ReadKind
from app.contacts import service as contacts
from app.contacts.refusals import ContactMergedElsewhere, PointTaken
from app.contacts.schemas import ContactDetail
from app.db.transaction import Session
from app.errors import Flaw, Forbidden, Invalid, NotFound
from app.ids import Prefix, public_id
from app.privacy.erasures import PersonErased
from app.privacy.exporting import ExportGone
from app.privacy.person_schemas import (
    ExportOut,
    NewExport,
    Rectification,
    RestrictionChange,
    RestrictionOut,
    RestrictionsOut,
)
from app.privacy.rectifying import PointWrote
from app.privacy.restricting import RestrictionStands
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/contacts/{contact_id}", tags=["privacy"], route_class=StrictRoute)
Officer = Annotated[Caller, require("privacy:admin")]
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]
_ZIP = {
    "description": "Le fichier ZIP : `donnees.json`, `vos-donnees.html`, `pieces/`.",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "…"}},
}


@router.get(
    "/exports",
    summary="Lister les copies d'une personne",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_exports(
    contact_id: ContactInPath, asked: Asked, house: House, session: Reading, caller: Officer
) -> Page[ExportOut]:
    """Donne les copies demandées de ses données, la dernière d'abord."""
    after = asked.after.id if asked.after else None
    found = await house.exporting.page(session, caller.tenant_id, contact_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=ExportOut.of)


@router.post(
    "/exports",
    status_code=202,
    response_model=ExportOut,
    summary="Demander la copie des données",
    response_description="La copie, demandée.",
    responses=refusals(NotFound, PersonErased, ContactMergedElsewhere),
)
async def ask_export(
    contact_id: ContactInPath, new: NewExport, house: House, session: Writing, once: Once, caller: Officer
) -> Any:
    """Fait préparer un fichier de tout ce qui est conservé d'elle, vu par vos yeux ; il vaut sept jours, pour vous seul."""
    made = await house.exporting.ask(session, caller.tenant_id, contact_id, reason=new.reason, actor=actor_of(caller))
    where = (
        f"/api/v1/contacts/{public_id(Prefix.CONTACT, contact_id)}/exports/{public_id(Prefix.ACCESS_EXPORT, made.id)}"
    )
    return await once.answer(ExportOut.of(made), status=202, headers={"Location": where})


@router.get(
    "/exports/{export_id}",
    summary="Lire où en est une copie",
    response_description="La copie.",
    responses=refusals(NotFound),
)
async def read_export(
    contact_id: ContactInPath, export_id: ExportInPath, house: House, session: Reading, caller: Officer
) -> ExportOut:
    """Dit si elle est prête, jusqu'à quand, et si quelque chose y manque."""
    return ExportOut.of(await house.exporting.get(session, caller.tenant_id, contact_id, export_id))


@router.get(
    "/exports/{export_id}/file",
    summary="Prendre une copie",
    response_class=Response,
    responses={200: _ZIP, **refusals(NotFound, Forbidden, ExportGone)},
)
async def take_export(contact_id: ContactInPath, export_id: ExportInPath, house: House, caller: Officer) -> Response:
    """Donne le fichier à qui l'a demandé, et l'inscrit au journal."""
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        sha256 = await house.exporting.take(session, caller.tenant_id, contact_id, export_id, actor=actor_of(caller))
    await house.eyewitness.saw(caller, ReadKind.EXPORT, contact_id, door=Door.API)
    content = await house.exporting.content(caller.tenant_id, sha256)
    head = {"Content-Disposition": 'attachment; filename="vos-donnees.zip"', "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="application/zip", headers=head)


@router.post(
    "/rectifications",
    status_code=201,
    response_model=ContactDetail,
    summary="Rectifier une personne",
    response_description="La personne.",
    responses=refusals(NotFound, Invalid, PointTaken, PointWrote, ContactMergedElsewhere),
)
async def rectify(
    contact_id: ContactInPath,
    new: Rectification,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Writer,
) -> Any:
    """Corrige un nom ou une adresse, avec son motif ; ce qui y était n'est plus montré à personne."""
    actor = actor_of(caller)
    if new.point_id is None:
        await house.rectifying.name(
            session, caller.tenant_id, contact_id, new.value, reason=new.reason, version=expected, actor=actor
        )
    else:
        await house.rectifying.point(
            session,
            caller.tenant_id,
            contact_id,
            new.point_id,
            new.value,
            reason=new.reason,
            version=expected,
            actor=actor,
        )
    answer = await _detail(session, caller, contact_id)
    return await once.answer(answer, headers={"ETag": etag(answer.version)})


@router.get(
    "/restrictions",
    summary="Lire les limitations",
    response_description="La limitation en cours et les précédentes.",
    responses=refusals(NotFound),
)
async def read_restrictions(
    contact_id: ContactInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> RestrictionsOut:
    """Dit si le traitement de ses données est limité, depuis quand et pourquoi."""
    answer = await _restrictions(house, session, caller, contact_id)
    fresh.at(answer.version)
    return answer


@router.put(
    "/restrictions",
    summary="Limiter le traitement, ou lever la limitation",
    response_description="La limitation en cours et les précédentes.",
    responses=refusals(NotFound, Invalid, RestrictionStands, ContactMergedElsewhere),
)
async def change_restriction(
    contact_id: ContactInPath,
    change: RestrictionChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Officer,
) -> RestrictionsOut:
    """Limitée, la personne ne reçoit que des actes légaux et n'est plus rapprochée de personne ; se lève avec un motif."""
    actor = actor_of(caller)
    if change.restricted and change.ground is not None:
        await house.restricting.restrict(
            session,
            caller.tenant_id,
            contact_id,
            ground=change.ground,
            reason=change.reason,
            version=expected,
            actor=actor,
        )
    elif not change.restricted:
        await house.restricting.lift(
            session, caller.tenant_id, contact_id, reason=change.reason, version=expected, actor=actor
        )
    else:
        told = Said("dites pour quel motif de l'article 18.1", en="say on which ground of article 18.1")
        raise Invalid(flaws=[Flaw("/ground", "missing", told)])
    answer = await _restrictions(house, session, caller, contact_id)
    response.headers["ETag"] = etag(answer.version)
    return answer


async def _detail(session: Session, caller: Caller, contact_id: Any) -> ContactDetail:
    contact, points = await contacts.contact(session, caller.tenant_id, contact_id)
    return ContactDetail.in_full(contact, points)


async def _restrictions(house: House, session: Session, caller: Caller, contact_id: Any) -> RestrictionsOut:
    contact, _ = await contacts.contact(session, caller.tenant_id, contact_id)
    found = await house.restricting.history(session, caller.tenant_id, contact_id)
    return RestrictionsOut(
        restricted=contact.restricted_at is not None,
        version=contact.version,
        restrictions=[RestrictionOut.of(one) for one in found],
    )
