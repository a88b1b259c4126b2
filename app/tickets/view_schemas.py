"""Saved views as the API writes and reads them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.rest.public_ids import ContactId, TeamId, UserId, ViewId
from app.tickets.owning import Owner
from app.tickets.view_values import FIELD_COLUMN, MOST_COLUMNS, Column, Sort, View

_STRICT = ConfigDict(extra="forbid")
_NAME = "Voirie, sans agent"
_FILTER = {"status": "new,open", "unassigned": True}
_OWNER = "`person` : la vôtre, que vous seul voyez ; `team` : ses membres ; `administration` : tous."
_COLUMNS = "Colonnes montrées, dans cet ordre ; `custom_field:clé` montre un champ de l'administration."
_RANK = "Place dans la barre, de la plus petite à la plus grande."

ShownColumn: TypeAlias = Column | Annotated[str, StringConstraints(pattern=FIELD_COLUMN)]


class TicketQuery(BaseModel):
    """Les filtres de `GET /api/v1/tickets`, tels que son adresse les écrit."""

    model_config = _STRICT
    status: str | None = Field(default=None, max_length=200, examples=["new,open"])
    team_id: TeamId | None = Field(default=None)
    assignee_id: UserId | None = Field(default=None)
    contact_id: ContactId | None = Field(default=None)
    channel: str | None = Field(default=None, max_length=500, examples=["email"])
    risk: str | None = Field(default=None, max_length=200, examples=["critical,near"])
    tag: str | None = Field(default=None, max_length=700, examples=[None])
    custom_field: str | None = Field(default=None, max_length=1000, examples=[None])
    unassigned: bool = Field(default=False, examples=[True])
    snoozed: bool | None = Field(default=None, examples=[False])
    term_before: date | None = Field(default=None, examples=[None])
    received_from: date | None = Field(default=None, examples=[None])
    received_to: date | None = Field(default=None, examples=[None])
    procedure: str | None = Field(default=None, min_length=1, max_length=100, examples=[None])
    q: str | None = Field(default=None, min_length=1, max_length=200, examples=[None])

    def stored(self) -> dict[str, Any]:
        """Returns what was asked and nothing else."""
        return self.model_dump(mode="json", exclude_defaults=True)


class NewView(BaseModel):
    """Une vue à enregistrer."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    owner: Owner = Field(description=_OWNER, examples=["administration"])
    team_id: TeamId | None = Field(default=None, description="L'équipe, pour une vue d'équipe.", examples=[None])
    filter: TicketQuery = Field(
        description="Les filtres de `GET /api/v1/tickets`, vérifiés comme lui.", examples=[_FILTER]
    )
    columns: list[ShownColumn] = Field(
        default=[], max_length=MOST_COLUMNS, description=_COLUMNS, examples=[["risk", "reference", "subject"]]
    )
    sort: Sort = Field(default=Sort.ACTIVITY, description="Ordre.", examples=["term_on"])
    rank: int = Field(default=0, ge=0, le=10_000, description=_RANK, examples=[10])

    def values(self) -> dict[str, Any]:
        return _values(self, self.model_fields_set | {"columns", "sort", "rank"})


class ViewChange(BaseModel):
    """Ce qui change d'une vue ; ce qui est absent reste."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    filter: TicketQuery | None = Field(default=None, description="Tous ses filtres.", examples=[_FILTER])
    columns: list[ShownColumn] | None = Field(
        default=None, max_length=MOST_COLUMNS, description=_COLUMNS, examples=[["risk", "subject"]]
    )
    sort: Sort | None = Field(default=None, description="Ordre.", examples=["term_on"])
    rank: int | None = Field(default=None, ge=0, le=10_000, description=_RANK, examples=[20])

    def values(self) -> dict[str, Any]:
        return _values(self, {name for name in self.model_fields_set if getattr(self, name) is not None})


class ViewOut(BaseModel):
    """Une vue enregistrée."""

    id: ViewId
    name: str = Field(examples=[_NAME])
    owner: Owner = Field(description=_OWNER, examples=["team"])
    team_id: TeamId | None
    filter: dict[str, Any] = Field(description="Les filtres à redonner à `GET /api/v1/tickets`.", examples=[_FILTER])
    columns: list[str] = Field(description=_COLUMNS, examples=[["risk", "reference", "subject"]])
    sort: Sort = Field(description="Ordre.", examples=["term_on"])
    rank: int = Field(description=_RANK, examples=[10])
    count: int | None = Field(
        description="Combien de demandes vous y verriez, jusqu'à mille, quand la liste est demandée avec `count=true` ; "
        "`null` sinon, et pour une vue qui cherche des mots ou une démarche.",
        examples=[12],
    )
    more: bool = Field(description="Il y en a davantage.", examples=[False])
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, view: View, *, counted: int | None = None, most: int = 0) -> Self:
        own = {name: getattr(view, name) for name in cls.model_fields if name not in {"count", "more"}}
        more = counted is not None and counted > most
        return cls(**own, count=most if more else counted, more=more)


def query_of(stored: Mapping[str, Any]) -> TicketQuery:
    """Returns the filters of a view as they were asked."""
    return TicketQuery.model_validate(stored)


def _values(body: NewView | ViewChange, names: set[str]) -> dict[str, Any]:
    """Returns the columns to write for the fields named."""
    written: dict[str, Any] = {}
    for name in names - {"owner", "team_id"}:
        value = getattr(body, name)
        match value:
            case TicketQuery():
                written[name] = value.stored()
            case list():
                written[name] = list(dict.fromkeys(str(one) for one in value))
            case Sort():
                written[name] = value.value
            case _:
                written[name] = value
    return written
