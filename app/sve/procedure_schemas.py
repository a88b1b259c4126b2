"""Procedures of the catalogue, and what is proposed for a message, as the API writes them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from app.sve.catalogue import Certainty, Entry, Kind, Origin, SourceKind
from app.sve.catalogue.describing import brief, whole
from app.sve.law.regime import LocalCategory, Regime
from app.sve.local_procedures.values import Edition, Published
from app.sve.proposing import Proposed
from app.sve.suggestion import NatureKind, Ranking, Suggestion

_CERTAINTY = "`read` : effet et délai lus dans un texte ; `partly` : en partie ; `unverified` : rien n'a été lu."
_EFFECT = "Effet du silence ; `UNKNOWN` : personne ne l'a établi, il peut accorder."

_TEXT = {
    "article": "C. urb. R423-23",
    "words": "Un mois pour les déclarations préalables",
    "period": None,
    "dated": "2025-07-13",
    "source": "legi-2025-07",
}


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
    origin: Origin = Field(
        description="`national` : le catalogue de Parvis ; `installation` : une liste importée ; `local` : la vôtre.",
        examples=["national"],
    )
    edition: int | None = Field(description="Numéro de votre édition, si c'est la vôtre.", examples=[None])

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls.model_validate(brief(entry))


class SourceOut(BaseModel):
    """Où quelque chose a été lu, et ce que cela vaut."""

    code: str = Field(examples=["legi-2025-07"])
    kind: SourceKind = Field(
        description="`text` article consolidé, `local` acte d'une administration, `annex` décret d'origine, `sheet` fiche, `page` copie, `secondary` dit par "
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
    category: LocalCategory | None = Field(
        description="Catégorie des décrets 2016-625 et 2016-677, qui donne l'effet et le délai.", examples=[None]
    )
    effect: Regime = Field(description=_EFFECT, examples=["SVA"])
    delay: str | None = Field(
        description="Délai entier ; si le silence ne décide de rien, celui de l'administration.", examples=["P1M"]
    )
    adds: str | None = Field(examples=[None])
    family: str = Field(description="Règles qui mènent le délai ; `CRPA` : les générales.", examples=["URBANISME"])
    permit: str | None = Field(examples=["DP"])
    basis: list[str] = Field(examples=[["C. urbanisme R*423-23 a"]])
    notes: str = Field(examples=["non-opposition tacite"])
    texts: list[TextOut] = Field(examples=[[_TEXT]])


class DeliberationOut(BaseModel):
    """L'acte qui institue ou modifie la démarche."""

    taken_on: date = Field(examples=["2025-12-15"])
    number: str = Field(examples=["2025-112"])
    title: str = Field(examples=["Règlement des terrains de boules"])
    url: str | None = Field(examples=["https://villebourg.example.fr/deliberations/2025-112"])


class OverrideOut(BaseModel):
    """Ce que vous changez d'une démarche nationale, et pourquoi ; le reste suit le catalogue national."""

    why: str = Field(examples=["Le règlement de voirie prévoit un délai plus court."])
    changes: list[str] = Field(description="Les champs qui sont les vôtres.", examples=[["versions"]])


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
    file: str = Field(
        description="Où elle est écrite : fichier, ou édition locale.", examples=["urbanisme_permis.toml"]
    )
    deliberation: DeliberationOut | None
    override: OverrideOut | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls.model_validate(whole(entry))


class EditionOut(BaseModel):
    """Une édition publiée ; elle ne change plus, une autre la corrige."""

    edition: int = Field(examples=[2])
    note: str = Field(description="Pourquoi elle fut publiée.", examples=["Nouveau règlement de voirie."])
    published_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    published_by: str = Field(examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    withdrawn_at: datetime | None = Field(examples=[None])
    withdrawn_by: str | None = Field(examples=[None])
    withdrawn_from: date | None = Field(
        description="Premier jour de réception où elle ne vaut plus ; `null` une fois retirée : elle n'a jamais valu.",
        examples=[None],
    )
    withdrawn_reason: str | None = Field(examples=[None])
    procedure: ProcedureOut

    @classmethod
    def of(cls, edition: Edition, entry: Entry) -> Self:
        told = {name: getattr(edition, name) for name in cls.model_fields if name != "procedure"}
        return cls(**told, procedure=ProcedureOut.of(entry))


class ProcedureInFull(ProcedureOut):
    """Une démarche telle qu'elle vaut aujourd'hui, vos éditions, et ce que dit le catalogue national."""

    withdrawn: bool = Field(description="Vous l'avez retirée, et le catalogue national ne l'a pas.", examples=[False])
    national: ProcedureOut | None = Field(description="L'entrée nationale, quand la vôtre la remplace.")
    editions: list[EditionOut] = Field(description="Les vôtres, la première d'abord.")

    @classmethod
    def told(
        cls, entry: Entry, *, national: Entry | None, editions: Sequence[tuple[Edition, Entry]], withdrawn: bool
    ) -> Self:
        return cls.model_validate(
            {
                **whole(entry),
                "withdrawn": withdrawn,
                "national": ProcedureOut.of(national) if national else None,
                "editions": [EditionOut.of(edition, own) for edition, own in editions],
            }
        )


class DifferenceOut(BaseModel):
    """Un champ qui change."""

    field: str = Field(examples=["delay"])
    before: Any = Field(examples=["P2M"])
    after: Any = Field(examples=["P1M"])


class PublishedOut(BaseModel):
    """Ce qui est publié, ou le serait : rien n'est requalifié, les saisines gardent l'édition qui les a qualifiées."""

    procedure: ProcedureOut
    edition: int = Field(examples=[3])
    dry_run: bool = Field(description="Rien n'a été publié.", examples=[False])
    differences: list[DifferenceOut] = Field(description="Au regard de ce qui vaut aujourd'hui.")
    open_saisines: int = Field(description="Saisines ouvertes qualifiées par ce code.", examples=[12])

    @classmethod
    def of(cls, published: Published) -> Self:
        return cls(
            procedure=ProcedureOut.of(published.entry),
            edition=published.edition,
            dry_run=published.dry_run,
            differences=[
                DifferenceOut(field=one.field, before=one.before, after=one.after) for one in published.differences
            ],
            open_saisines=published.open_saisines,
        )


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
    procedures: list[SuggestionOut] = Field(description="Vide : aucune démarche ne ressort.")
    ranking: Ranking = Field(
        description="`words` : par les lettres et les mots-clés ; `meaning` : par le sens aussi.", examples=["words"]
    )
    catalogue: str = Field(description="Édition du catalogue.", examples=["2026-11-22"])

    @classmethod
    def of(cls, proposed: Proposed) -> Self:
        seems = proposed.nature
        return cls(
            nature=NatureOut(kind=seems.kind, because=seems.because),
            procedures=[SuggestionOut.of(one) for one in proposed.procedures],
            ranking=proposed.ranking,
            catalogue=proposed.catalogue.edition,
        )
