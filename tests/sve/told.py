"""Saisines told in a few words: what is recorded, and what is being told, as the rules of sequence read them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from app.ids import Prefix, new_id, public_id
from app.sve.cases import annulments
from app.sve.entries import entry_of, past_of
from app.sve.law import Regime, Risk
from app.sve.law.happenings import Admitted, Past, Refused
from app.sve.law.sequence import admit
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant, TenantKind

TENANT = Tenant(
    id=UUID(int=1),
    slug="villebourg",
    name="Commune de Villebourg",
    kind=TenantKind.COMMUNE,
    territory="METRO",
    time_zone="Europe/Paris",
    service_name="Accueil",
    postal_address="1 place de la Mairie, 00000 Villebourg",
    email="contact@villebourg.example.fr",
    phone="+33 1 99 00 00 00",
    terms=(),
)
RECEIVED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
RECEIVED = {"type": "received", "at": "2026-03-02T09:00:00Z", "authority": "competent", "channel": "email"}


def a_saisine(regime: str = "SVA", **known: Any) -> Saisine:
    values: dict[str, Any] = {
        **dict.fromkeys(
            ("joined_to", "procedure", "procedure_version", "certainty", "permit", "basis", "qualified_by")
        ),
        **dict.fromkeys(("qualified_at", "qualified_reason", "term_on", "alert_on", "wake_on", "closed_at", "family")),
        "tenant_id": TENANT.id,
        "id": new_id(),
        "ticket_id": UUID(int=3),
        "message_id": UUID(int=4),
        "ordinal": 0,
        "regime": Regime(regime),
        "delay": "P2M",
        "received_at": RECEIVED_AT,
        "received_on": date(2026, 3, 2),
        "risk": Risk.CONTROLLED,
        "reading": {},
        "rules_version": "",
        "version": 1,
    }
    return Saisine(**{**values, **known})


def recorded(told: Mapping[str, Any]) -> LegalEvent:
    """An event as it was kept, in its place in time."""
    at = entry_of(told, TENANT, now=NOW).at
    return LegalEvent(id=new_id(), type=str(told["type"]), payload=told, actor="system", at=at, recorded_at=NOW)


def history(*events: Mapping[str, Any]) -> list[LegalEvent]:
    """Everything kept of one saisine, its reception first, in order of time."""
    kept = [recorded(told) for told in (RECEIVED, *events)]
    return sorted(kept, key=lambda event: (event.at, event.id))


def past(*events: Mapping[str, Any], saisine: Saisine | None = None) -> Past:
    return past_of(TENANT, saisine or a_saisine(), history(*events))


def tell(before: Past, event: Mapping[str, Any], *, now: datetime = NOW) -> Admitted | Refused:
    return admit(before, entry_of(event, TENANT, now=now), now=now)


def name_of(event: LegalEvent) -> str:
    return public_id(Prefix.LEGAL_EVENT, event.id)


__all__ = [
    "NOW", "RECEIVED", "RECEIVED_AT", "TENANT", "a_saisine", "annulments", "history", "name_of", "past", "recorded", "tell",
]  # fmt: skip
