"""The channels nobody connects: telephone, counter and post, kept by agents. Each exists from its first use."""

import secrets
from enum import StrEnum
from uuid import UUID

from app.channels import repository
from app.channels.service import Channels
from app.channels.values import Channel
from app.db.transaction import Session

_GENERIC = "http"


class DeskKind(StrEnum):
    """How somebody reached the administration when no machine carried their words."""

    PHONE = "phone"
    COUNTER = "counter"
    POST = "post"


class PostKind(StrEnum):
    """How a letter was sent: what proves its journey."""

    SIMPLE = "simple"
    LRAR = "lrar"  # recommandée avec avis de réception
    DEPOSIT = "deposit"  # deposited by hand against a receipt (dépôt contre récépissé)


NAMES = {DeskKind.PHONE: "Téléphone", DeskKind.COUNTER: "Guichet", DeskKind.POST: "Courrier postal"}


async def desk(session: Session, channels: Channels, tenant_id: UUID, kind: DeskKind) -> Channel:
    """Finds the administration's desk channel of a kind, or connects it: its own type where one is installed.

    Else it is a generic channel whose door opens to nobody: its token is thrown away.
    """
    found = await _existing(session, channels, tenant_id, kind)
    if found is not None:
        return found
    await repository.one_at_a_time(session, tenant_id, kind.value)
    found = await _existing(session, channels, tenant_id, kind)
    if found is not None:
        return found
    own = kind.value in channels.registry.types()
    return await channels.connect(
        session,
        tenant_id,
        type=kind.value if own else _GENERIC,
        name=NAMES[kind],
        address=None,
        config={} if own else {"bearer_token": secrets.token_urlsafe(32)},
    )


async def _existing(session: Session, channels: Channels, tenant_id: UUID, kind: DeskKind) -> Channel | None:
    for channel in await channels.all_of(session, tenant_id):
        if channel.type == kind.value or (channel.type == _GENERIC and channel.name == NAMES[kind]):
            return channel
    return None


async def hold_folder(session: Session, tenant_id: UUID, channel_id: UUID) -> None:
    """Waits until nobody else takes the letters of this channel's folder; lasts as long as the transaction."""
    await repository.one_at_a_time(session, tenant_id, f"folder:{channel_id}")
