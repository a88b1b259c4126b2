"""An administration and what it published, as the API reads and writes it."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.instants import WrittenDay
from app.rest.public_ids import TenantExportId, TenantId
from app.tenants.exports import CopyState, Export
from app.tenants.values import Tenant, TenantKind, TermsOfUse

_STRICT = ConfigDict(extra="forbid")
Line = Annotated[str, Field(min_length=1, max_length=300)]
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

    dpo_contact: str = Field(
        description="Comment joindre son délégué à la protection des données (RGPD art. 37-7) ; vide tant que personne ne l'a dit.",
        examples=["dpo@example.fr"],
    )
    accent: str = Field(
        description="Couleur de ses pages et de ses écrans, `#rrggbb` ; vide : celle de Parvis.", examples=["#7a2b5f"]
    )
    closing_on: date | None = Field(
        description="Jour à partir duquel tout pourra être effacé, quand une fermeture est annoncée.",
        examples=["2027-01-31"],
    )
    version: int = Field(description="À donner en If-Match pour la changer.", examples=[1])

    @classmethod
    def of(cls, tenant: Tenant) -> Self:
        return cls(**{name: getattr(tenant, name) for name in cls.model_fields})


class TenantChange(BaseModel):
    """Ce que l'administration change de ce qu'elle dit d'elle-même ; ce qui n'est pas donné reste."""

    model_config = _STRICT
    name: Line | None = Field(default=None, description="Nom officiel.", examples=["Commune de Villebourg"])
    service_name: Line | None = Field(
        default=None, description="Service qui répond, nommé dans les accusés.", examples=["Accueil de la mairie"]
    )
    postal_address: Line | None = Field(
        default=None,
        description="Adresse postale, nommée dans les accusés.",
        examples=["1 place de la Mairie, 00000 Villebourg"],
    )
    email: Line | None = Field(default=None, description="Adresse de contact.", examples=["contact@example.fr"])
    phone: Line | None = Field(default=None, description="Téléphone.", examples=["+33 1 99 00 00 00"])
    dpo_contact: Annotated[str, Field(max_length=300)] | None = Field(
        default=None, description="Délégué à la protection des données.", examples=["dpo@example.fr"]
    )
    accent: Annotated[str, Field(max_length=20)] | None = Field(
        default=None,
        description="Couleur des pages et des écrans, `#rrggbb` ; vide : celle de Parvis. Celle qui se lirait mal est refusée "
        "(WCAG 2.2, 1.4.3), avec la mesure et la plus proche qui convient.",
        examples=["#7a2b5f"],
    )
    time_zone: Line | None = Field(
        default=None,
        description="Fuseau de ses jours civils ; vaut pour ce qui est lu ensuite, un recalcul relit les délais en cours.",
        examples=["Europe/Paris"],
    )

    def wanted(self) -> dict[str, str]:
        return {name: value for name, value in self.model_dump().items() if value is not None}


class TenantExportOut(BaseModel):
    """Une copie complète de l'administration, gardée une semaine."""

    id: TenantExportId
    state: CopyState = Field(examples=["done"])
    requested_by: str = Field(description="Qui l'a demandée.", examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    requested_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    finished_at: datetime | None = Field(examples=["2026-03-02T09:01:00Z"])
    expires_at: datetime | None = Field(
        description="Jusqu'à quand son fichier est gardé.", examples=["2026-03-09T09:01:00Z"]
    )
    sha256: str | None = Field(
        description="Empreinte du fichier.", examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4"]
    )
    size: int | None = Field(description="Octets.", examples=[1048576])
    rows: int | None = Field(description="Lignes de toutes ses tables.", examples=[12000])
    pieces: int | None = Field(description="Pièces.", examples=[340])

    @classmethod
    def of(cls, export: Export) -> Self:
        return cls(**{name: getattr(export, name) for name in cls.model_fields})


class DedicatedTeleservice(BaseModel):
    """Une démarche que seul un téléservice reçoit."""

    model_config = _STRICT
    procedure: str = Field(min_length=1, max_length=100, examples=["etat-civil"])
    url: str = Field(max_length=2000, pattern="^https?://", examples=["https://example.fr/etat-civil"])


class NewTerms(BaseModel):
    """Des modalités de saisine par voie électronique (CRPA L112-9, R112-9-2)."""

    model_config = _STRICT
    published_on: WrittenDay = Field(description="Jour de leur publication.", examples=["2026-01-01"])
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
