"""Procedures of the catalogue, and what is proposed for a message, as the API writes them."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, Field

from app.sve.catalogue import Certainty, Entry, Kind, SourceKind
from app.sve.catalogue.describing import brief, whole
from app.sve.law.regime import Regime
from app.sve.suggestion import Nature, NatureKind, Suggestion

_CERTAINTY = "`read` : effet et délai lus dans un texte ; `partly` : en partie ; `unverified` : rien n'a été lu."
_EFFECT = "Effet du silence ; `UNKNOWN` : personne ne l'a établi, il peut accorder."


class ProcedureBrief(BaseModel):
    """Une démarche, en bref : sa dernière version."""

    code: str = Field(examples=["URB-DP"])
    title: str = Field(examples=["Déclaration préalable de travaux"])
    domain: str = Field(examples=["urbanisme"])
    kinds: list[Kind] = Field(description="Natures d'administration qui en décident.", examples=[["commune", "epci"]])
    effect: Regime = Field(description=_EFFECT, examples=["SVA"])
    delay: str | None = Field(description="Délai entier, ISO 8601.", examples=["P1M"])
    adds: str | None = Field(description="Majoration du délai d'une autre démarche.", examples=[None])
    certainty: Certainty = Field(description=_CERTAINTY, examples=["read"])

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls.model_validate(brief(entry))


class SourceOut(BaseModel):
    """Où quelque chose a été lu, et ce que cela vaut."""

    code: str = Field(examples=["legi-2025-07"])
    kind: SourceKind = Field(
        description="`text` article consolidé, `annex` décret d'origine, `sheet` fiche, `page` copie, `secondary` dit par "
        "un site, `list` liste importée, `unread` rien.",
        examples=["text"],
    )
    title: str = Field(examples=["LEGI, base de la DILA au 13 juillet 2025"])
    dated: date | None = Field(description="Jour du texte lu.", examples=["2025-07-13"])
    url: str | None = Field(examples=["https://github.com/Ansvar-Systems/French-law-mcp"])


class TextOut(BaseModel):
    """Un article lu : quelques-uns de ses mots."""

    article: str = Field(examples=["C. urb. R423-23"])
    words: str = Field(examples=["Un mois pour les déclarations préalables"])
    period: str | None = Field(description="Délai dit par la colonne d'un tableau.", examples=[None])
    dated: date | None = Field(examples=["2025-07-13"])
    source: str = Field(description="Code de la source.", examples=["legi-2025-07"])


class VersionOut(BaseModel):
    """Ce que fait le silence entre deux jours, tous deux compris."""

    valid_from: date | None = Field(description="`null` : début non établi.", examples=[None])
    valid_until: date | None = Field(examples=[None])
    effect: Regime = Field(description=_EFFECT, examples=["SVA"])
    delay: str | None = Field(examples=["P1M"])
    adds: str | None = Field(examples=[None])
    family: str = Field(description="Règles qui mènent le délai ; `CRPA` : les générales.", examples=["URBANISME"])
    permit: str | None = Field(examples=["DP"])
    basis: list[str] = Field(examples=[["C. urbanisme R*423-23 a"]])
    notes: str = Field(examples=["non-opposition tacite"])
    texts: list[TextOut]


class ProcedureOut(ProcedureBrief):
    """Une démarche, ses versions et où chacune a été lue."""

    authority: str | None = Field(description="L'autorité, quand sa nature ne suffit pas.", examples=[None])
    keywords: list[str] = Field(examples=[["abri de jardin", "clôture"]])
    doubt: str | None = Field(description="Ce qui reste à lire.", examples=[None])
    sources: list[SourceOut]
    sve_excluded: bool | None = Field(
        description="Exclue de la saisine électronique ; `null` : on ne sait pas.", examples=[None]
    )
    teleservice: str | None = Field(description="Indication, non vérifiée.", examples=[None])
    pieces: list[str] = Field(examples=[["plan de situation (DP1)"]])
    pieces_read: bool = Field(description="Les pièces viennent d'un article lu.", examples=[False])
    versions: list[VersionOut]
    origin: str = Field(description="Fichier du catalogue.", examples=["urbanisme_permis.toml"])

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls.model_validate(whole(entry))


class SuggestionOut(BaseModel):
    """Une démarche proposée. Rien n'est appliqué : une personne qualifie."""

    code: str = Field(examples=["URB-DP"])
    title: str = Field(examples=["Déclaration préalable de travaux"])
    score: float = Field(description="Ne se compare qu'entre propositions d'un même message.", examples=[46.6])
    words: list[str] = Field(description="Les mots du message qui y mènent.", examples=[["abri jardin"]])
    effect: Regime = Field(description=_EFFECT, examples=["SVA"])
    delay: str | None = Field(examples=["P1M"])
    certainty: Certainty = Field(description=_CERTAINTY, examples=["read"])
    competent: bool = Field(
        description="Une administration de cette nature en décide ; sinon, à transmettre (CRPA L114-2).",
        examples=[True],
    )

    @classmethod
    def of(cls, suggestion: Suggestion) -> Self:
        told = {name: getattr(suggestion, name) for name in cls.model_fields}
        delay = str(suggestion.delay) if suggestion.delay else None
        return cls.model_validate({**told, "words": list(suggestion.words), "delay": delay})


class NatureOut(BaseModel):
    """La nature que le message semble avoir : une proposition, qui ne cache jamais une demande possible."""

    kind: NatureKind = Field(examples=["request"])
    because: str = Field(examples=["« je voudrais » : une décision ou un service est peut-être demandé."])


class SuggestionsOut(BaseModel):
    """Ce que le message semble être, et les démarches dont il semble parler, la plus probable d'abord."""

    nature: NatureOut
    procedures: list[SuggestionOut]

    @classmethod
    def proposing(cls, suggestions: Sequence[Suggestion], seems: Nature) -> Self:
        shown = [SuggestionOut.of(one) for one in suggestions]
        return cls(nature=NatureOut(kind=seems.kind, because=seems.because), procedures=shown)
