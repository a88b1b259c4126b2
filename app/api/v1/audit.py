"""The journal: who did what, its signed head, and whether the chain holds."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.acting import keep_sight
from app.api.house import House
from app.audit import journal, reading
from app.audit.reading import Head, Wanted, Written
from app.errors import Flaw, Invalid
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.instants import WrittenInstant
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.public_ids import EventId
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/audit", tags=["audit"], route_class=StrictRoute)
Auditor = Annotated[Caller, require("audit:read")]
_WORD = "01k9v3xq0hf2vbt7m8a1c4d5e6"


class AuditEntryOut(BaseModel):
    """Un acte consigné : des identifiants et des codes, jamais les mots d'un usager."""

    id: EventId
    at: datetime
    actor: str = Field(
        description="Qui : genre et identifiant.", examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"]
    )
    action: str = Field(examples=["ticket.updated"])
    object: str = Field(description="Sur quoi : les 26 signes d'un identifiant, sans son préfixe.", examples=[_WORD])
    detail: dict[str, Any] = Field(examples=[{"changes": {"status": "open"}}])
    link: int | None = Field(
        description="Son numéro dans la chaîne ; `null` tant qu'il n'est pas scellé.", examples=[128]
    )

    @classmethod
    def of(cls, written: Written) -> Self:
        own = {name: getattr(written, name) for name in ("id", "at", "actor", "action", "detail", "link")}
        return cls(**own, object=public_id(Prefix.EVENT, written.object_id).partition("_")[2])


class AuditHeadOut(BaseModel):
    """La tête de la chaîne, signée : gardée ailleurs, elle prouve que rien d'avant ne fut récrit depuis."""

    number: int = Field(examples=[128])
    digest: str = Field(description="SHA-256, en hexadécimal.", examples=["9f86d081884c7d65…"])
    sealed_at: datetime | None
    signature: str = Field(description="Ed25519 (RFC 8032), en hexadécimal ; voir docs/audit.md.", examples=["3045…"])
    public_key: str = Field(description="La clé qui la vérifie, en hexadécimal.", examples=["d75a9801…"])

    @classmethod
    def of(cls, head: Head) -> Self:
        return cls(
            number=head.number,
            digest=head.digest.hex(),
            sealed_at=head.sealed_at,
            signature=head.signature.hex(),
            public_key=head.public_key.hex(),
        )


class AuditVerificationOut(BaseModel):
    """Le résultat d'une vérification de toute la chaîne."""

    holds: bool = Field(examples=[True])
    links: int = Field(description="Maillons relus.", examples=[128])
    broken: str | None = Field(description="Le premier maillon rompu.", examples=[None])


@router.get("", summary="Lire le journal", response_description="Une page.", responses=refusals(Invalid))
async def read_journal(
    asked: Asked,
    house: House,
    session: Writing,
    caller: Auditor,
    actor: Annotated[str | None, Query(max_length=100, description="Qui : genre et identifiant.")] = None,
    action: Annotated[str | None, Query(max_length=100, description="Quoi.", examples=["user.suspended"])] = None,
    object: Annotated[  # noqa: A002 — the word of the address
        str | None, Query(max_length=40, description="Sur quoi : un identifiant, avec ou sans préfixe.")
    ] = None,
    since: Annotated[WrittenInstant | None, Query(description="Depuis cet instant.")] = None,
    until: Annotated[WrittenInstant | None, Query(description="Avant cet instant.")] = None,
) -> Page[AuditEntryOut]:
    """Donne qui a fait quoi, le dernier d'abord. Lire le journal s'y écrit aussi."""
    wanted = Wanted(actor=actor, action=action, object_id=object_of(object), since=since, until=until)
    after = asked.after.id if asked.after else None
    found = await reading.page(session, caller.tenant_id, wanted, after=after, limit=asked.take)
    if after is None:
        await keep_sight(house, session, caller, "journal.read", caller.tenant_id)
    return asked.page(found, position=lambda one: Position(None, one.id), show=AuditEntryOut.of)


@router.get("/head", summary="Lire la tête signée du journal", response_description="La tête.")
async def read_head(house: House, session: Reading, caller: Auditor) -> AuditHeadOut:
    """Donne le dernier maillon, signé. Gardez-en une copie hors de la maison : elle dira si l'on a récrit le passé."""
    return AuditHeadOut.of(await reading.head(session, caller.tenant_id, house.keys))


@router.post("/verifications", status_code=201, summary="Vérifier le journal", response_description="Le résultat.")
async def verify_journal(house: House, session: Writing, caller: Auditor) -> AuditVerificationOut:
    """Relit toute la chaîne, maillon par maillon. Sans `Idempotency-Key` : recommencer ne change rien."""
    broken = await journal.verify(session, caller.tenant_id)
    links = await reading.links(session, caller.tenant_id)
    await keep_sight(house, session, caller, "journal.verified", caller.tenant_id, holds=broken is None, links=links)
    return AuditVerificationOut(holds=broken is None, links=links, broken=broken)


def object_of(word: str | None) -> UUID | None:
    """Returns what an identifier names, with or without its prefix. Raises `Invalid`."""
    if word is None:
        return None
    bare = word.rpartition("_")[2]
    try:
        return parse_id(Prefix.EVENT, f"{Prefix.EVENT}_{bare}")
    except IdError:
        told = Said("un identifiant est attendu, avec ou sans son préfixe", en="an identifier is expected")
        raise Invalid(flaws=[Flaw("/object", "identifier", told)]) from None
