"""The register of saisines: one line each, in columns that keep their name, written as CSV or as a spreadsheet."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db.transaction import Database, Session
from app.ids import Prefix, public_id
from app.reporting import register_rows, words
from app.reporting.cells import Cell, Naming, field_cell, field_heading
from app.reporting.register_rows import Asked, Row
from app.sve import repository
from app.sve.cases import in_force
from app.sve.catalogue import Catalogue
from app.sve.local_procedures.service import Procedures
from app.sve.values import LegalEvent
from app.tenants.values import Tenant
from app.tickets import field_repository
from app.tickets.field_values import CustomField

BATCH = 500
_BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its stable identifier, its French heading, its cell, the labels of its closed set when it has one."""

    id: str
    heading: str
    cell: "Callable[[Line], Cell]"
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One saisine ready to be written."""

    row: Row
    title: str | None
    pieces_asked: date | None
    pieces_received: date | None
    sense: str | None
    zone: ZoneInfo


_SENSES: Mapping[str, str] = {
    **words.SENSES,
    "tacit_acceptance": "acceptation tacite",
    "tacit_rejection": "rejet tacite",
}
COLUMNS: Sequence[Column] = (
    Column("reference", "Référence", lambda line: line.row.reference),
    Column("ordinal", "Rang dans le message", lambda line: line.row.ordinal + 1),
    Column("received_at", "Reçue le (heure locale)", lambda line: line.row.received_at.astimezone(line.zone)),
    Column("received_on", "Jour de réception", lambda line: line.row.received_on),
    Column("channel", "Canal", lambda line: line.row.channel_type),
    Column("procedure", "Démarche", lambda line: line.row.procedure),
    Column("procedure_title", "Intitulé de la démarche", lambda line: line.title),
    Column("regime", "Effet du silence", lambda line: line.row.regime, words.REGIMES),
    Column("delay", "Délai", lambda line: line.row.delay),
    Column(
        "qualified_by",
        "Qualifiée par",
        lambda line: line.row.qualified_name or words.actor(line.row.qualified_by, {}) or None,
    ),
    Column("qualified_at", "Qualifiée le", lambda line: _local(line.row.qualified_at, line.zone)),
    Column("are_due_on", "ARE dû le", lambda line: line.row.are_due_on),
    Column("are_done_at", "ARE envoyé le", lambda line: _local(line.row.are_done_at, line.zone)),
    Column("pieces_asked_on", "Pièces demandées le", lambda line: line.pieces_asked),
    Column("pieces_received_on", "Pièces reçues le", lambda line: line.pieces_received),
    Column("suspended_days", "Jours de suspension", lambda line: _number(line.row.suspended_days)),
    Column("term_on", "Terme", lambda line: line.row.term_on),
    Column("alert_on", "Date d'alerte", lambda line: line.row.alert_on),
    Column("tacit_on", "Décision tacite datée du", lambda line: _day(line.row.tacit_on)),
    Column("decision", "Décision", lambda line: line.sense, _SENSES),
    Column("decision_notified_on", "Décision notifiée le", lambda line: _day(line.row.notified_on)),
    Column("state", "État du délai", lambda line: line.row.state, words.STATES),
    Column("risk", "Risque", lambda line: line.row.risk, words.RISKS),
    Column("closed_at", "Close le", lambda line: _local(line.row.closed_at, line.zone)),
    Column("rules_version", "Version des règles", lambda line: line.row.rules_version),
    Column("procedure_version", "Version du catalogue", lambda line: line.row.procedure_version),
    Column("certainty", "Sûreté du catalogue", lambda line: line.row.certainty, words.CERTAINTIES),
    Column("saisine_id", "Identifiant", lambda line: public_id(Prefix.SAISINE, line.row.id)),
    Column(
        "joined_to",
        "Jointe à",
        lambda line: public_id(Prefix.SAISINE, line.row.joined_to) if line.row.joined_to else None,
    ),
)


class Register:
    """Reads the register a batch at a time, each batch in a transaction of its own; memory holds one batch."""

    def __init__(self, database: Database, procedures: Procedures) -> None:
        self._database, self._procedures = database, procedures

    async def batches(
        self, tenant: Tenant, asked: Asked, *, fields: Sequence[CustomField], naming: Naming
    ) -> AsyncIterator[Sequence[Sequence[Cell]]]:
        """Yields the lines of the register, in the order saisines were opened; what the request holds of `fields` comes last."""
        last = _BEFORE_ALL
        while True:
            async with self._database.transaction(tenant=tenant.id) as session:
                rows = await register_rows.rows_of(session, tenant.id, asked, after=last, limit=BATCH)
                events = await repository.events_of(session, tenant.id, [row.id for row in rows])
                held = await _held(session, tenant.id, rows, fields)
                catalogue = (await self._procedures.today(session, tenant.id)).catalogue
            if rows:
                zone = ZoneInfo(tenant.time_zone)
                yield [
                    [
                        *cells(line_of(row, events.get(row.id, ()), catalogue, zone), naming=naming),
                        *(field_cell(one, held.get((row.ticket_id, one.id), ()), naming=naming) for one in fields),
                    ]
                    for row in rows
                ]
            if len(rows) < BATCH:
                return
            last = rows[-1].id


def line_of(row: Row, events: Sequence[LegalEvent], catalogue: Catalogue, zone: ZoneInfo) -> Line:
    """Joins a row, the events that count and the title of the procedure."""
    counted = in_force(events)
    entry = catalogue.get(row.procedure) if row.procedure else None
    asked = [event for event in counted if event.type == "pieces_requested"]
    came = [event for event in counted if event.type in {"pieces_received", "completed"}]
    return Line(
        row=row,
        title=entry.title if entry else None,
        pieces_asked=asked[0].at.astimezone(zone).date() if asked else None,
        pieces_received=came[-1].at.astimezone(zone).date() if came else None,
        sense=_sense(row, counted),
        zone=zone,
    )


def headings(fields: Sequence[CustomField], *, naming: Naming) -> Sequence[str]:
    """Returns the names of the columns, those of the administration's fields last."""
    ours = [column.id if naming is Naming.IDS else column.heading for column in COLUMNS]
    return [*ours, *(field_heading(one, naming=naming) for one in fields)]


def cells(line: Line, *, naming: Naming) -> Sequence[Cell]:
    """Returns the cells of a line, in the order of the columns."""
    return [_said(column, column.cell(line), naming) for column in COLUMNS]


async def _held(
    session: Session, tenant_id: UUID, rows: Sequence[Row], fields: Sequence[CustomField]
) -> Mapping[tuple[UUID, UUID], Sequence[str]]:
    """Returns what the requests of a batch hold of some fields, in one statement."""
    tickets = {row.ticket_id for row in rows}
    return await field_repository.written(session, tenant_id, tickets, [one.id for one in fields])


def _said(column: Column, value: Cell, naming: Naming) -> Cell:
    if naming is Naming.IDS or not isinstance(value, str):
        return value
    if column.id == "channel":
        return words.channel(value)
    return column.labels.get(value, value) if column.labels else value


def _sense(row: Row, events: Sequence[LegalEvent]) -> str | None:
    """The express decision notified, else the tacit one the engine says was born."""
    told = next((event for event in reversed(events) if event.type == "express_decision"), None)
    if told is not None:
        return str(told.payload.get("sense", "")) or None
    if row.accepted == "true":
        return "tacit_acceptance"
    return "tacit_rejection" if row.rejected == "true" else None


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone) if at else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.lstrip("-").isdecimal() else None
