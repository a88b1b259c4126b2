"""Tickets: the list an agent works through, and one of them."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.audit.readings import Door, ReadKind
from app.errors import ClockRunning, Flaw, Invalid, NotFound
from app.ids import Prefix
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.public_ids import ContactId, TeamId, UserId, example_of
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sensitive import masked
from app.sve.filters import filter_of
from app.sve.schemas import TicketOut
from app.tickets.field_values import FieldsMissing
from app.tickets.moves import MergedElsewhere, TicketEmptied
from app.tickets.repository import After, Filter
from app.tickets.schemas import TicketChange, TicketCount
from app.tickets.values import Ticket
from app.tickets.view_schemas import TicketQuery
from app.tickets.view_values import Sort

router = APIRouter(prefix="/tickets", tags=["tickets"], route_class=StrictRoute)
_NEVER = date(1, 1, 1)
_MOST_COUNTED = 1000

Tags = Annotated[
    str | None,
    Query(
        max_length=700,
        description="Étiquettes, séparées par des virgules : les demandes qui en portent au moins une.",
        examples=[example_of(Prefix.TAG)],
    ),
]
HeldField = Annotated[
    str | None,
    Query(
        max_length=1000,
        description="Champs de l'administration, séparés par deux barres, et de chacun ses valeurs, séparées par une barre : les "
        "demandes qui gardent de chaque champ l'une d'elles. D'un nombre ou d'une date, un intervalle bornes comprises : "
        "`surface:10..20`, `depuis:2026-01-01..`.",
        examples=["quartier:centre|nord||surface:10..20"],
    ),
]
Snoozed = Annotated[
    bool | None,
    Query(description="`true` : seulement ce qui est mis de côté ; `false` : seulement le reste.", examples=[False]),
]
ReceivedFrom = Annotated[
    date | None, Query(description="Seulement ce qui a été reçu ce jour ou après.", examples=["2026-02-11"])
]
ReceivedTo = Annotated[
    date | None, Query(description="Seulement ce qui a été reçu ce jour ou avant.", examples=["2026-03-12"])
]
ProcedureCode = Annotated[
    str | None,
    Query(min_length=1, max_length=100, description="Code de la démarche demandée.", examples=["urbanisme-dp"]),
]


async def asked_filter(
    *,
    status: Annotated[
        str | None, Query(max_length=200, description="États, séparés par des virgules.", examples=["new,open"])
    ] = None,
    team_id: Annotated[TeamId | None, Query(description="Équipe.")] = None,
    assignee_id: Annotated[UserId | None, Query(description="Agent.")] = None,
    contact_id: Annotated[ContactId | None, Query(description="Personne.")] = None,
    channel: Annotated[
        str | None, Query(max_length=500, description="Types de canal, séparés par des virgules.", examples=["email"])
    ] = None,
    risk: Annotated[
        str | None, Query(max_length=200, description="Risques, séparés par des virgules.", examples=["critical,near"])
    ] = None,
    tag: Tags = None,
    custom_field: HeldField = None,
    unassigned: Annotated[bool, Query(description="Seulement ce qui n'est affecté à personne.")] = False,
    snoozed: Snoozed = None,
    term_before: Annotated[
        date | None, Query(description="Seulement ce que le silence pourrait décider avant ce jour.")
    ] = None,
    received_from: ReceivedFrom = None,
    received_to: ReceivedTo = None,
    procedure: ProcedureCode = None,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="Mots du texte, ou référence.", examples=["lampadaire"]),
    ] = None,
) -> Filter:
    """Reads the filters of the list. Raises `Invalid` for a word of no closed set."""
    query = TicketQuery.model_construct(
        status=status,
        team_id=team_id,
        assignee_id=assignee_id,
        contact_id=contact_id,
        channel=channel,
        risk=risk,
        tag=tag,
        custom_field=custom_field,
        unassigned=unassigned,
        snoozed=snoozed,
        term_before=term_before,
        received_from=received_from,
        received_to=received_to,
        procedure=procedure,
        q=q,
    )
    return filter_of(query, at="query/")


@router.get("", summary="Lister les demandes", response_description="Une page.")
async def list_tickets(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read")],
    wanted: Annotated[Filter, Depends(asked_filter)],
    sort: Annotated[Sort, Query(description="Ordre.")] = Sort.ACTIVITY,
) -> Page[TicketOut]:
    """Donne les demandes ; avec `sort=term_on`, seulement celles dont un délai court, la plus urgente d'abord.

    Un numéro de sécurité sociale, un IBAN ou une carte y sont masqués dans l'objet ; la demande elle-même les montre.
    """
    by_term = sort is Sort.TERM
    after = After(asked.after.key, asked.after.id) if asked.after and isinstance(asked.after.key, date) else None
    tickets = await house.tickets.page(
        session, caller.tenant_id, wanted, by_term=by_term, after=after, limit=asked.take
    )
    if wanted.q and asked.after is None:
        await house.eyewitness.searched(caller, wanted.q, door=Door.API)
    saisines = await house.legal.of_tickets(session, caller.tenant_id, [ticket.id for ticket in tickets])

    def position(ticket: Ticket) -> Position:
        return Position((ticket.alert_on or _NEVER) if by_term else ticket.last_activity_at, ticket.id)

    return asked.page(tickets, position=position, show=lambda ticket: TicketOut.of(_masked(ticket), saisines))


@router.get("/count", summary="Compter les demandes", response_description="Le compte.")
async def count_tickets(
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read")],
    wanted: Annotated[Filter, Depends(asked_filter)],
    sort: Annotated[Sort, Query(description="Ordre de la liste comptée.")] = Sort.ACTIVITY,
) -> TicketCount:
    """Compte ce que la liste des mêmes filtres contient, jusqu'à mille ; les mots (`q`) se cherchent et ne se comptent pas."""
    if wanted.q:
        told = Said("les mots se cherchent dans la liste, sans être comptés", en="words are searched for, not counted")
        raise Invalid(flaws=[Flaw("query/q", "uncounted", told)])
    found = await house.tickets.count(
        session, caller.tenant_id, wanted, by_term=sort is Sort.TERM, most=_MOST_COUNTED + 1
    )
    return TicketCount(count=min(found, _MOST_COUNTED), more=found > _MOST_COUNTED)


@router.get(
    "/{ticket_id}", summary="Lire une demande", response_description="La demande.", responses=refusals(NotFound)
)
async def read_ticket(
    ticket_id: TicketInPath,
    house: House,
    session: Reading,
    fresh: Fresh,
    caller: Annotated[Caller, require("tickets:read")],
) -> TicketOut:
    """Lit une demande et ses saisines ; 304 quand vous avez déjà cette version."""
    ticket = await house.tickets.get(session, caller.tenant_id, ticket_id)
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    fresh.at(ticket.version)
    return TicketOut.of(ticket, await house.legal.of_tickets(session, caller.tenant_id, [ticket.id]))


@router.patch(
    "/{ticket_id}",
    summary="Changer une demande",
    response_description="La demande changée.",
    responses=refusals(NotFound, ClockRunning, FieldsMissing, MergedElsewhere, TicketEmptied, Invalid),
)
async def change_ticket(
    ticket_id: TicketInPath,
    change: TicketChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("tickets:write")],
) -> TicketOut:
    """Change l'état, l'équipe, l'agent, l'objet ou les champs, à la version que vous avez lue.

    Clore est refusé tant que le silence pourrait décider : qualifiez, ou consignez la décision, d'abord.
    """
    ticket = await house.tickets.get(session, caller.tenant_id, ticket_id, lock=True)
    require_version(ticket.version, expected=expected)
    changed = await house.tickets.change(
        session, caller.tenant_id, ticket_id, change.values(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(changed.version)
    return TicketOut.of(changed, await house.legal.of_tickets(session, caller.tenant_id, [ticket_id]))


def _masked(ticket: Ticket) -> Ticket:
    """A list shows no number that should not be there; the request itself shows its whole subject."""
    fields = tuple(replace(mark, kept=tuple(masked(one) for one in mark.kept)) for mark in ticket.fields)
    return replace(ticket, subject=masked(ticket.subject), fields=fields)
