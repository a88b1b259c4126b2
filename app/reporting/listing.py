"""A list of requests as lines: the columns an agent chose, the administration's own fields among them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from app.errors import Flaw, Invalid
from app.reporting import words
from app.reporting.cells import Cell, Naming, field_cell
from app.rest.languages import Said
from app.sensitive import masked
from app.tickets.field_values import CustomField, FieldKind, FieldMark
from app.tickets.values import Ticket
from app.tickets.view_values import OF_FIELD, Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a line needs beside its request: names by identifier, procedures by request, the administration's zone."""

    teams: Mapping[UUID, str]
    agents: Mapping[UUID, str]
    procedures: Mapping[UUID, Sequence[str]]
    zone: ZoneInfo


_Writer: TypeAlias = Callable[[Ticket, Beside], Cell]
# What is closed in the API has words for people; presence is of an instant, and is not taken away.
_SETS: Mapping[Column, Mapping[str, str]] = MappingProxyType({Column.RISK: words.RISKS, Column.STATUS: words.STATUSES})
_WRITERS: Mapping[Column, tuple[str, _Writer]] = MappingProxyType(
    {
        Column.REFERENCE: ("Référence", lambda one, _: one.reference),
        Column.SUBJECT: ("Objet", lambda one, _: masked(one.subject)),
        Column.CONTACT: ("Demandeur", lambda one, _: one.contact_name),
        Column.CHANNEL: ("Canal", lambda one, _: one.channel_type),
        Column.PROCEDURE: ("Démarche", lambda one, beside: ", ".join(beside.procedures.get(one.id, ())) or None),
        Column.STATUS: ("État", lambda one, _: one.status.value),
        Column.TEAM: ("Équipe", lambda one, beside: beside.teams.get(one.team_id) if one.team_id else None),
        Column.ASSIGNEE: ("Agent", lambda one, beside: beside.agents.get(one.assignee_id) if one.assignee_id else None),
        Column.TAGS: ("Étiquettes", lambda one, _: ", ".join(mark.name for mark in one.tags) or None),
        Column.RISK: ("Risque", lambda one, _: one.risk),
        Column.TERM: ("Échéance", lambda one, _: one.alert_on),
        Column.RECEIVED: ("Reçue le (heure locale)", lambda one, beside: one.received_at.astimezone(beside.zone)),
        Column.ACTIVITY: ("Dernière activité", lambda one, beside: one.last_activity_at.astimezone(beside.zone)),
    }
)


class Listing:
    """The columns of one list: the reference first, then those asked for, once each; all of them when none is."""

    def __init__(self, asked: Sequence[str], fields: Sequence[CustomField], *, naming: Naming) -> None:
        self._fields = {f"{OF_FIELD}{one.key}": one for one in fields if one.kind is not FieldKind.LONG_TEXT}
        living = [name for name, one in self._fields.items() if one.archived_at is None]
        self._naming = naming
        chosen = asked or [*(column.value for column in _WRITERS), *living]
        flaws = [_unknown(name) for name in chosen if name not in self._fields and name not in set(Column)]
        if flaws:
            raise Invalid(flaws=flaws)
        named = dict.fromkeys([Column.REFERENCE.value, *chosen])
        self.columns = [one for one in named if one != Column.PRESENCE.value]

    @property
    def headings(self) -> Sequence[str]:
        return [self._heading(name) for name in self.columns]

    def cells(self, ticket: Ticket, beside: Beside) -> Sequence[Cell]:
        """Returns the cells of a request, in the order of the columns."""
        marks = {f"{OF_FIELD}{mark.key}": mark for mark in ticket.fields}
        return [self._cell(name, ticket, marks, beside) for name in self.columns]

    def _heading(self, name: str) -> str:
        if self._naming is Naming.IDS:
            return name
        field = self._fields.get(name)
        return field.label if field else _WRITERS[Column(name)][0]

    def _cell(self, name: str, ticket: Ticket, marks: Mapping[str, FieldMark], beside: Beside) -> Cell:
        field = self._fields.get(name)
        if field is not None:
            mark = marks.get(name)
            return field_cell(field, mark.kept if mark else (), naming=self._naming)
        column = Column(name)
        value = _WRITERS[column][1](ticket, beside)
        if self._naming is Naming.IDS or not isinstance(value, str):
            return value
        if column is Column.CHANNEL:
            return words.channel(value)
        return _SETS[column].get(value, value) if column in _SETS else value


def _unknown(name: str) -> Flaw:
    listed = ", ".join([*(column.value for column in _WRITERS), f"{OF_FIELD}…"])
    told = Said(
        f"« {name} » n'est pas une colonne ; colonnes : {listed}", en=f"“{name}” is no column; columns: {listed}"
    )
    return Flaw("query/columns", "enum", told)
