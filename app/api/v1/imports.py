"""Histories of other tools: declared, handed over, examined, then taken over when somebody has read the report."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import ImportInPath
from app.errors import Invalid, NotFound, TooLarge
from app.ids import Prefix, public_id
from app.imports.refusals import ImportBuiltUpon, ImportNotThere
from app.imports.schemas import ImportChange, ImportOut, ImportRefusalOut, NewImport
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.refusals import Refused
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/imports", tags=["imports"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("users:admin")]
_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": "…"}}


@router.post(
    "",
    status_code=201,
    response_model=ImportOut,
    summary="Déclarer une reprise",
    response_description="La reprise, qui attend son fichier.",
    responses=refusals(Invalid),
)
async def declare_import(new: NewImport, house: House, session: Writing, once: Once, caller: Administrator) -> Any:
    """Déclare l'export d'un autre outil, avec la boîte aux lettres par laquelle on répondra à ce qu'il contient."""
    asked = await house.imports.ask(
        session, caller.tenant_id, source=new.source, name=new.name, channel_id=new.channel_id, actor=actor_of(caller)
    )
    address = f"/api/v1/imports/{public_id(Prefix.IMPORT, asked.id)}"
    return await once.answer(ImportOut.of(asked), headers={"Location": address, "ETag": etag(asked.version)})


@router.get("", summary="Lister les reprises", response_description="Une page.")
async def list_imports(asked: Asked, house: House, session: Reading, caller: Administrator) -> Page[ImportOut]:
    """Donne les reprises, la dernière d'abord."""
    after = asked.after.id if asked.after else None
    found = await house.imports.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=ImportOut.of)


@router.get(
    "/{import_id}",
    summary="Lire une reprise",
    response_description="Où elle en est, et ce que l'examen a compté.",
    responses=refusals(NotFound),
)
async def read_import(
    import_id: ImportInPath, house: House, session: Reading, fresh: Fresh, caller: Administrator
) -> ImportOut:
    """Donne l'avancement d'une reprise et, dès qu'elle est examinée, ce qu'elle ferait."""
    one = await house.imports.get(session, caller.tenant_id, import_id)
    fresh.at(one.version)
    return ImportOut.of(one)


@router.put(
    "/{import_id}/file",
    status_code=202,
    summary="Remettre le fichier d'une reprise",
    response_description="La reprise, qui sera examinée.",
    responses=refusals(NotFound, ImportNotThere, TooLarge),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Un ZIP, ou un fichier de lignes, tel que docs/imports.fr.md le décrit.",
            "content": _FILE,
        }
    },
)
async def give_import_file(
    import_id: ImportInPath, request: Request, response: Response, house: House, caller: Administrator
) -> ImportOut:
    """Garde l'export, au fil de son arrivée, et le fait examiner ; rien n'est repris avant votre décision."""
    one = await house.imports.receive(caller.tenant_id, import_id, _arriving(request))
    response.headers["ETag"] = etag(one.version)
    return ImportOut.of(one)


@router.patch(
    "/{import_id}",
    summary="Décider d'une reprise",
    response_description="La reprise.",
    responses=refusals(NotFound, ImportNotThere, ImportBuiltUpon),
)
async def decide_import(
    import_id: ImportInPath,
    change: ImportChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> ImportOut:
    """Reprend ce qui a été examiné, arrête, ou retire d'un bloc ce qui a été repris tant que personne n'y a travaillé."""
    one = await house.imports.decide(
        session, caller.tenant_id, import_id, change.state.state, version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(one.version)
    return ImportOut.of(one)


@router.get(
    "/{import_id}/refusals",
    summary="Lire ce qu'une reprise n'a pas repris",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_import_refusals(
    import_id: ImportInPath, asked: Asked, house: House, session: Reading, caller: Administrator
) -> Page[ImportRefusalOut]:
    """Donne, ligne par ligne, ce qui n'a pas été repris et pourquoi ; dix mille lignes au plus."""
    after = asked.after.id if asked.after else None
    found = await house.imports.refusals(session, caller.tenant_id, import_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=ImportRefusalOut.of)


async def _arriving(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        raise Refused(Said("le fichier n'est pas arrivé en entier", en="the file did not arrive whole")) from None
