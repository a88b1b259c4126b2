"""How a connected channel stands: what a live test found, and the credentials it was given for a while."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CheckState(StrEnum):
    """What a live test found."""

    READY = "ready"
    LIMITED = "limited"  # it works, less something an administrator should know
    INCOMPLETE = "incomplete"  # a setting is missing
    REFUSED = "refused"  # the credentials are refused: connect again
    UNREACHABLE = "unreachable"  # nobody answered, or not in time
    UNSURE = "unsure"  # an answer came that cannot be understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a live test, or a registration, came to, in words without a secret. `ok` holds for READY and LIMITED alone."""

    ok: bool
    state: CheckState
    words_fr: str
    words_en: str
    detail: str | None = None  # what the server said, shortened
    credentials_expire_at: datetime | None = None  # where the provider tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """Credentials obtained for a while. `settings` are fields of the configuration, secrets among them, as text."""

    settings: Mapping[str, str] = field(repr=False)
    ends_at: datetime
    credentials_expire_at: datetime | None = None  # where the provider tells when the grant itself ends
