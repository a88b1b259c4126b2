"""People of the house and their teams, as values."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db.sight import Reach
from app.errors import Flaw, Invalid
from app.identity.roles import Role
from app.rest.languages import Said

# One @, no space, no quoting: an account's address is typed by people and compared, never parsed as a mail header.
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One account. `reach` is None where the role's own holds; `password` says whether one was chosen."""

    tenant_id: UUID
    id: UUID
    email: str
    name: str
    role: Role
    reach: Reach | None
    has_password: bool
    has_code: bool  # a second factor (RFC 6238)
    suspended_at: datetime | None
    seen_at: datetime | None
    created_at: datetime
    version: int
    teams: frozenset[UUID] = frozenset()
    passkeys: int = 0

    @property
    def state(self) -> str:
        if self.suspended_at is not None:
            return "suspended"
        return "active" if self.has_password or self.seen_at is not None else "invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A service, or a team of a service. `members` counts those who are not suspended."""

    tenant_id: UUID
    id: UUID
    name: str
    parent_id: UUID | None
    archived_at: datetime | None
    created_at: datetime
    version: int
    members: int = 0


def email_key(address: str) -> str:
    """Returns the form in which two addresses of accounts are compared. Raises `Invalid` when it is not an address.

    NFKC and lower case: two writings that look alike are one account, and never two.
    """
    written = unicodedata.normalize("NFKC", address).strip().lower()
    if not _ADDRESS.fullmatch(written) or any(unicodedata.category(c).startswith("C") for c in written):
        told = Said("une adresse électronique est attendue (prenom.nom@ville.fr)", en="an e-mail address is expected")
        raise Invalid(flaws=[Flaw("/email", "email", told)])
    return written


def plain_name(name: str, *, pointer: str = "/name") -> str:
    """Returns a name on one line, without spaces around it. Raises `Invalid` for what a screen or a mail cannot bear.

    Line breaks forge headers, marks of direction turn what follows around (Unicode TR36 §2.6).
    """
    written = unicodedata.normalize("NFC", name).strip(" ")
    if not written or any(_hides(character) for character in written):
        told = Said("un nom lisible est attendu, sur une ligne", en="a readable name on one line is expected")
        raise Invalid(flaws=[Flaw(pointer, "name", told)])
    return written


def _hides(character: str) -> bool:
    turns = unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return turns or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def name_key(name: str) -> str:
    """Returns the form in which two names of teams are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
