"""Policies and elimination lists, as the API reads and writes them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.privacy.elimination_values import EliminationList, Line, LineState, ListState, Visa
from app.privacy.retention import CATEGORIES, Counted, Fate, Policy
from app.rest.public_ids import EliminationListId, TicketId

_STRICT = ConfigDict(extra="forbid")
_BASIS = "Délibération du conseil municipal ; tableau de gestion des archives départementales."


class NewPolicy(BaseModel):
    """Une décision : ce qui est gardé, combien de temps, et ce qu'il en advient ensuite."""

    model_config = _STRICT
    active_months: int = Field(description="Mois à portée de main, de 0 à 1200.", examples=[12])
    archive_months: int = Field(description="Mois d'archives intermédiaires ensuite, de 0 à 1200.", examples=[48])
    counted_from: Counted = Field(
        description="`closure` : la clôture ; `last_effect` : le dernier jour que la loi nomme (recours, retrait, terme).",
        examples=["last_effect"],
    )
    fate: Fate = Field(
        description="`destroy` : éliminer ; `transfer` : verser aux archives ; `undecided` : garder.",
        examples=["destroy"],
    )
    legal_basis: str = Field(min_length=1, max_length=1000, description="Ce qui fonde la durée.", examples=[_BASIS])

    def policy(self, category: str) -> Policy:
        return Policy(
            category=category,
            active_months=self.active_months,
            archive_months=self.archive_months,
            counted_from=self.counted_from,
            fate=self.fate,
            legal_basis=self.legal_basis,
        )


class PolicyOut(BaseModel):
    """Combien de temps les demandes d'une catégorie sont gardées. `version` 0 : proposition, qui ne fait rien."""

    category: str = Field(examples=["URBANISME"])
    name: str = Field(examples=["Urbanisme"])
    decided: bool = Field(
        description="Faux : ce n'est qu'une proposition ; rien n'est archivé ni détruit.", examples=[True]
    )
    active_months: int = Field(examples=[12])
    archive_months: int = Field(examples=[48])
    counted_from: Counted = Field(examples=["last_effect"])
    fate: Fate = Field(examples=["destroy"])
    legal_basis: str = Field(examples=[_BASIS])
    decided_at: datetime | None
    decided_by: str | None = Field(examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, policy: Policy) -> Self:
        own = {name: getattr(policy, name) for name in cls.model_fields if name not in {"name", "decided"}}
        return cls(**own, name=CATEGORIES[policy.category], decided=policy.version > 0)


class NewVisa(BaseModel):
    """Le visa de la direction des archives, tel qu'il figure sur le bordereau rendu."""

    model_config = _STRICT
    reference: str = Field(min_length=1, max_length=200, description="Sa référence.", examples=["AD-2031-0457"])
    on: date = Field(description="Son jour.", examples=["2031-06-12"])
    by: str = Field(
        min_length=1,
        max_length=200,
        description="Qui l'a donné.",
        examples=["Direction des archives départementales de l'Exemple"],
    )

    def visa(self) -> Visa:
        return Visa(reference=self.reference, on=self.on, by=self.by)


class Withdrawal(BaseModel):
    """Pourquoi un bordereau est abandonné ; ses demandes restent."""

    model_config = _STRICT
    reason: str = Field(min_length=1, max_length=200, examples=["Refus des archives : dossiers à verser."])


class EliminationListOut(BaseModel):
    """Un bordereau : ses états, son visa, ses comptes. `digest` est l'empreinte du certificat, une fois exécuté."""

    id: EliminationListId
    reference: str = Field(examples=["2031-1"])
    fate: Fate = Field(examples=["destroy"])
    state: ListState = Field(examples=["approved"])
    made_at: datetime
    submitted_at: datetime | None
    visa_reference: str | None = Field(examples=["AD-2031-0457"])
    visa_on: date | None = Field(examples=["2031-06-12"])
    visa_by: str | None = Field(examples=["Direction des archives départementales de l'Exemple"])
    started_at: datetime | None
    ended_at: datetime | None
    ended_because: str | None = Field(examples=[None])
    listed: int = Field(description="Demandes inscrites.", examples=[412])
    erased: int = Field(description="Demandes effacées.", examples=[409])
    kept: int = Field(description="Demandes gardées à l'exécution, avec leur motif.", examples=[3])
    digest: str | None = Field(description="SHA-256, en hexadécimal.", examples=[None])
    salt: str | None = Field(
        description="Une fois exécuté, de quoi vérifier qu'un original connu en était ; en hexadécimal.",
        examples=[None],
    )
    version: int = Field(examples=[3])

    @classmethod
    def of(cls, found: EliminationList) -> Self:
        own = {name: getattr(found, name) for name in cls.model_fields if name not in {"digest", "salt"}}
        done = found.state is ListState.DONE
        return cls(**own, digest=found.digest.hex() if found.digest else None, salt=found.salt.hex() if done else None)


class EliminationLineOut(BaseModel):
    """Une demande d'un bordereau : son numéro et ses jours, jamais un mot d'elle."""

    ticket_id: TicketId
    reference: str = Field(examples=["2026-000123-K"])
    category: str = Field(examples=["URBANISME"])
    opened_on: date
    counted_on: date = Field(description="Le jour dont compte la durée.")
    due_on: date = Field(description="Le jour où elle fut échue.")
    legal_basis: str = Field(examples=[_BASIS])
    because: str = Field(examples=["compté de la clôture, puis 12 mois actifs et 48 mois d’archives"])
    state: LineState = Field(examples=["erased"])
    kept_because: str | None = Field(examples=[None])
    digest: str | None = Field(description="L'empreinte salée de ce qu'elle contenait.", examples=[None])
    acted_at: datetime | None

    @classmethod
    def of(cls, line: Line) -> Self:
        own = {name: getattr(line, name) for name in cls.model_fields if name != "digest"}
        return cls(**own, digest=line.digest.hex() if line.digest else None)
