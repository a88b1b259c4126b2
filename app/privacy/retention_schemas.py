"""Policies and elimination lists, as the API reads and writes them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.privacy.elimination_values import EliminationList, Line, LineState, ListState, Visa
from app.privacy.foreseeing import Foreseen
from app.privacy.retention import CATEGORIES, Counted, Fate, Policy
from app.rest.public_ids import EliminationListId, TicketId

_STRICT = ConfigDict(extra="forbid")
_BASIS = "Délibération du conseil municipal ; tableau de gestion des archives départementales."


class NewDuration(BaseModel):
    """Combien de temps garder, à essayer avant d'en décider."""

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

    def policy(self, category: str, *, legal_basis: str = "") -> Policy:
        return Policy(
            category=category,
            active_months=self.active_months,
            archive_months=self.archive_months,
            counted_from=self.counted_from,
            fate=self.fate,
            legal_basis=legal_basis,
        )


class NewPolicy(NewDuration):
    """Une décision : ce qui est gardé, combien de temps, et ce qu'il en advient ensuite."""

    legal_basis: str = Field(min_length=1, max_length=1000, description="Ce qui fonde la durée.", examples=[_BASIS])


class OldestOut(BaseModel):
    """Les jours de la demande échue la première."""

    opened_on: date = Field(description="Reçue ce jour.", examples=["2019-03-04"])
    closed_on: date = Field(description="Close ce jour.", examples=["2019-05-20"])
    due_on: date = Field(description="Sa durée serait échue depuis ce jour.", examples=["2024-05-20"])


class DurationEffectOut(BaseModel):
    """Ce que ferait cette durée à la prochaine lecture de nuit, des demandes de sa catégorie ; rien n'est fait."""

    on: date = Field(description="Compté à ce jour.", examples=["2026-03-02"])
    listed: int = Field(description="Demandes qui seraient inscrites à un bordereau.", examples=[412])
    archived: int = Field(description="Demandes qui passeraient aux archives intermédiaires.", examples=[37])
    kept: int = Field(
        description="Demandes closes depuis toute la durée, et que pourtant un délai, un recours possible, une conservation "
        "légale, une autre durée ou un sort non décidé garderait.",
        examples=[3],
    )
    oldest: OldestOut | None = Field(description="La première échue ; `null` : aucune ne serait inscrite.")
    complete: bool = Field(
        description="Faux : seules les 5 000 demandes closes depuis le plus longtemps ont été lues ; il y en a au moins autant.",
        examples=[True],
    )

    @classmethod
    def of(cls, found: Foreseen) -> Self:
        oldest = found.oldest
        days = (
            OldestOut(opened_on=oldest.opened_on, closed_on=oldest.closed_on, due_on=oldest.due_on) if oldest else None
        )
        return cls(
            on=found.on,
            listed=found.listed,
            archived=found.archived,
            kept=found.kept,
            oldest=days,
            complete=found.whole,
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
