"""A ready-made text filled for one request, as the API shows it."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.languages import Language, Said, say
from app.rest.public_ids import CannedReplyId
from app.tickets.canned_schemas import LANGUAGE
from app.tickets.canned_values import CannedReply
from app.tickets.wording import MEANINGS, Filled, Variable


class WordingAsked(BaseModel):
    """Dans quelle langue montrer une réponse type."""

    model_config = ConfigDict(extra="forbid")
    language: str | None = Field(
        default=None,
        pattern=LANGUAGE,
        description="Code ISO 639 ; absent, ou d'une langue qu'elle n'a pas : la première des siennes.",
        examples=["fr"],
    )

    def chosen(self, canned: CannedReply) -> tuple[str, str]:
        """Returns the language and the text to fill."""
        first = next(iter(canned.texts))
        language = self.language if self.language is not None and self.language in canned.texts else first
        return language, canned.texts[language]


class PlaceOut(BaseModel):
    """Un emplacement que rien n'a rempli."""

    variable: str = Field(examples=["contact.name"])
    code: Literal["empty", "unknown"] = Field(
        description="`empty` : la demande ne le dit pas ; `unknown` : il n'existe pas.", examples=["empty"]
    )
    detail: str = Field(examples=["rien ne dit ici le nom de la personne"])

    @classmethod
    def of(cls, name: str, language: Language) -> Self:
        known = {variable.value: variable for variable in Variable}.get(name)
        if known is None:
            told = Said("cet emplacement n'existe pas", en="this place does not exist")
            return cls(variable=name, code="unknown", detail=say(told, language))
        meaning = MEANINGS[known]
        told = Said(f"rien ne dit ici {meaning}", en=f"nothing here says {meaning.en}")
        return cls(variable=name, code="empty", detail=say(told, language))


class WordingOut(BaseModel):
    """Une réponse type remplie pour une demande ; rien n'est envoyé ni gardé."""

    canned_reply_id: CannedReplyId
    language: str = Field(description="Langue du texte.", examples=["fr"])
    text: str = Field(
        description="Le texte ; ce que rien n'a rempli y reste entre doubles accolades, et ne partirait pas.",
        examples=["Bonjour, votre signalement D-2026-000042 a été transmis au service compétent."],
    )
    complete: bool = Field(description="Tous ses emplacements sont remplis.", examples=[True])
    flaws: list[PlaceOut] = Field(description="Ceux que rien n'a remplis.")

    @classmethod
    def of(cls, canned: CannedReply, language: str, filled: Filled, *, said: Language) -> Self:
        return cls(
            canned_reply_id=canned.id,
            language=language,
            text=filled.text,
            complete=not filled.missing,
            flaws=[PlaceOut.of(name, said) for name in filled.missing],
        )
