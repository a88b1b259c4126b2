"""The second factor: codes of six digits that change every thirty seconds (RFC 6238)."""

import re
from datetime import datetime
from uuid import UUID

import pyotp

from app.db.transaction import Session
from app.vault.service import Vault

STEP_SECONDS = 30
_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """Returns a new shared secret, 160 bits in base32 (RFC 4226 §4)."""
    return pyotp.random_base32()


def address_of(secret: str, *, account: str, issuer: str) -> str:
    """Returns the `otpauth:` address that applications read."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(code: str, secret: str, *, now: datetime, last: int | None) -> int | None:
    """Returns the step a code belongs to, when it is right, near enough in time and newer than the last one used.

    One step before and one after are taken: clocks drift. A code is good once (RFC 6238 §5.2).
    """
    written = "".join(code.split())
    if not _CODE.fullmatch(written):
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (present - 1, present, present + 1):
        if totp.verify(written, for_time=step * STEP_SECONDS) and (last is None or step > last):
            return step
    return None


class Codes:
    """Keeps the shared secrets sealed, each bound to its account."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def seal(self, session: Session, secret: str, *, tenant_id: UUID, user_id: UUID) -> bytes:
        return await self._vault.seal(session, tenant_id, secret.encode(), bound_to=code_bound(tenant_id, user_id))

    async def open(self, session: Session, sealed: bytes, *, tenant_id: UUID, user_id: UUID) -> str:
        """Raises `Misconfigured` when no key opens it."""
        bound = code_bound(tenant_id, user_id)
        return (await self._vault.open(session, tenant_id, sealed, bound_to=bound)).decode()


def code_bound(tenant_id: UUID, user_id: UUID) -> str:
    """Returns what the secret of an account is bound to."""
    return f"totp/{tenant_id}/{user_id}"


def hint_bound(tenant_id: UUID, user_id: UUID) -> str:
    """Returns what the token a provider asks for at the end of a session is bound to."""
    return f"sign-out/{tenant_id}/{user_id}"
