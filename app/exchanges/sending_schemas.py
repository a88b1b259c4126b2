"""How an administration's messages leave, as the API reads and writes it."""

from datetime import datetime, time
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.exchanges.hours import Hours
from app.exchanges.sending_settings import SendingSettings

_HOUR = r"^([01]\d|2[0-3]):[0-5]\d$"
_DAYS = "1 lundi … 7 dimanche (ISO 8601)."
_PUBLIC = (
    "Accuser réception en public, en mots neutres, d'un commentaire auquel le fournisseur ne permet qu'une réponse privée "
    "(Facebook, Instagram). Sinon l'accusé reste dû et l'agent en est averti."
)


class NewSendingSettings(BaseModel):
    """Quand partent les informations. Réponses, lettres et accusés partent à toute heure."""

    model_config = ConfigDict(extra="forbid")
    weekdays: list[int] = Field(min_length=1, max_length=7, description=_DAYS, examples=[[1, 2, 3, 4, 5, 6]])
    opens: str = Field(pattern=_HOUR, description="Heure locale du début.", examples=["08:00"])
    closes: str = Field(pattern=_HOUR, description="Heure locale de la fin, le même jour.", examples=["20:00"])
    holidays: bool = Field(description="Aussi les jours fériés du territoire.", examples=[False])
    public_acknowledgement: bool = Field(description=_PUBLIC, examples=[False])

    def settings(self) -> SendingSettings:
        opens, closes = (time.fromisoformat(hour) for hour in (self.opens, self.closes))
        hours = Hours(opens, closes, frozenset(self.weekdays), self.holidays)
        return SendingSettings(hours=hours, public_acknowledgement=self.public_acknowledgement)


class SendingSettingsOut(BaseModel):
    """Quand partent les informations. Tant que rien n'est choisi : le réglage de l'installation, et la version 0."""

    weekdays: list[int] = Field(description=_DAYS, examples=[[1, 2, 3, 4, 5, 6]])
    opens: str = Field(description="Heure locale.", examples=["08:00"])
    closes: str = Field(description="Heure locale.", examples=["20:00"])
    holidays: bool = Field(description="Aussi les jours fériés du territoire.", examples=[False])
    public_acknowledgement: bool = Field(description=_PUBLIC, examples=[False])
    updated_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    updated_by: str | None = Field(examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, settings: SendingSettings) -> Self:
        hours = settings.hours
        return cls(
            weekdays=sorted(hours.weekdays),
            opens=f"{hours.opens:%H:%M}",
            closes=f"{hours.closes:%H:%M}",
            holidays=hours.holidays,
            public_acknowledgement=settings.public_acknowledgement,
            updated_at=settings.updated_at,
            updated_by=settings.updated_by,
            version=settings.version,
        )
