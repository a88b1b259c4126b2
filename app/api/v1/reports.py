"""What is taken away: the calendar of terms, the register of saisines, the evidence of one."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import KeyInPath, SaisineInPath
from app.audit.readings import Door, ReadKind
from app.errors import Flaw, Invalid, NotFound, Unauthenticated
from app.files.names import content_disposition
from app.identity.scopes import Scope
from app.reporting import spreadsheet
from app.reporting.cells import Naming
from app.reporting.delimited import Dialect
from app.reporting.evidence import exporting
from app.reporting.register_files import Format, chunks
from app.reporting.register_rows import Asked as Narrowed
from app.reporting.schemas import FeedOut, FeedShown, NewFeed
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Fresh, etag
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.quarantine import PieceQuarantined, judge_reason

router = APIRouter(prefix="/sve", tags=["sve"], route_class=StrictRoute)
saisines_router = APIRouter(prefix="/saisines/{saisine_id}", tags=["sve"], route_class=StrictRoute)
CALENDAR = "text/calendar; charset=utf-8"
_WHY = "Pourquoi prendre aussi ce que l'antivirus a mis à l'écart ; gardé au journal."
_CALENDAR = {
    "description": "Le calendrier (RFC 5545).",
    "content": {
        "text/calendar": {
            "schema": {"type": "string"},
            "example": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Parvis//Echeances//FR\r\n…",
        }
    },
}
_REGISTER = {
    "description": "Le registre, une ligne par saisine.",
    "content": {
        "text/csv": {
            "schema": {"type": "string"},
            "example": "Référence,Rang dans le message,…\r\n26-000123-K,1,…\r\n",
        },
        spreadsheet.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}, "example": "…"},
    },
}
_EVIDENCE = {
    "description": "Le dossier, qui se vérifie sans nous.",
    "content": {exporting.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}, "example": "PK…"}},
}


class Ended(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


async def feed_reader(
    request: Request,
    house: House,
    key: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Secret d'une adresse de calendrier, pour l'agenda qui n'envoie pas d'en-tête ; aucune autre clé.",
            examples=["parvis_3kT9dQ…"],
        ),
    ] = None,
) -> None:
    """Lets in who follows a calendar address: its secret opens this one route, with the right to read it and no other.

    Raises `Unauthenticated`.
    """
    if key is None or "authorization" in request.headers:
        return
    try:
        known = await house.reports.feeds.opened(key)
    except Unauthenticated as refusal:
        refusal.headers.setdefault("WWW-Authenticate", 'Bearer realm="parvis"')
        raise
    request.state.caller = replace(known, scopes=frozenset({"sve:read"}))


@router.get(
    "/calendar.ics",
    summary="Suivre les échéances dans un agenda",
    response_class=Response,
    responses={200: _CALENDAR, 304: {"description": "Rien n'a changé depuis."}},
    dependencies=[Depends(feed_reader)],
)
async def read_calendar(house: House, fresh: Fresh, caller: Annotated[Caller, require("sve:read")]) -> Response:
    """Donne un jour par terme qui court et par ARE dû, du mois passé à deux ans, sans rien qui nomme une personne."""
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        tenant = await house.tenants.get(session, caller.tenant_id)
        window = house.reports.calendar.window(tenant)
        version = await house.reports.calendar.version(session, tenant, window)
    fresh.at(version)
    headers = {"ETag": etag(version), "Cache-Control": "private, max-age=300", "Vary": "Authorization, Cookie"}
    return StreamingResponse(house.reports.calendar.write(tenant, window), media_type=CALENDAR, headers=headers)


@router.get("/calendar-feeds", summary="Lister les adresses de calendrier", response_description="Une page.")
async def list_feeds(
    asked: Asked, house: House, session: Reading, caller: Annotated[Caller, require("sve:read")]
) -> Page[FeedOut]:
    """Donne les adresses faites pour des agendas, révoquées comprises, sans leur secret."""
    after = asked.after.id if asked.after else None
    feeds = await house.reports.feeds.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(feeds, position=lambda feed: Position(None, feed.id), show=FeedOut.of)


@router.post(
    "/calendar-feeds",
    status_code=201,
    summary="Faire une adresse de calendrier",
    response_description="L'adresse, montrée une seule fois.",
)
async def make_feed(
    new: NewFeed, house: House, session: Writing, caller: Annotated[Caller, require("sve:write")]
) -> FeedShown:
    """Fait une adresse qu'un agenda peut suivre sans en-tête : elle n'ouvre que le calendrier.

    Sans `Idempotency-Key`: une réponse gardée garderait le secret. Si la réponse se perd, révoquez et recommencez.
    """
    url, feed = await house.reports.feeds.make(session, caller.tenant_id, name=new.name, actor=actor_of(caller))
    return FeedShown.once(feed, url=url)


@router.delete(
    "/calendar-feeds/{key_id}",
    status_code=204,
    summary="Révoquer une adresse de calendrier",
    responses={204: {"description": "Révoquée."}, **refusals(NotFound)},
)
async def revoke_feed(
    key_id: KeyInPath, house: House, session: Writing, caller: Annotated[Caller, require("sve:write")]
) -> Response:
    """Révoque une adresse : elle n'ouvre plus rien d'ici dix secondes, partout."""
    await house.reports.feeds.revoke(session, caller.tenant_id, key_id, actor=actor_of(caller))
    return Response(status_code=204)


@router.get(
    "/register", summary="Prendre le registre des saisines", response_class=Response, responses={200: _REGISTER}
)
async def read_register(
    request: Request,
    house: House,
    caller: Annotated[Caller, require("sve:read")],
    first: Annotated[
        date | None, Query(alias="from", description="Reçues ce jour ou après.", examples=["2026-01-01"])
    ] = None,
    last: Annotated[
        date | None, Query(alias="to", description="Reçues ce jour ou avant.", examples=["2026-12-31"])
    ] = None,
    state: Annotated[Ended, Query(description="`open` : celles dont le délai n'est pas clos.")] = Ended.ALL,
    form: Annotated[Format | None, Query(alias="format", description="Absent : selon `Accept`, sinon CSV.")] = None,
    dialect: Annotated[
        Dialect,
        Query(description="Du CSV : `rfc4180` virgules, sans BOM ; `excel-fr` points-virgules et BOM."),
    ] = Dialect.RFC4180,
    names: Annotated[
        Naming, Query(description="`labels` : en français ; `ids` : noms stables des colonnes et mots de l'API.")
    ] = Naming.LABELS,
) -> Response:
    """Donne une ligne par saisine, dans l'ordre où elles furent ouvertes ; qui l'a pris est gardé au journal.

    Les colonnes et leurs noms stables sont dans docs/evidence.md ; avec le droit `tickets:read`, les champs de l'administration
    suivent, une colonne chacun. Aucune cellule ne peut devenir une formule.
    """
    if first and last and last < first:
        told = Said("ce jour précède `from`", en="this day is before `from`")
        raise Invalid(flaws=[Flaw("query/to", "range", told)])
    taken = await house.reports.register.take(
        caller.tenant_id,
        Narrowed(first=first, last=last, closed=_CLOSED[state]),
        form=form or _preferred(request.headers.get("accept", "")),
        dialect=dialect,
        naming=names,
        actor=actor_of(caller),
        with_fields=Scope.TICKETS_READ in caller.scopes,
    )
    await house.eyewitness.saw(caller, ReadKind.EXPORT, caller.tenant_id, door=Door.API)
    headers = {"Content-Disposition": content_disposition("attachment", taken.name)}
    return StreamingResponse(taken.body, media_type=taken.media_type, headers=headers)


@saisines_router.get(
    "/evidence",
    summary="Prendre le dossier de preuve",
    response_class=Response,
    responses={200: _EVIDENCE, **refusals(NotFound, PieceQuarantined)},
)
async def read_evidence(
    saisine_id: SaisineInPath,
    house: House,
    caller: Annotated[Caller, require("sve:read", "tickets:read")],
    reason: Annotated[str | None, Query(description=_WHY, max_length=500, examples=["Contentieux en cours."])] = None,
) -> Response:
    """Donne, en un ZIP, ce qui fut reçu, envoyé, consigné et calculé, avec de quoi le vérifier hors ligne.

    Ce que l'antivirus a mis à l'écart, et l'original qui le portait, y sont dits manquants, sauf droit `audit:read` et motif.
    Qui l'a pris, quand, et l'empreinte de son manifeste sont gardés au journal (docs/evidence.md).
    """
    why = None if reason is None else judge_reason(scopes=caller.scopes, reason=reason)
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        saisine = await house.legal.get(session, caller.tenant_id, saisine_id)
    await house.eyewitness.saw(caller, ReadKind.EXPORT, saisine_id, door=Door.API, ticket_id=saisine.ticket_id)
    taken = await house.reports.evidence.export(
        caller.tenant_id, saisine_id, actor=actor_of(caller), reason=why, set_aside=why is not None
    )
    headers = {
        "Content-Disposition": content_disposition("attachment", taken.name),
        "Content-Length": str(taken.size),
        "X-Manifest-Sha256": taken.manifest_sha256,
    }
    return StreamingResponse(chunks(taken.file), media_type=exporting.MEDIA_TYPE, headers=headers)


_CLOSED = {Ended.OPEN: False, Ended.CLOSED: True, Ended.ALL: None}


def _preferred(accept: str) -> Format:
    return Format.ODS if spreadsheet.MEDIA_TYPE in accept else Format.CSV
