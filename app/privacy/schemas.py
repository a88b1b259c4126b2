"""Holds and erasures as the API writes them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.ids import Prefix, public_id
from app.privacy.erasure_repository import Erasure
from app.privacy.hold_repository import Hold
from app.privacy.planning import Fate, Line, What
from app.privacy.values import ErasureState, Ground, Keeping
from app.rest.public_ids import ContactId, ErasureId, LegalHoldId, TicketId, example_of

STRICT = ConfigDict(extra="forbid")
_ACTOR = "user:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"
_AT = "2026-03-02T09:00:00Z"


class NewErasure(BaseModel):
    """Ce que la personne demande, et pourquoi c'est fondé."""

    model_config = STRICT
    ground: Ground = Field(
        description="Motif de l'article 17.1 du RGPD : `no_longer_needed` (a), `consent_withdrawn` (b), `objection` (c), "
        "`unlawful` (d), `legal_obligation` (e), `child` (f).",
        examples=["no_longer_needed"],
    )
    reason: str = Field(
        min_length=3,
        max_length=2000,
        description="Pourquoi, pour le registre ; effacé avec la personne. N'y écrivez ni nom ni adresse.",
        examples=["Courrier reçu le 2 mars, envoi fait par erreur."],
    )
    archives_visa: str | None = Field(
        default=None,
        min_length=3,
        max_length=200,
        description="Référence du visa d'élimination du directeur des archives (code du patrimoine R212-14) ; sans lui, "
        "les dossiers où une décision fut demandée sont gardés.",
        examples=["AD-2026-118"],
    )


class LineOut(BaseModel):
    """Une ligne du plan."""

    what: What = Field(description="`ticket` : une demande ; `contact` : la personne.", examples=["ticket"])
    id: str = Field(examples=[example_of(Prefix.TICKET)])
    reference: str | None = Field(examples=["26-000123-K"])
    fate: Fate = Field(
        description="`erase` : effacée ; `erase_their_part` : d'autres y ont écrit, ses seuls messages le sont ; `keep` : "
        "gardée.",
        examples=["keep"],
    )
    ground: Keeping | None = Field(description="Pourquoi elle est gardée ; `null` sinon.", examples=["clock_running"])
    because: str = Field(examples=["un délai légal court encore"])
    source: str = Field(description="Le texte.", examples=["RGPD art. 17.3 b ; CRPA L231-1, L231-4"])
    until: date | None = Field(description="Jusqu'à quand, si on le sait.", examples=["2027-03-02"])

    @classmethod
    def of(cls, line: Line) -> Self:
        prefix = Prefix.TICKET if line.what is What.REQUEST else Prefix.CONTACT
        own = {name: getattr(line, name) for name in cls.model_fields if name != "id"}
        return cls(id=public_id(prefix, line.id), **own)


class ErasureOut(BaseModel):
    """Un plan d'effacement, et où il en est."""

    id: ErasureId
    contact_id: ContactId
    ground: Ground = Field(examples=["no_longer_needed"])
    reason: str = Field(description="Vide une fois la personne effacée.", examples=["Envoi fait par erreur."])
    archives_visa: str | None = Field(examples=[None])
    state: ErasureState = Field(
        description="`planned` : rien n'est effacé ; `confirmed` : en cours ; `done` : fini, les lignes disent ce qui "
        "reste.",
        examples=["planned"],
    )
    lines: list[LineOut]
    asked_at: datetime = Field(examples=[_AT])
    asked_by: str = Field(examples=[_ACTOR])
    confirmed_at: datetime | None = Field(examples=[None])
    confirmed_by: str | None = Field(examples=[None])
    ended_at: datetime | None = Field(examples=[None])
    version: int = Field(description="Celle de l'ETag, à rendre pour confirmer.", examples=[1])

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        own = {name: getattr(erasure, name) for name in cls.model_fields if name != "lines"}
        return cls(lines=[LineOut.of(line) for line in erasure.lines], **own)


class NewHold(BaseModel):
    """Ce qui est gardé quoi qu'on demande, et pourquoi : une demande, ou tout ce qu'une personne a envoyé."""

    model_config = STRICT
    ticket_id: TicketId | None = Field(default=None, description="La demande, ou rien.")
    contact_id: ContactId | None = Field(default=None, description="La personne, ou rien.", examples=[None])
    reason: str = Field(min_length=3, max_length=2000, examples=["Recours enregistré au tribunal administratif."])


class HoldEnd(BaseModel):
    """Pourquoi une conservation est levée."""

    model_config = STRICT
    reason: str = Field(min_length=3, max_length=2000, examples=["Jugement définitif du 2 mars."])


class HoldOut(BaseModel):
    """Une conservation légale."""

    id: LegalHoldId
    ticket_id: TicketId | None
    contact_id: ContactId | None = Field(examples=[None])
    reason: str = Field(examples=["Recours enregistré au tribunal administratif."])
    since_at: datetime = Field(examples=[_AT])
    set_by: str = Field(examples=[_ACTOR])
    lifted_at: datetime | None = Field(examples=[None])
    lifted_by: str | None = Field(examples=[None])
    lifted_reason: str | None = Field(examples=[None])
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, hold: Hold) -> Self:
        return cls(**{name: getattr(hold, name) for name in cls.model_fields})
