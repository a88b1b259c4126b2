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
from app.sealing import KeyRing
from app.webhooks import repository

_BYTES = 32


async def add_secret(session: Session, ring: KeyRing, tenant_id: UUID, endpoint_id: UUID, *, at: datetime) -> str:
    """Makes one more secret of an endpoint, keeps it sealed, and returns it, for the only time."""
    secret, secret_id = f"whsec_{base64.b64encode(os.urandom(_BYTES)).decode()}", new_id()
    values = {
        "tenant_id": tenant_id,
        "id": secret_id,
        "endpoint_id": endpoint_id,
        "sealed": ring.seal(secret.encode(), bound_to=_bound(tenant_id, secret_id)),
        "made_at": at,
        "ends_at": None,
    }
    await repository.add_secret(session, values)
    return secret


async def secrets_of(
    session: Session, ring: KeyRing, tenant_id: UUID, endpoint_id: UUID, *, now: datetime
) -> Sequence[SecretStr]:
    """Returns the secrets in force, newest first: each signs."""
    sealed = await repository.secrets(session, tenant_id, endpoint_id, now=now)
    return [SecretStr(ring.open(one, bound_to=_bound(tenant_id, name)).decode()) for name, one, _ in sealed]


def _bound(tenant_id: UUID, secret_id: UUID) -> str:
    return f"webhook:{tenant_id}:{secret_id}"
