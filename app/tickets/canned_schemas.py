"""Canned replies as the API writes and reads them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.rest.public_ids import CannedReplyId, TeamId
from app.tickets.canned_values import CannedReply
from app.tickets.owning import Owner
from app.tickets.wording import MEANINGS, Variable, unknown_places

_STRICT = ConfigDict(extra="forbid")
_NAME = "Accusé de réception d'un signalement"
_SHORTCUT = "signalement-recu"
_TEXT = "Bonjour, votre signalement {{ticket.reference}} a été transmis au service compétent."
_OWNER = "`person` : la vôtre, que vous seul voyez ; `team` : ses membres ; `administration` : tous."
_SHORT = "Ce qui se tape après `::` : minuscules sans accent, chiffres et tirets."
_TEXTS = "Ses mots, par langue ; le premier sert quand aucune langue n'est demandée."
_RANK = "Place dans la liste, de la plus petite à la plus grande."
LANGUAGE = "^[a-z]{2,3}$"


class CannedText(BaseModel):
    """Les mots d'une réponse type dans une langue."""

    model_config = _STRICT
    language: str = Field(pattern=LANGUAGE, description="Code ISO 639.", examples=["fr"])
    text: str = Field(
        min_length=1,
        max_length=20_000,
        description="Le texte ; ses emplacements sont ceux de `GET /api/v1/canned-replies/variables`.",
        examples=[_TEXT],
    )


class NewCannedReply(BaseModel):
    """Une réponse type à garder."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    shortcut: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description=_SHORT, examples=[_SHORTCUT])
    texts: list[CannedText] = Field(min_length=1, max_length=20, description=_TEXTS)
    owner: Owner = Field(description=_OWNER, examples=["administration"])
    team_id: TeamId | None = Field(default=None, description="L'équipe, pour celle d'une équipe.", examples=[None])
    rank: int = Field(default=0, ge=0, le=10_000, description=_RANK, examples=[10])

    @field_validator("texts")
    @classmethod
    def _one_each(cls, texts: list[CannedText]) -> list[CannedText]:
        return one_each(texts)

    def values(self) -> dict[str, Any]:
        """Returns the columns to write. Raises `Invalid` naming each place that nothing fills."""
        return {"name": self.name, "shortcut": self.shortcut, "texts": stored(self.texts), "rank": self.rank}


class CannedReplyChange(BaseModel):
    """Ce qui change d'une réponse type ; ce qui est absent reste."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    shortcut: str | None = Field(
        default=None, pattern="^[a-z0-9][a-z0-9-]{0,39}$", description=_SHORT, examples=[_SHORTCUT]
    )
    texts: list[CannedText] | None = Field(
        default=None, min_length=1, max_length=20, description="Tous ses mots, par langue."
    )
    rank: int | None = Field(default=None, ge=0, le=10_000, description=_RANK, examples=[20])

    @field_validator("texts")
    @classmethod
    def _one_each(cls, texts: list[CannedText] | None) -> list[CannedText] | None:
        return one_each(texts) if texts else texts

    def values(self) -> dict[str, Any]:
        """Returns the columns to write. Raises `Invalid` naming each place that nothing fills."""
        given = {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}
        return {**given, "texts": stored(self.texts)} if self.texts else given


class CannedReplyOut(BaseModel):
    """Une réponse type."""

    id: CannedReplyId
    name: str = Field(examples=[_NAME])
    shortcut: str = Field(description=_SHORT, examples=[_SHORTCUT])
    texts: list[CannedText] = Field(description=_TEXTS)
    owner: Owner = Field(description=_OWNER, examples=["administration"])
    team_id: TeamId | None
    rank: int = Field(description=_RANK, examples=[10])
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, canned: CannedReply) -> Self:
        return cls(
            id=canned.id,
            name=canned.name,
            shortcut=canned.shortcut,
            texts=[CannedText.model_construct(language=one, text=text) for one, text in canned.texts.items()],
            owner=canned.owned.owner,
            team_id=canned.owned.team_id,
            rank=canned.rank,
            created_at=canned.created_at,
            version=canned.version,
        )


class VariableOut(BaseModel):
    """Un emplacement qu'un texte peut porter."""

    name: Variable = Field(description="S'écrit entre doubles accolades.", examples=["ticket.reference"])
    meaning_fr: str = Field(examples=["le numéro de la demande"])
    meaning_en: str = Field(examples=["the request's number"])

    @classmethod
    def of(cls, variable: Variable) -> Self:
        said = MEANINGS[variable]
        return cls(name=variable, meaning_fr=str(said), meaning_en=said.en)


class VariablesOut(BaseModel):
    """Tous les emplacements ; la liste est fermée."""

    data: list[VariableOut]


def one_each(texts: list[CannedText]) -> list[CannedText]:
    if len({one.language for one in texts}) != len(texts):
        raise ValueError(Said("une langue n'a qu'un texte", en="a language has one text"))
    return texts


def stored(texts: Sequence[CannedText]) -> dict[str, Any]:
    """Returns texts as they are kept, in their order. Raises `Invalid` naming each place that nothing fills."""
    flaws = [flaw for place, one in enumerate(texts) for flaw in unknown_flaws(one.text, at=f"/texts/{place}/text")]
    if flaws:
        raise Invalid(flaws=flaws)
    return {"all": [{"language": one.language, "text": one.text} for one in texts]}


def unknown_flaws(text: str, *, at: str, variables: Sequence[Variable] = tuple(Variable)) -> list[Flaw]:
    """Returns a flaw for each place of a text that none of these variables fills."""
    known = ", ".join(variables)
    return [
        Flaw(
            at,
            "unknown-variable",
            Said(
                f"« {name} » ne se remplit pas ; connus : {known}",
                en=f"nothing fills “{name}”; known: {known}",
            ),
        )
        for name in unknown_places(text, variables)
    ]
