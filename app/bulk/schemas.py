"""Acts over many requests as the API writes and reads them."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.bulk.service import Foreseen
from app.bulk.values import MOST, Act, ActKind, Bulk, BulkState, Item, Outcome
from app.errors import NotFound
from app.rest.instants import WrittenInstant
from app.rest.languages import Said
from app.rest.public_ids import BulkId, TagId, TeamId, TicketId, UserId
from app.tickets.schemas import MAX_TEXT
from app.tickets.values import Status
from app.tickets.view_schemas import TicketQuery

_STRICT = ConfigDict(extra="forbid")
_ACT = {"kind": "status", "status": "resolved"}
_CLOCK = "un délai légal court encore sur cette demande"


class _OneAct(BaseModel):
    model_config = _STRICT

    def act(self) -> Act:
        """Returns it as a value."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "kind"}
        return Act(kind=ActKind(getattr(self, "kind")), **given)  # noqa: B009 — each act declares its own


class AssignAct(_OneAct):
    """Affecter à un agent, ou à personne."""

    kind: Literal["assign"] = Field(examples=["assign"])
    assignee_id: UserId | None = Field(description="`null` retire l'agent.")


class TeamAct(_OneAct):
    """Confier à une équipe, ou à aucune."""

    kind: Literal["team"] = Field(examples=["team"])
    team_id: TeamId | None = Field(description="`null` retire l'équipe.")


class TagAct(_OneAct):
    """Mettre une étiquette."""

    kind: Literal["tag"] = Field(examples=["tag"])
    tag_id: TagId


class UntagAct(_OneAct):
    """Retirer une étiquette."""

    kind: Literal["untag"] = Field(examples=["untag"])
    tag_id: TagId


class StatusAct(_OneAct):
    """Changer l'état ; clore est refusé à chaque demande dont un délai légal court."""

    kind: Literal["status"] = Field(examples=["status"])
    status: Status = Field(description="Le nouvel état.", examples=["resolved"])


class NoteAct(_OneAct):
    """Ajouter une note interne."""

    kind: Literal["note"] = Field(examples=["note"])
    text: str = Field(min_length=1, max_length=MAX_TEXT, examples=["Panne générale : secteur rétabli jeudi."])


class QualifyAct(_OneAct):
    """Qualifier par une démarche du catalogue la seule saisine que personne n'a qualifiée. Demande `sve:write`."""

    kind: Literal["qualify"] = Field(examples=["qualify"])
    procedure: str = Field(min_length=1, max_length=100, description="Code de la démarche.", examples=["URB-DP"])
    reason: str = Field(
        min_length=3, max_length=2000, description="Pourquoi ; gardé avec chaque saisine.", examples=["Liste du code."]
    )


class SnoozeAct(_OneAct):
    """Mettre de côté jusqu'à un instant, ou jusqu'à ce que la personne écrive."""

    kind: Literal["snooze"] = Field(examples=["snooze"])
    until_at: WrittenInstant | None = Field(
        description="`null` : quand la personne écrit.", examples=["2026-03-09T08:00:00Z"]
    )


AnyAct = Annotated[
    AssignAct | TeamAct | TagAct | UntagAct | StatusAct | NoteAct | QualifyAct | SnoozeAct, Field(discriminator="kind")
]


class NewBulk(BaseModel):
    """Un acte, et les demandes sur lesquelles il porte : nommées, ou celles d'une liste."""

    model_config = _STRICT
    act: AnyAct = Field(description="Ce qui est fait à chacune.", examples=[_ACT])
    ids: list[TicketId] | None = Field(
        default=None, min_length=1, max_length=MOST, description=f"Les demandes, {MOST} au plus."
    )
    filter: TicketQuery | None = Field(
        default=None,
        description="À défaut, les filtres de `GET /api/v1/tickets` : ce que vous y verriez maintenant.",
        examples=[None],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError(Said("donnez ids ou filter, l'un des deux", en="give ids or filter, one of them"))
        return self


class RefusalOut(BaseModel):
    """Une demande qui refuse l'acte, et pourquoi."""

    ticket_id: TicketId
    reference: str | None = Field(
        description="`null` pour une demande que vous ne voyez pas.", examples=["26-000123-K"]
    )
    code: str = Field(description="Le code d'erreur qu'elle aurait seule.", examples=["clock-running"])
    detail: str = Field(description="Pourquoi, et que faire.", examples=[_CLOCK])


class CauseOut(BaseModel):
    """Combien de demandes refusent pour une même raison."""

    code: str = Field(examples=["clock-running"])
    count: int = Field(examples=[2])


class BulkPreviewOut(BaseModel):
    """Ce que ferait l'acte ; rien n'est écrit."""

    total: int = Field(description="Demandes sur lesquelles il porte.", examples=[23])
    changes: int = Field(description="Celles qu'il changerait.", examples=[20])
    unchanged: int = Field(description="Celles qui sont déjà ainsi.", examples=[1])
    refused: int = Field(description="Celles qui le refuseraient.", examples=[2])
    causes: list[CauseOut] = Field(description="Pourquoi, la raison la plus fréquente d'abord.")
    refusals: list[RefusalOut] = Field(description="Chacune de celles qui refuseraient.")

    @classmethod
    def of(cls, found: Foreseen) -> Self:
        """Counts verdicts, and names each refusal."""
        outcomes = Counter(verdict.outcome for verdict in found.verdicts.values())
        named = [
            RefusalOut(
                ticket_id=ticket.id, reference=ticket.reference, code=verdict.code or "", detail=verdict.detail or ""
            )
            for ticket in found.tickets
            if (verdict := found.verdicts[ticket.id]).outcome is Outcome.REFUSED
        ]
        named += [
            RefusalOut(ticket_id=one, reference=None, code=NotFound.code, detail=NotFound.title_fr)
            for one in found.unseen
        ]
        causes = Counter(one.code for one in named).most_common()
        return cls(
            total=len(found.tickets) + len(found.unseen),
            changes=outcomes[Outcome.CHANGED],
            unchanged=outcomes[Outcome.UNCHANGED],
            refused=len(named),
            causes=[CauseOut(code=code, count=count) for code, count in causes],
            refusals=named,
        )


class BulkOut(BaseModel):
    """Un acte sur plusieurs demandes, et où il en est."""

    id: BulkId
    act: dict[str, Any] = Field(
        description="Ce qui est fait à chacune ; les mots d'une note n'y restent pas une fois écrits.", examples=[_ACT]
    )
    state: BulkState = Field(
        description="`running` en cours, `done` achevé, `undoing` en cours de reprise, `undone` repris.",
        examples=["running"],
    )
    total: int = Field(description="Demandes sur lesquelles il porte.", examples=[23])
    done: int = Field(description="Celles dont le tour est passé.", examples=[12])
    changed: int = Field(description="Changées.", examples=[10])
    unchanged: int = Field(description="Déjà ainsi.", examples=[1])
    refused: int = Field(description="Refusées ; chacune dit pourquoi dans `/items`.", examples=[1])
    undone: int = Field(description="Remises comme avant.", examples=[0])
    kept: int = Field(description="Laissées ainsi à la reprise : quelqu'un les a changées depuis.", examples=[0])
    begun_at: datetime
    ended_at: datetime | None = Field(description="`null` tant que l'acte court.", examples=[None])
    undo_until: datetime | None = Field(
        description="Jusqu'à quand l'acte achevé se reprend ; `null` s'il ne se reprend pas, ou court encore.",
        examples=["2026-03-02T09:00:42Z"],
    )
    may_undo: bool = Field(description="Il peut être repris maintenant.", examples=[True])

    @classmethod
    def of(cls, bulk: Bulk, *, at: datetime) -> Self:
        """Shows an act as it stands at an instant."""
        same = set(cls.model_fields) - {"act", "undo_until", "may_undo"}
        own = {name: getattr(bulk, name) for name in same}
        return cls(**own, act=_shown(bulk.act), undo_until=bulk.undo_until(), may_undo=bulk.may_be_undone(at))


class BulkItemOut(BaseModel):
    """Une demande de l'acte, et ce qu'elle est devenue."""

    ticket_id: TicketId
    reference: str = Field(examples=["26-000123-K"])
    outcome: Outcome = Field(
        description="`waiting` son tour n'est pas venu, `changed`, `unchanged` déjà ainsi, `refused`, `left` l'acte fut "
        "repris avant son tour, `undone` remise comme avant, `kept` changée depuis par quelqu'un et laissée ainsi.",
        examples=["refused"],
    )
    code: str | None = Field(description="Le code d'erreur d'un refus.", examples=["clock-running"])
    detail: str | None = Field(description="Pourquoi, et que faire.", examples=[_CLOCK])

    @classmethod
    def of(cls, item: Item) -> Self:
        return cls(**{name: getattr(item, name) for name in cls.model_fields})


_PUBLIC: dict[str, type[BaseModel]] = {
    "assign": AssignAct,
    "team": TeamAct,
    "tag": TagAct,
    "untag": UntagAct,
    "status": StatusAct,
    "note": NoteAct,
    "qualify": QualifyAct,
    "snooze": SnoozeAct,
}


def _shown(act: Act) -> dict[str, Any]:
    """Writes an act as it was asked; the words of a note are not repeated."""
    shape = _PUBLIC[act.kind.value]
    given = {name: getattr(act, name) for name in shape.model_fields if name not in {"kind", "text"}}
    return shape.model_construct(kind=act.kind.value, **given).model_dump(mode="json", exclude={"text"})
