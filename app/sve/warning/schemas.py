"""Whom the watch tells and what it told, as the API reads and writes them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import NoticeId
from app.sve.warning.settings import DAYS_MAX, RECIPIENTS_MAX
from app.sve.warning.values import Notice, NoticeKind, NoticeState, WatchSettings

_TO = ["accueil@agents.example.fr"]
_ABOVE = ["direction@agents.example.fr"]


class NewWatchSettings(BaseModel):
    """Qui la veille prévient, et quand."""

    model_config = ConfigDict(extra="forbid")
    digest_to: list[str] = Field(
        max_length=RECIPIENTS_MAX,
        description="Adresses d'agents qui reçoivent le point de chaque jour ouvré ; vide : personne.",
        examples=[_TO],
    )
    digest_hour: int = Field(ge=0, le=23, description="Heure locale de ce point.", examples=[8])
    escalate_to: list[str] = Field(
        max_length=RECIPIENTS_MAX,
        description="Adresses d'agents prévenus des alertes dont personne ne s'est saisi ; vide : personne.",
        examples=[_ABOVE],
    )
    escalate_after: int = Field(
        ge=0,
        le=DAYS_MAX,
        description="Jours ouvrés laissés pour s'en saisir. Le terme et la décision née n'attendent pas.",
        examples=[1],
    )

    def settings(self) -> WatchSettings:
        return WatchSettings(
            digest_to=self.digest_to,
            digest_hour=self.digest_hour,
            escalate_to=self.escalate_to,
            escalate_after=self.escalate_after,
        )


class WatchSettingsOut(BaseModel):
    """Qui la veille prévient. Tant que rien n'est choisi, personne, et la version est 0."""

    digest_to: list[str] = Field(examples=[_TO])
    digest_hour: int = Field(description="Heure locale.", examples=[8])
    escalate_to: list[str] = Field(examples=[_ABOVE])
    escalate_after: int = Field(description="Jours ouvrés.", examples=[1])
    updated_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    updated_by: str | None = Field(examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, settings: WatchSettings) -> Self:
        return cls(**{name: getattr(settings, name) for name in cls.model_fields})


class NoticeOut(BaseModel):
    """Un courriel aux agents : il part par le canal électronique de l'administration, jamais vers un usager."""

    id: NoticeId
    kind: NoticeKind = Field(
        description="`digest` le point du jour, `escalation` des alertes sans prise en charge, `late_watch` la veille "
        "s'était arrêtée, `invitation` et `reset` un lien pour choisir un mot de passe, `confidence` un nouvel accès à des "
        "demandes confidentielles.",
        examples=["digest"],
    )
    recipient: str = Field(description="L'agent.", examples=["accueil@agents.example.fr"])
    day: date = Field(description="Jour civil dont il parle.", examples=["2026-03-02"])
    title: str = Field(examples=["Échéances du 2 mars 2026 : 1 urgente"])
    text: str = Field(description="Références et dates seulement.", examples=["26-000123-K : terme le 2 mai 2026"])
    state: NoticeState = Field(description="`due` à envoyer, `sent` parti, `failed` abandonné.", examples=["sent"])
    attempts: int = Field(examples=[1])
    next_attempt_at: datetime | None = Field(description="Prochain essai, s'il en reste.", examples=[None])
    frozen_at: datetime = Field(examples=["2026-03-02T07:00:00Z"])
    sent_at: datetime | None = Field(examples=["2026-03-02T07:00:02Z"])
    told: str | None = Field(description="Ce que le service d'envoi en a dit.", examples=[None])
    last_error: str | None = Field(description="Pourquoi le dernier essai n'a pas abouti.", examples=[None])

    @classmethod
    def of(cls, notice: Notice) -> Self:
        own = {name: getattr(notice, name) for name in _COLUMNS}
        due = notice.state is NoticeState.DUE
        return cls(**own, next_attempt_at=notice.next_attempt_at if due else None, told=notice.detail.get("told"))


_COLUMNS = frozenset(NoticeOut.model_fields) - {"next_attempt_at", "told"}
