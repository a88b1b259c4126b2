"""The administration's words on letters, as the API reads and writes them."""

from dataclasses import replace
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.errors import Invalid
from app.sve.law.notices import SOURCES, Mention, mentions
from app.sve.law.regime import Regime
from app.sve.letters.composing import compose
from app.sve.letters.ground import Ground
from app.sve.letters.kinds import NAMES, notice_of
from app.sve.letters.plaintext import block, signature
from app.sve.letters.required import PLACES
from app.sve.letters.values import Kind
from app.sve.letters.wording_values import Wording
from app.sve.letters.wordings import VARIABLES, own_words
from app.tickets.canned_schemas import VariableOut, unknown_flaws

_MOST = 4000
_OPENING = "Vos mots avant ce que la loi prescrit. Une ligne dont un emplacement ne se remplit pas n'est pas écrite ; vide : rien."
_CLOSING = "Vos mots après ce que la loi prescrit, avant le nom de l'agent ; vide : rien."
_A_MENTION = {"name": "date de réception", "article": "CRPA R112-11-1"}


class PrescribedOut(BaseModel):
    """Une mention que ce genre de lettre porte toujours, ou selon la demande ; Parvis l'écrit."""

    name: str = Field(examples=["date de réception"])
    article: str = Field(examples=["CRPA R112-11-1"])


class LetterWordingOut(BaseModel):
    """Les mots de l'administration pour un genre de lettre, dans une de leurs éditions."""

    kind: Kind = Field(examples=["are"])
    name: str = Field(description="Comment ce genre s'appelle.", examples=["Accusé de réception électronique"])
    edition: int = Field(description="0 : personne n'a rien écrit. Celle de l'ETag.", examples=[2])
    opening: str = Field(description=_OPENING, examples=["Merci de votre message, {{contact.name}}."])
    closing: str = Field(description=_CLOSING, examples=["L'accueil est ouvert du lundi au samedi."])
    created_at: datetime | None = Field(examples=[None])
    created_by: str | None = Field(examples=[None])

    @classmethod
    def of(cls, wording: Wording) -> Self:
        own = {name: getattr(wording, name) for name in cls.model_fields if name != "name"}
        return cls(**own, name=NAMES[wording.kind])


class LetterKindOut(LetterWordingOut):
    """Un genre de lettre : vos mots, et ce que Parvis écrit toujours."""

    prescribed: list[PrescribedOut] = Field(
        description="Ce que la loi prescrit, certaines mentions selon la demande.", examples=[[_A_MENTION]]
    )

    @classmethod
    def of(cls, wording: Wording) -> Self:
        notice = notice_of(wording.kind, None)
        borne = dict.fromkeys((*mentions(notice, Regime.SVA), Mention.AGENT))
        prescribed = [
            PrescribedOut(name=PLACES[one].name, article=PLACES[one].article or SOURCES[notice]) for one in borne
        ]
        return cls(**LetterWordingOut.of(wording).model_dump(), prescribed=prescribed)


class LetterWordingsOut(BaseModel):
    """Tous les genres de lettre, et les emplacements que leurs mots peuvent porter ; les deux listes sont fermées."""

    data: list[LetterKindOut]
    variables: list[VariableOut]

    @classmethod
    def of(cls, wordings: list[Wording]) -> Self:
        return cls(
            data=[LetterKindOut.of(one) for one in wordings], variables=[VariableOut.of(one) for one in VARIABLES]
        )


class NewLetterWording(BaseModel):
    """Une édition nouvelle des mots d'un genre de lettre."""

    model_config = ConfigDict(extra="forbid")
    opening: str = Field(
        default="", max_length=_MOST, description=_OPENING, examples=["Merci de votre message, {{contact.name}}."]
    )
    closing: str = Field(
        default="", max_length=_MOST, description=_CLOSING, examples=["L'accueil est ouvert du lundi au samedi."]
    )

    def check(self) -> None:
        """Raises `Invalid` naming each place that nothing fills in a letter."""
        flaws = [
            flaw
            for at, text in (("/opening", self.opening), ("/closing", self.closing))
            for flaw in unknown_flaws(text, at=at, variables=VARIABLES)
        ]
        if flaws:
            raise Invalid(flaws=flaws)

    def wording(self, kind: Kind) -> Wording:
        """Returns these words as an edition that nobody wrote yet."""
        return replace(Wording.none(kind), opening=self.opening, closing=self.closing)


class WordingPartOut(BaseModel):
    """Un paragraphe de la lettre."""

    text: str = Field(examples=["L'accueil est ouvert du lundi au samedi."])
    own: bool = Field(description="Vrai : vos mots ; faux : ceux de Parvis.", examples=[True])


class WordingPreviewOut(BaseModel):
    """La lettre qu'une demande fictive recevrait avec ces mots ; rien n'est écrit ni envoyé."""

    kind: Kind = Field(examples=["are"])
    title: str = Field(examples=["Accusé de réception électronique de votre demande"])
    parts: list[WordingPartOut] = Field(description="Ses paragraphes, dans l'ordre ; la signature ferme.")

    @classmethod
    def of(cls, wording: Wording, ground: Ground) -> Self:
        own = own_words(wording, ground)
        composed = compose(wording.kind, ground, own)
        ours = [*own.opening, *own.closing]
        parts = [WordingPartOut(text=block(one), own=any(one is word for word in ours)) for one in composed.paragraphs]
        signed = WordingPartOut(text=signature(ground), own=False)
        return cls(kind=wording.kind, title=composed.title, parts=[*parts, signed])
