"""What of a channel's settings is secret, and how settings are parted, joined again and refused in words."""

from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from pydantic import SecretStr

from app.channels.contract import ChannelConfig
from app.rest.languages import Said
from app.rest.validation import SENTENCES


def sentence(flaw: Mapping[str, Any]) -> Said:
    """What is wrong with a setting: in its author's own words when they wrote some, else in the house's."""
    told = SENTENCES.get(flaw["type"])
    if told is None:
        return Said(str(flaw["msg"]).removeprefix("Value error, "), en=str(flaw["msg"]))
    try:
        return Said(str(told).format_map(flaw.get("ctx") or {}), en=str(flaw["msg"]))
    except KeyError:
        return Said("valeur refusée", en=str(flaw["msg"]))


def secret_fields(model: type[ChannelConfig]) -> frozenset[str]:
    """Returns the names of the fields that hold secrets, alone, optional or in a list."""

    def holds(annotation: Any) -> bool:
        return annotation is SecretStr or any(holds(part) for part in get_args(annotation))

    return frozenset(name for name, info in model.model_fields.items() if holds(info.annotation))


def bound(tenant_id: UUID, channel_id: UUID) -> str:
    return f"channel:{tenant_id}:{channel_id}"


def token_bound(tenant_id: UUID, channel_id: UUID) -> str:
    return f"{bound(tenant_id, channel_id)}:token"


def revealed(config: ChannelConfig) -> dict[str, Any]:
    def reveal(value: Any) -> Any:
        if isinstance(value, SecretStr):
            return value.get_secret_value()
        if isinstance(value, list | tuple):
            return [reveal(item) for item in value]
        return value

    plain = config.model_dump(mode="json", exclude=set(secret_fields(type(config))))
    return plain | {name: reveal(getattr(config, name)) for name in secret_fields(type(config))}


def split(config: ChannelConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    whole, hidden = revealed(config), secret_fields(type(config))
    return (
        {name: value for name, value in whole.items() if name not in hidden},
        {name: value for name, value in whole.items() if name in hidden and value is not None},
    )
