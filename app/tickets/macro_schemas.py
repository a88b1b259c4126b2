"""Macros as the API writes and reads them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.rest.public_ids import MacroId, TagId, TeamId, UserId
from app.tickets.canned_schemas import LANGUAGE, unknown_flaws
from app.tickets.macro_values import (
    MOST_ACTS,
    Act,
    ActKind,
    AssigneeAct,
    Deed,
    Macro,
    NoteAct,
    ReplyAct,
    StatusAct,
    TagOffAct,
    TagOnAct,
    TeamAct,
    stored,
)
from app.tickets.owning import Owner
from app.tickets.values import Status

_STRICT = ConfigDict(extra="forbid")
_NAME = "Transmettre à la voirie"
_OWNER = "`person` : la vôtre, que vous seul voyez ; `team` : ses membres ; `administration` : tous."
_RANK = "Place dans la liste, de la plus petite à la plus grande."
_TEXT = "Le texte ; ses emplacements sont ceux de `GET /api/v1/canned-replies/variables`."
_LANGUAGE = "Langue dans laquelle ses dates s'écrivent."


class ReplyStep(BaseModel):
    """Répondre, ou préparer une réponse."""

    model_config = _STRICT
    kind: Literal["reply"] = Field(examples=["reply"])
    text: str = Field(
        min_length=1, max_length=20_000, description=_TEXT, examples=["Bonjour, c'est transmis ({{ticket.reference}})."]
    )
    language: str = Field(default="fr", pattern=LANGUAGE, description=_LANGUAGE, examples=["fr"])
    send: bool = Field(
        default=False, description="`true` : elle part ; `false` : elle reste en brouillon, le vôtre.", examples=[False]
    )

    def act(self) -> ReplyAct:
        return ReplyAct(text=self.text, language=self.language, send=self.send)


class NoteStep(BaseModel):
    """Noter, en interne."""

    model_config = _STRICT
    kind: Literal["note"] = Field(examples=["note"])
    text: str = Field(min_length=1, max_length=20_000, description=_TEXT, examples=["Transmis à la voirie."])
    language: str = Field(default="fr", pattern=LANGUAGE, description=_LANGUAGE, examples=["fr"])

    def act(self) -> NoteAct:
        return NoteAct(text=self.text, language=self.language)


class TagOnStep(BaseModel):
    """Mettre une étiquette."""

    model_config = _STRICT
    kind: Literal["tag_on"] = Field(examples=["tag_on"])
    tag_id: TagId

    def act(self) -> TagOnAct:
        return TagOnAct(tag_id=self.tag_id)


class TagOffStep(BaseModel):
    """Retirer une étiquette."""

    model_config = _STRICT
    kind: Literal["tag_off"] = Field(examples=["tag_off"])
    tag_id: TagId

    def act(self) -> TagOffAct:
        return TagOffAct(tag_id=self.tag_id)


class TeamStep(BaseModel):
    """Confier à une équipe."""

    model_config = _STRICT
    kind: Literal["team"] = Field(examples=["team"])
    team_id: TeamId | None = Field(description="`null` retire l'équipe.")

    def act(self) -> TeamAct:
        return TeamAct(team_id=self.team_id)


class AssigneeStep(BaseModel):
    """Confier à un agent."""

    model_config = _STRICT
    kind: Literal["assignee"] = Field(examples=["assignee"])
    assignee_id: UserId | None = Field(default=None, description="`null` sans `me` retire l'agent.")
    me: bool = Field(default=False, description="À qui lance la macro.", examples=[True])

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.me and self.assignee_id is not None:
            raise ValueError(Said("un agent, ou qui lance la macro", en="an agent, or whoever runs the macro"))
        return self

    def act(self) -> AssigneeAct:
        return AssigneeAct(assignee_id=self.assignee_id, me=self.me)


class StatusStep(BaseModel):
    """Changer l'état."""

    model_config = _STRICT
    kind: Literal["status"] = Field(examples=["status"])
    status: Status = Field(description="Clore est refusé tant qu'un délai légal court.", examples=["waiting"])

    def act(self) -> StatusAct:
        return StatusAct(status=self.status)


Step: TypeAlias = Annotated[
    ReplyStep | NoteStep | TagOnStep | TagOffStep | TeamStep | AssigneeStep | StatusStep, Field(discriminator="kind")
]


class ActOut(BaseModel):
    """Un acte ; ce qui ne s'applique pas au sien est `null`."""

    kind: ActKind = Field(description="Ce qu'il fait.", examples=["reply"])
    text: str | None = Field(
        description="Les mots d'une réponse ou d'une note, leurs emplacements non remplis.",
        examples=["Bonjour, c'est transmis ({{ticket.reference}})."],
    )
    language: str | None = Field(description=_LANGUAGE, examples=["fr"])
    send: bool | None = Field(description="La réponse part, ou reste en brouillon.", examples=[False])
    tag_id: TagId | None
    team_id: TeamId | None = Field(description="`null` pour `team` : retire l'équipe.")
    assignee_id: UserId | None = Field(description="`null` pour `assignee` sans `me` : retire l'agent.")
    me: bool | None = Field(description="À qui lance la macro.", examples=[None])
    status: Status | None = Field(examples=[None])

    @classmethod
    def of(cls, act: Deed) -> Self:
        own = asdict(act)
        return cls.model_validate({name: own.get(name) for name in cls.model_fields})


class NewMacro(BaseModel):
    """Une macro à garder."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    acts: list[Step] = Field(min_length=1, max_length=MOST_ACTS, description="Ses actes, dans cet ordre.")
    owner: Owner = Field(description=_OWNER, examples=["administration"])
    team_id: TeamId | None = Field(default=None, description="L'équipe, pour celle d'une équipe.", examples=[None])
    rank: int = Field(default=0, ge=0, le=10_000, description=_RANK, examples=[10])

    def wanted(self) -> Sequence[Act]:
        """Raises `Invalid` for a place that nothing fills, or more than one answer."""
        return wanted(self.acts)

    def values(self) -> dict[str, Any]:
        return {"name": self.name, "rank": self.rank, "acts": stored(self.wanted())}


class MacroChange(BaseModel):
    """Ce qui change d'une macro ; ce qui est absent reste."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    acts: list[Step] | None = Field(default=None, min_length=1, max_length=MOST_ACTS, description="Tous ses actes.")
    rank: int | None = Field(default=None, ge=0, le=10_000, description=_RANK, examples=[20])

    def wanted(self) -> Sequence[Act]:
        """Raises `Invalid` for a place that nothing fills, or more than one answer."""
        return wanted(self.acts or [])

    def values(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}
        return {**given, "acts": stored(self.wanted())} if self.acts else given


class MacroOut(BaseModel):
    """Une macro."""

    id: MacroId
    name: str = Field(examples=[_NAME])
    acts: list[ActOut] = Field(description="Ses actes, dans cet ordre.")
    owner: Owner = Field(description=_OWNER, examples=["administration"])
    team_id: TeamId | None
    rank: int = Field(description=_RANK, examples=[10])
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, macro: Macro) -> Self:
        return cls(
            id=macro.id,
            name=macro.name,
            acts=[ActOut.of(act) for act in macro.acts],
            owner=macro.owned.owner,
            team_id=macro.owned.team_id,
            rank=macro.rank,
            created_at=macro.created_at,
            version=macro.version,
        )


def wanted(steps: Sequence[Step]) -> Sequence[Act]:
    """Returns the acts asked for. Raises `Invalid` for a place that nothing fills, or more than one answer."""
    flaws = [
        flaw
        for place, step in enumerate(steps)
        if isinstance(step, ReplyStep | NoteStep)
        for flaw in unknown_flaws(step.text, at=f"/acts/{place}/text")
    ]
    if sum(isinstance(step, ReplyStep) for step in steps) > 1:
        told = Said("une macro ne répond qu'une fois", en="a macro answers once")
        flaws.append(Flaw("/acts", "one-reply", told))
    if flaws:
        raise Invalid(flaws=flaws)
    return [step.act() for step in steps]
