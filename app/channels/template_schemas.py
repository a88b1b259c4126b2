"""The texts a channel's provider approved, as the API reads them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.channels.approved import Approved
from app.channels.contract import CheckState, Template
from app.rest.pages import Page


class TemplateOut(BaseModel):
    """Un texte approuvé ; `{{1}}`, `{{2}}`… y tiennent la place de ce que l'on écrit."""

    name: str = Field(examples=["rappel_rendez_vous"])
    language: str = Field(examples=["fr"])
    text: str = Field(examples=["Bonjour, votre rendez-vous en mairie est fixé au {{1}}."])
    category: str | None = Field(description="Telle que le fournisseur la nomme.", examples=["UTILITY"])
    parameters: int = Field(description="Combien de places il faut remplir.", examples=[1])

    @classmethod
    def of(cls, template: Template) -> Self:
        return cls(**{name: getattr(template, name) for name in cls.model_fields})


class TemplatesProblem(BaseModel):
    """Pourquoi la liste n'a pas pu être relue."""

    state: CheckState = Field(examples=["unreachable"])
    words: str = Field(examples=["Meta ne répond pas : réessayez plus tard"])
    words_en: str = Field(examples=["Meta does not answer: try again later"])


class TemplatesOut(Page[TemplateOut]):
    """Les textes approuvés d'un canal, tels qu'ils furent lus."""

    read_at: datetime | None = Field(
        description="Quand le fournisseur les a dits ; `null` : jamais, ou ils ont changé depuis.",
        examples=["2026-03-02T09:00:00Z"],
    )
    age_seconds: int | None = Field(description="Depuis combien de temps.", examples=[120])
    problem: TemplatesProblem | None = Field(description="`null` : la dernière lecture a réussi.")

    @classmethod
    def telling(cls, known: Approved, *, now: datetime) -> Self:
        problem = known.problem
        return cls(
            data=[TemplateOut.of(one) for one in known.templates],
            next_cursor=None,
            read_at=known.read_at,
            age_seconds=int((now - known.read_at).total_seconds()) if known.read_at else None,
            problem=TemplatesProblem(state=problem["state"], words=problem["fr"], words_en=problem["en"])
            if problem
            else None,
        )
