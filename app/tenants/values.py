"""An administration as the rest of the house sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class TenantKind(StrEnum):
    """The legal nature of an administration; the catalogue differs by it."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    STATE = "state"
    PUBLIC_BODY = "public_body"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsOfUse:
    """What had been published of electronic referral (CRPA L112-9, R112-9-2), from `published_on` on.

    `channels` are the channel types open to the public, empty when none is listed; `dedicated` the procedures that only
    one teleservice accepts, as {"procedure", "url"}.
    """

    published_on: date
    url: str | None
    channels: Sequence[str]
    dedicated: Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One administration. Legal days are civil days of `time_zone`; holidays are those of `territory`.

    `siret` is its number of establishment, None where nobody gave it (code de commerce R123-221); `dpo_contact` how its
    data protection officer is reached (RGPD art. 37-7), empty where nobody said; `accent` the colour of its pages, `#rrggbb`,
    empty for that of Parvis. While it is suspended nobody signs in and
    nothing an agent wrote leaves; messages still come in and legal clocks run.
    """

    id: UUID
    slug: str
    name: str
    kind: TenantKind
    territory: str
    time_zone: str
    service_name: str
    postal_address: str
    email: str
    phone: str
    terms: Sequence[TermsOfUse]
    siret: str | None = None
    dpo_contact: str = ""
    accent: str = ""
    suspended_at: datetime | None = None
    suspended_reason: str | None = None
    erasing_at: datetime | None = None
    closing_on: date | None = None
    version: int = 1

    def terms_on(self, day: date) -> TermsOfUse | None:
        """Returns the terms of use in force on a day, None when nothing had been published."""
        past = [terms for terms in self.terms if terms.published_on <= day]
        return max(past, key=lambda terms: terms.published_on) if past else None
