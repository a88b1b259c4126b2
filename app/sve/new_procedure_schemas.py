"""A procedure as its administration sends it: the fields of the catalogue's own files, and why it is published."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.sve.catalogue.spreadsheet import EFFECTS
from app.sve.law.regime import LocalCategory

_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)
Word = Annotated[str, Field(min_length=1, max_length=200)]
Line = Annotated[str, Field(min_length=1, max_length=500)]
_EFFECTS = ", ".join(f"`{word}`" for word in dict.fromkeys(EFFECTS.values()))
_APART = frozenset({"note", "replaces", "dry_run"})


class NewSource(BaseModel):
    """Une source nouvelle : où la règle a été lue."""

    model_config = _STRICT
    kind: Word = Field(default="local", description="Voir `sources.kind` d'une démarche.", examples=["local"])
    title: Line = Field(examples=["Règlement de voirie du 15 décembre 2025"])
    dated: date | None = Field(default=None, description="Jour du texte lu.", examples=["2025-12-15"])
    url: Line | None = Field(default=None, examples=["https://villebourg.example.fr/voirie"])


class NewDeliberation(BaseModel):
    """L'acte qui institue ou modifie la démarche."""

    model_config = _STRICT
    taken_on: date = Field(examples=["2025-12-15"])
    number: Word = Field(examples=["2025-112"])
    title: Line = Field(examples=["Règlement des terrains de boules"])
    url: Line | None = Field(default=None, examples=["https://villebourg.example.fr/deliberations/2025-112"])


class NewOverride(BaseModel):
    """Pourquoi vous changez une démarche nationale."""

    model_config = _STRICT
    why: str = Field(min_length=3, max_length=2000, examples=["Le règlement de voirie prévoit un délai plus court."])


class NewText(BaseModel):
    """Un article que vous avez lu."""

    model_config = _STRICT
    article: Word = Field(examples=["Règlement de voirie, art. 12"])
    source: Word = Field(description="Code d'une source du catalogue.", examples=["legi-2025-07"])
    words: Line = Field(description="Quelques mots.", examples=["dans un délai d'un mois"])
    dated: date | None = Field(default=None, examples=["2025-12-15"])
    period: Word | None = Field(default=None, examples=[None])


class NewVersion(BaseModel):
    """Ce que fait le silence entre deux jours, tous deux compris."""

    model_config = _STRICT
    valid_from: date | None = Field(default=None, description="Premier jour.", examples=["2026-01-01"])
    valid_until: date | None = Field(default=None, description="Dernier jour.", examples=[None])
    category: Word | None = Field(
        default=None,
        description=f"Catégorie des décrets 2016-625 et 2016-677, qui donne alors l'effet et le délai : {', '.join(f'`{one}`' for one in LocalCategory)}.",
        examples=["limited_capacity"],
    )
    effect: Word | None = Field(default=None, description=f"Effet du silence : {_EFFECTS}.", examples=["SVR"])
    delay: Word | None = Field(default=None, description="Délai entier, ISO 8601.", examples=["P4M"])
    adds: Word | None = Field(default=None, description="Majoration d'un autre délai.", examples=[None])
    family: Word | None = Field(default=None, description="Règles propres qui mènent le délai.", examples=[None])
    permit: Word | None = Field(default=None, description="Avec `URBANISME` : `DP`, `permit`, `CU`.", examples=[None])
    basis: list[Line] = Field(default=[], max_length=50, description="Articles.", examples=[["Décret 2016-625"]])
    notes: str | None = Field(default=None, min_length=1, max_length=2000, examples=[None])
    texts: list[NewText] = Field(default=[], max_length=50)


class NewProcedure(BaseModel):
    """Une démarche locale, avec sa délibération ; ou une démarche nationale dont vous changez quelques champs."""

    model_config = _STRICT
    code: Word = Field(
        description="Capitales et tirets ; celui d'une démarche nationale la remplace.", examples=["LOC-BOULES"]
    )
    title: Line | None = Field(default=None, examples=["Créneau sur les terrains de boules couverts"])
    domain: Word | None = Field(default=None, examples=["services locaux"])
    kinds: list[Word] | None = Field(
        default=None, max_length=10, description="Absent : la vôtre.", examples=[["commune"]]
    )
    authority: Line | None = Field(default=None, examples=[None])
    keywords: list[Word] | None = Field(
        default=None, max_length=50, description="Mots des usagers.", examples=[["pétanque", "terrain de boules"]]
    )
    certainty: Word | None = Field(default=None, description="`read`, `partly`, `unverified`.", examples=["partly"])
    doubt: str | None = Field(default=None, min_length=1, max_length=2000, examples=[None])
    sources: list[Word | NewSource] | None = Field(
        default=None,
        max_length=20,
        description="Codes de sources du catalogue, ou sources nouvelles ; la délibération en est une.",
        examples=[[{"title": "Règlement de voirie du 15 décembre 2025", "dated": "2025-12-15"}]],
    )
    sve_excluded: bool | None = Field(default=None, examples=[None])
    teleservice: Line | None = Field(default=None, examples=[None])
    pieces: list[Line] | None = Field(default=None, max_length=50, examples=[["justificatif de domicile"]])
    pieces_read: bool | None = Field(default=None, examples=[None])
    deliberation: NewDeliberation | None = Field(default=None, description="Obligatoire pour une démarche locale.")
    override: NewOverride | None = Field(default=None, description="Obligatoire pour une démarche nationale.")
    versions: list[NewVersion] | None = Field(
        default=None, max_length=50, description="Toutes vos versions, la première d'abord."
    )
    note: str = Field(
        min_length=3, max_length=2000, description="Pourquoi vous la publiez.", examples=["Nouveau règlement."]
    )
    replaces: int | None = Field(
        default=None,
        ge=1,
        description="Édition sur laquelle vous avez écrit ; absent : aucune. Refusé si une autre est en vigueur.",
        examples=[None],
    )
    dry_run: bool = Field(default=False, description="Montrer ce qui changerait, sans rien publier.", examples=[True])

    def given(self) -> Mapping[str, Any]:
        """Returns the entry as the catalogue reads it: what was left out is absent."""
        return self.model_dump(exclude=set(_APART), exclude_none=True, exclude_defaults=False)


class NewWithdrawal(BaseModel):
    """Le retrait d'une démarche. Les saisines déjà qualifiées gardent ce qu'elles ont."""

    model_config = _STRICT
    reason: str = Field(min_length=3, max_length=2000, description="Pourquoi.", examples=["Service supprimé."])
    since: date | None = Field(
        default=None,
        description="Premier jour de réception où elle ne vaut plus ; absent : aujourd'hui.",
        examples=["2026-04-01"],
    )
    mistaken: bool = Field(
        default=False, description="Publiée par erreur : elle n'a jamais valu, pour aucun jour.", examples=[False]
    )
