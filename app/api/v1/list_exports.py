"""A list of requests taken away as a file: its filters, its order, its columns."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.tickets import asked_filter
from app.audit.readings import Door, ReadKind
from app.errors import Invalid
from app.files.names import content_disposition
from app.reporting import spreadsheet
from app.reporting.cells import Naming
from app.reporting.delimited import Dialect
from app.reporting.listing_files import Wanted
from app.reporting.register_files import Format
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals
from app.tickets.repository import Filter
from app.tickets.view_values import Sort

router = APIRouter(prefix="/tickets/file", tags=["tickets"], route_class=StrictRoute)
_LIST = {
    "description": "La liste, une ligne par demande.",
    "content": {
        "text/csv": {
            "schema": {"type": "string"},
            "example": "Référence,Objet,…\r\n26-000123-K,Demande de terrasse,…\r\n",
        },
        spreadsheet.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}, "example": "…"},
    },
}


@router.get(
    "",
    summary="Prendre une liste de demandes",
    response_class=Response,
    responses={200: _LIST, **refusals(Invalid)},
)
async def take_list(
    house: House,
    caller: Annotated[Caller, require("tickets:read")],
    wanted: Annotated[Filter, Depends(asked_filter)],
    sort: Annotated[Sort, Query(description="Ordre.")] = Sort.ACTIVITY,
    columns: Annotated[
        str | None,
        Query(
            max_length=2000,
            description="Colonnes, séparées par des virgules, `custom_field:clé` parmi elles ; absent : toutes. La référence est "
            "toujours la première.",
            examples=["subject,status,custom_field:quartier"],
        ),
    ] = None,
    form: Annotated[Format, Query(alias="format", description="`csv`, ou `ods` pour un tableur.")] = Format.CSV,
    dialect: Annotated[
        Dialect, Query(description="Du CSV : `rfc4180` virgules, sans BOM ; `excel-fr` points-virgules et BOM.")
    ] = Dialect.RFC4180,
    names: Annotated[
        Naming, Query(description="`labels` : en français ; `ids` : noms stables des colonnes et mots de l'API.")
    ] = Naming.LABELS,
) -> Response:
    """Donne ce que `GET /tickets` liste, entier, avec vos yeux et à un même instant ; qui l'a pris est gardé au journal.

    Les mots (`q`) ne se prennent pas en fichier. Aucune cellule ne peut devenir une formule ; un numéro de sécurité sociale,
    un IBAN ou une carte y sont masqués.
    """
    asked = [one for part in (columns or "").split(",") if (one := part.strip())]
    taken = await house.reports.lists.take(
        caller.tenant_id,
        Wanted(filter=wanted, by_term=sort is Sort.TERM, columns=asked, form=form, dialect=dialect, naming=names),
        actor=actor_of(caller),
    )
    await house.eyewitness.saw(caller, ReadKind.EXPORT, caller.tenant_id, door=Door.API)
    headers = {"Content-Disposition": content_disposition("attachment", taken.name)}
    return StreamingResponse(taken.body, media_type=taken.media_type, headers=headers)
