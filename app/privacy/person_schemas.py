"""Copies, corrections and restrictions as the API writes them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.privacy.export_repository import AccessExport
from app.privacy.restricting import RestrictionGround
from app.privacy.restriction_repository import Restriction
from app.privacy.values import ExportState
from app.rest.public_ids import AccessExportId, ContactId, PointId

STRICT = ConfigDict(extra="forbid")
_ACTOR = "user:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"
_AT = "2026-03-02T09:00:00Z"


class NewExport(BaseModel):
    """Pourquoi une copie est demandée."""

    model_config = STRICT
    reason: str = Field(
        min_length=3,
        max_length=2000,
        description="Ce que la personne a demandé, et quand ; à répondre dans le mois (RGPD art. 12.3).",
        examples=["Demande d'accès reçue le 2 mars."],
    )


class ExportOut(BaseModel):
    """La copie des données d'une personne."""

    id: AccessExportId
    contact_id: ContactId
    state: ExportState = Field(
        description="`asked` : en préparation ; `ready` : à prendre ; `failed` : échouée ; `expired` : ses sept jours sont "
        "passés.",
        examples=["ready"],
    )
    reason: str = Field(examples=["Demande d'accès reçue le 2 mars."])
    incomplete: bool = Field(
        description="Des demandes d'accès réservé, que vous ne voyez pas, n'y figurent pas : qui les voit doit en faire "
        "une autre.",
        examples=[False],
    )
    masked: dict[str, int] = Field(
        description="Ce qui fut laissé de côté, par règle : `other_peoples_messages` (RGPD art. 15.4), `hidden_requests`.",
        examples=[{"other_peoples_messages": 1, "hidden_requests": 0}],
    )
    asked_at: datetime = Field(examples=[_AT])
    asked_by: str = Field(description="Qui seul peut la prendre.", examples=[_ACTOR])
    made_at: datetime | None = Field(examples=[_AT])
    expires_at: datetime | None = Field(examples=["2026-03-09T09:00:00Z"])
    size: int | None = Field(description="Octets.", examples=[20480])
    downloads: int = Field(description="Combien de fois elle fut prise ; chacune est au journal.", examples=[1])

    @classmethod
    def of(cls, export: AccessExport) -> Self:
        return cls(**{name: getattr(export, name) for name in cls.model_fields})


class Rectification(BaseModel):
    """Ce que la personne dit inexact, et ce qui est juste."""

    model_config = STRICT
    point_id: PointId | None = Field(
        default=None, description="L'adresse à corriger ; absente : le nom.", examples=[None]
    )
    value: str = Field(min_length=1, max_length=320, description="Ce qui est juste.", examples=["Usager Exemple"])
    reason: str = Field(min_length=3, max_length=2000, examples=["Nom mal orthographié, vu au guichet."])


class RestrictionChange(BaseModel):
    """Ce qui change de la limitation."""

    model_config = STRICT
    restricted: bool = Field(description="`true` : limiter ; `false` : lever.", examples=[True])
    ground: RestrictionGround | None = Field(
        default=None,
        description="Motif de l'article 18.1 du RGPD, pour limiter : `accuracy_contested` (a), `unlawful` (b), "
        "`legal_claims` (c), `objection_pending` (d).",
        examples=["accuracy_contested"],
    )
    reason: str = Field(min_length=3, max_length=2000, examples=["Conteste l'adresse, à vérifier."])


class RestrictionOut(BaseModel):
    """Une limitation."""

    ground: RestrictionGround = Field(examples=["accuracy_contested"])
    reason: str = Field(examples=["Conteste l'adresse, à vérifier."])
    since_at: datetime = Field(examples=[_AT])
    set_by: str = Field(examples=[_ACTOR])
    lifted_at: datetime | None = Field(examples=[None])
    lifted_by: str | None = Field(examples=[None])
    lifted_reason: str | None = Field(examples=[None])

    @classmethod
    def of(cls, restriction: Restriction) -> Self:
        return cls(**{name: getattr(restriction, name) for name in cls.model_fields})


class RestrictionsOut(BaseModel):
    """Les limitations d'une personne."""

    restricted: bool = Field(description="L'une est en cours.", examples=[True])
    version: int = Field(description="Celle de la personne et de l'ETag.", examples=[3])
    restrictions: list[RestrictionOut]
