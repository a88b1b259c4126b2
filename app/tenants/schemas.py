"""An administration and what it published, as the API reads and writes it."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import TenantId
from app.tenants.values import Tenant, TenantKind, TermsOfUse

_STRICT = ConfigDict(extra="forbid")
Word = Annotated[str, Field(min_length=1, max_length=60)]


class TenantOut(BaseModel):
    """L'administration dont la clé est présentée."""

    id: TenantId
    slug: str = Field(examples=["villebourg"])
    name: str = Field(examples=["Commune de Villebourg"])
    kind: TenantKind = Field(examples=["commune"])
    territory: str = Field(description="Territoire de ses jours fériés.", examples=["METRO"])
    time_zone: str = Field(description="Fuseau de ses jours civils.", examples=["Europe/Paris"])
    service_name: str = Field(examples=["Accueil de la mairie"])
    postal_address: str = Field(examples=["1 place de la Mairie, 00000 Villebourg"])
    email: str = Field(examples=["contact@example.fr"])
    phone: str = Field(examples=["+33 1 99 00 00 00"])
    siret: str | None = Field(
        description="Numéro par lequel ProConnect la nomme ; nul tant qu'il n'est pas déclaré (`parvis tenants siret`).",
        examples=["00000000000000"],
    )

    @classmethod
    def of(cls, tenant: Tenant) -> Self:
        return cls(**{name: getattr(tenant, name) for name in cls.model_fields})


class DedicatedTeleservice(BaseModel):
    """Une démarche que seul un téléservice reçoit."""

    model_config = _STRICT
    procedure: str = Field(min_length=1, max_length=100, examples=["etat-civil"])
    url: str = Field(max_length=2000, pattern="^https?://", examples=["https://example.fr/etat-civil"])


class NewTerms(BaseModel):
    """Des modalités de saisine par voie électronique (CRPA L112-9, R112-9-2)."""

    model_config = _STRICT
    published_on: date = Field(description="Jour de leur publication.", examples=["2026-01-01"])
    url: str | None = Field(
        default=None,
        max_length=2000,
        pattern="^https?://",
        description="Où on les lit.",
        examples=["https://example.fr/sve"],
    )
    channels: list[Word] = Field(
        default=[],
        max_length=50,
        description="Canaux ouverts au public ; vide : aucun n'est nommé.",
        examples=[["email"]],
    )
    dedicated: list[DedicatedTeleservice] = Field(default=[], max_length=500)

    def terms(self) -> TermsOfUse:
        return TermsOfUse(
            published_on=self.published_on,
            url=self.url,
            channels=tuple(self.channels),
            dedicated=tuple(one.model_dump() for one in self.dedicated),
        )


class TermsOut(BaseModel):
    """Des modalités publiées ; elles ne se récrivent pas, d'autres leur succèdent."""

    published_on: date = Field(examples=["2026-01-01"])
    url: str | None = Field(examples=["https://example.fr/sve"])
    channels: list[str] = Field(examples=[["email"]])
    dedicated: list[DedicatedTeleservice]

    @classmethod
    def of(cls, terms: TermsOfUse) -> Self:
        return cls(
            published_on=terms.published_on,
            url=terms.url,
            channels=list(terms.channels),
            dedicated=[DedicatedTeleservice.model_validate(one) for one in terms.dedicated],
        )
