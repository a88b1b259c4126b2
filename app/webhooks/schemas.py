"""Webhook endpoints and their deliveries as the API reads and writes them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.rest.instants import WrittenInstant
from app.rest.languages import Said
from app.rest.public_ids import EventId, WebhookDeliveryId, WebhookId
from app.webhooks.values import Delivery, DeliveryState, Endpoint, EndpointState, Origin

_STRICT = ConfigDict(extra="forbid")
_URL, _TYPES, _SECRET = "https://si.example.fr/parvis", ["ticket.created"], "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw…"
_AT = "2026-03-02T09:00:00Z"


class Wanted(StrEnum):
    """Les états qu'une personne choisit."""

    ACTIVE = "active"
    PAUSED = "paused"


class NewWebhook(BaseModel):
    """Une adresse à prévenir de ce qui se passe, à partir de maintenant."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=100, description="À quoi il sert.", examples=["Portail de données"])
    url: str = Field(
        min_length=1, max_length=2048, description="Adresse publique, en `https://`, appelée en POST.", examples=[_URL]
    )
    types: list[str] = Field(
        default=[],
        max_length=200,
        description="Types de faits à envoyer (docs/events.md) ; vide : tous. Aucun motif n'est lu.",
        examples=[_TYPES],
    )


class WebhookChange(BaseModel):
    """Ce qui change ; ce qui est absent reste comme il est."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=100, examples=["Portail de données"])
    url: str | None = Field(default=None, min_length=1, max_length=2048, examples=[_URL])
    types: list[str] | None = Field(default=None, max_length=200, examples=[_TYPES])
    state: Wanted | None = Field(
        default=None,
        description="`active` reprend les appels, après une désactivation aussi : ce qui attendait part.",
        examples=["active"],
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.name is None and self.url is None and self.types is None and self.state is None:
            raise ValueError(Said("donnez au moins un champ à changer", en="give at least one field to change"))
        return self


class WebhookOut(BaseModel):
    """Un webhook, sans son secret."""

    id: WebhookId
    name: str = Field(examples=["Portail de données"])
    url: str = Field(examples=[_URL])
    types: list[str] = Field(description="Vide : tous.", examples=[_TYPES])
    state: EndpointState = Field(description="`disabled` : il a échoué pour de bon.", examples=["active"])
    reason: str | None = Field(description="Pourquoi il est désactivé.", examples=[None])
    disabled_at: datetime | None = Field(examples=[None])
    created_at: datetime = Field(examples=[_AT])
    failures: int = Field(description="Appels sans réponse, à la suite, jusqu'à maintenant.", examples=[0])
    retry_at: datetime | None = Field(description="Pas d'appel avant cet instant.", examples=[None])
    last_success_at: datetime | None = Field(examples=[_AT])
    version: int = Field(description="À rendre dans If-Match.", examples=[1])

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        return cls(**_columns(endpoint))


class WebhookShown(WebhookOut):
    """Le webhook et son secret, pour la seule fois."""

    secret: str = Field(description="À garder : il ne sera plus montré.", examples=[_SECRET])

    @classmethod
    def once(cls, endpoint: Endpoint, *, secret: str) -> Self:
        return cls(**_columns(endpoint), secret=secret)


class Rotation(BaseModel):
    """Le remplacement d'un secret."""

    model_config = _STRICT
    overlap_hours: int = Field(
        default=24,
        ge=0,
        le=168,
        description="Pendant combien d'heures l'ancien secret signe encore, à côté du nouveau : sept jours au plus.",
        examples=[24],
    )


class SecretShown(BaseModel):
    """Le nouveau secret, pour la seule fois."""

    secret: str = Field(description="À garder : il ne sera plus montré.", examples=[_SECRET])
    previous_ends_at: datetime = Field(description="Jusqu'à quand les précédents signent aussi.", examples=[_AT])


class DeliveryOut(BaseModel):
    """Ce qu'il est advenu d'un fait pour un webhook."""

    id: WebhookDeliveryId
    event_id: EventId = Field(description="L'en-tête `webhook-id`, le même à chaque tentative.")
    event_type: str = Field(examples=["ticket.created"])
    origin: Origin = Field(description="`event`, `test`, `redelivery` ou `replay`.", examples=["event"])
    state: DeliveryState = Field(examples=["delivered"])
    attempts: int = Field(examples=[1])
    next_at: datetime | None = Field(description="Prochaine tentative.", examples=[None])
    last_at: datetime | None = Field(examples=[_AT])
    last_status: int | None = Field(description="Statut HTTP de la dernière réponse.", examples=[200])
    last_error: str | None = Field(description="Pourquoi la dernière tentative a échoué.", examples=[None])
    response: str | None = Field(
        description="Début de la dernière réponse, 1 ko au plus, sans adresses ni clés.", examples=["ok"]
    )
    created_at: datetime = Field(examples=[_AT])
    delivered_at: datetime | None = Field(examples=[_AT])

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        return cls(**{name: getattr(delivery, name) for name in cls.model_fields})


class Replay(BaseModel):
    """Une période passée à envoyer de nouveau."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    since: WrittenInstant = Field(alias="from", description="Début, compris.", examples=["2026-03-01T00:00:00Z"])
    until: WrittenInstant = Field(alias="to", description="Fin, non comprise.", examples=["2026-03-02T00:00:00Z"])
    types: list[str] = Field(
        default=[], max_length=200, description="Vide : ceux que le webhook demande.", examples=[_TYPES]
    )


class ReplayOut(BaseModel):
    """Combien de livraisons ont été faites."""

    deliveries: int = Field(examples=[42])


def _columns(endpoint: Endpoint) -> dict[str, Any]:
    own = {name: getattr(endpoint, name) for name in WebhookOut.model_fields if name != "types"}
    return own | {"types": list(endpoint.types)}
