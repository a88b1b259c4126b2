"""Opening a channel: its row, its settings and its secrets become what doors and workers are handed."""

import json

import structlog
from pydantic import ValidationError

from app.channels.contract import ChannelConfig
from app.channels.errors import ChannelError
from app.channels.registry import Registry
from app.channels.secrecy import bound
from app.channels.tables import ChannelRecord
from app.channels.unusable import ChannelUnusable, health_of, unopened
from app.channels.values import Channel, ChannelState
from app.errors import Misconfigured
from app.vault.service import OpenKeys

log = structlog.get_logger()


def opened(registry: Registry, record: ChannelRecord, keys: OpenKeys) -> Channel:
    """Opens a channel with its secrets. Raises `ChannelUnusable`."""
    try:
        config = _config(registry, record, keys)
    except (ChannelError, ValidationError, Misconfigured) as error:
        log.error("channel.unusable", channel=str(record.id), type=record.type, error=type(error).__name__)  # noqa: TRY400 — a traceback could show the configuration
        raise ChannelUnusable(unopened(record, error)) from None
    return Channel(
        tenant_id=record.tenant_id,
        id=record.id,
        type=record.type,
        name=record.name,
        key=record.key,
        address=record.address,
        state=ChannelState(record.state),
        state_reason=record.state_reason,
        cursor=record.cursor,
        last_inbound_at=record.last_inbound_at,
        created_at=record.created_at,
        version=record.version,
        health=health_of(record),
        config=config,
    )


def _config(registry: Registry, record: ChannelRecord, keys: OpenKeys) -> ChannelConfig:
    secret = {}
    if record.sealed:
        secret = json.loads(keys.open(record.sealed, bound_to=bound(record.tenant_id, record.id)))
    return registry.get(record.type).Config.model_validate({**record.config, **secret})
