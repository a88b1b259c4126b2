"""The secrets of endpoints: made here, sealed to their row, opened to sign.

Source: Standard Webhooks specification 1.0, "Signature scheme": 24 to 64 random bytes, base64, prefixed `whsec_`.
"""

import base64
import os
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from app.db.transaction import Session
from app.ids import new_id
from app.vault.service import Vault
from app.webhooks import repository
from app.webhooks.secrecy import secret_bound

_BYTES = 32


async def add_secret(session: Session, vault: Vault, tenant_id: UUID, endpoint_id: UUID, *, at: datetime) -> str:
    """Makes one more secret of an endpoint, keeps it sealed, and returns it, for the only time."""
    secret, secret_id = f"whsec_{base64.b64encode(os.urandom(_BYTES)).decode()}", new_id()
    values = {
        "tenant_id": tenant_id,
        "id": secret_id,
        "endpoint_id": endpoint_id,
        "sealed": await vault.seal(session, tenant_id, secret.encode(), bound_to=secret_bound(tenant_id, secret_id)),
        "made_at": at,
        "ends_at": None,
    }
    await repository.add_secret(session, values)
    return secret


async def secrets_of(
    session: Session, vault: Vault, tenant_id: UUID, endpoint_id: UUID, *, now: datetime
) -> Sequence[SecretStr]:
    """Returns the secrets in force, newest first: each signs."""
    sealed = await repository.secrets(session, tenant_id, endpoint_id, now=now)
    keys = await vault.of(session, tenant_id)
    return [SecretStr(keys.open(one, bound_to=secret_bound(tenant_id, name)).decode()) for name, one, _ in sealed]
