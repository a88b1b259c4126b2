"""The catalogue of procedures, and what it proposes for a message."""

from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Path, Query

from app.api.house import House
from app.api.v1.paths import SaisineInPath
from app.errors import NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading
from app.sve.catalogue import Entry, Kind
from app.sve.procedure_schemas import ProcedureBrief, ProcedureOut, SuggestionsOut
from app.sve.suggestion import nature

router = APIRouter(prefix="/sve/procedures", tags=["sve"], route_class=StrictRoute)
saisines_router = APIRouter(prefix="/saisines/{saisine_id}", tags=["sve"], route_class=StrictRoute)


@router.get("", summary="Lire le catalogue", response_description="Une page.", dependencies=[require("sve:read")])
async def list_procedures(
    asked: Asked,
    house: House,
    q: Annotated[
        str | None, Query(max_length=200, description="Mots du titre ou des mots-clés.", examples=["abri de jardin"])
    ] = None,
    kind: Annotated[Kind | None, Query(description="Celles dont décide une administration de cette nature.")] = None,
) -> Page[ProcedureBrief]:
    """Donne les démarches dans l'ordre de leurs codes : effet du silence, délai, et jusqu'où les textes ont été lus."""
    after = str(asked.after.key) if asked.after else ""
    found = [entry for entry in house.catalogue.search(q or "", kind=kind) if entry.code > after]
    return asked.page(found[: asked.take], position=_position, show=ProcedureBrief.of)


@router.get(
    "/{code}",
    summary="Lire une démarche",
    response_description="La démarche.",
    dependencies=[require("sve:read")],
    responses=refusals(NotFound),
)
async def read_procedure(
    code: Annotated[str, Path(max_length=80, description="La démarche.", examples=["URB-DP"])], house: House
) -> ProcedureOut:
    """Donne ses versions datées, les articles lus et leurs sources, et ce qui reste à lire."""
    entry = house.catalogue.get(code)
    if entry is None:
        raise NotFound
    return ProcedureOut.of(entry)


@saisines_router.get(
    "/suggestions",
    summary="Proposer des démarches",
    response_description="Trois au plus.",
    responses=refusals(NotFound),
)
async def suggest_procedures(
    saisine_id: SaisineInPath,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
) -> SuggestionsOut:
    """Propose, avec les mots qui y mènent, les démarches dont le message parle. Rien n'est appliqué : on qualifie."""
    saisine = await house.legal.get(session, caller.tenant_id, saisine_id)
    message = await house.tickets.message(session, caller.tenant_id, saisine.message_id)
    tenant = await house.tenants.get(session, caller.tenant_id)
    text = f"{message.subject}\n{message.text_new or message.text}"
    proposed = house.suggester.suggest(text, kind=tenant.kind, on=saisine.received_on)
    return SuggestionsOut.proposing(proposed, nature(text))


def _position(entry: Entry) -> Position:
    return Position(entry.code, uuid5(NAMESPACE_URL, entry.code))
