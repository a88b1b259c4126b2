"""Readings, as the API shows them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.audit.readings import Door, Kept, Read, ReadKind
from app.ids import Prefix, public_id
from app.rest.public_ids import EventId, TicketId

_WORD = "01k9v3xq0hf2vbt7m8a1c4d5e6"


class ReadingOut(BaseModel):
    """Une lecture : qui a vu quoi, quand et par où. Revenir dans le quart d'heure n'en est pas une autre."""

    id: EventId
    at: datetime
    actor: str = Field(
        description="Qui : genre et identifiant.", examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"]
    )
    door: Door = Field(description="`web` : les écrans ; `api` : une clé ou une session.", examples=["web"])
    kind: ReadKind = Field(description="Ce qui fut vu.", examples=["ticket"])
    object: str = Field(
        description="Les 26 signes d'un identifiant, sans son préfixe ; d'une recherche, ce qui tient lieu de ses mots.",
        examples=[_WORD],
    )
    ticket_id: TicketId | None = Field(description="La demande dont c'est une partie ; `null` s'il n'y en a pas.")

    @classmethod
    def of(cls, read: Read) -> Self:
        own = {name: getattr(read, name) for name in ("id", "at", "actor", "door", "kind", "ticket_id")}
        return cls(**own, object=public_id(Prefix.EVENT, read.object_id).partition("_")[2])


class NewReadingSettings(BaseModel):
    """Combien de mois garder les lectures."""

    model_config = ConfigDict(extra="forbid")
    months: int = Field(description="De 6 à 36 ; la CNIL recommande de 6 à 12.", examples=[12])
    reason: str = Field(
        default="",
        max_length=1000,
        description="Pourquoi ; obligatoire au-delà de 12.",
        examples=["Contrôle interne du service des aides."],
    )

    def kept(self) -> Kept:
        return Kept(months=self.months, reason=self.reason)


class ReadingSettingsOut(BaseModel):
    """Combien de temps les lectures sont gardées ; `version` 0 : personne ne l'a encore dit."""

    months: int = Field(examples=[12])
    reason: str = Field(examples=[""])
    updated_at: datetime | None
    updated_by: str | None = Field(examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, kept: Kept) -> Self:
        return cls(**{name: getattr(kept, name) for name in cls.model_fields})
