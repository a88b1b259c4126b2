"""The live test of a channel, bounded: whatever an adapter or a server does, it ends, in words, without a secret."""

import asyncio
from dataclasses import replace
from typing import Any

import structlog
from pydantic import SecretStr

from app.channels.contract import ChannelAdapter, ChannelConfig, Checked, CheckState, Context, Probe

log = structlog.get_logger()
PATIENCE_S = 40.0
_LONGEST = 500
_SHORTEST_SECRET = 4
_HIDDEN = "•••"


async def live_test(adapter: ChannelAdapter, config: ChannelConfig, context: Context) -> Checked | None:
    """Tests a configuration against its provider. None where the type has no such test."""
    if not isinstance(adapter, Probe):
        return None
    name = adapter.meta.name_fr
    try:
        async with asyncio.timeout(PATIENCE_S):
            checked = await adapter.check(config, context)
    except TimeoutError:
        return _failed(CheckState.UNREACHABLE, f"{name} ne répond pas à temps", f"{name} does not answer in time")
    except Exception as error:
        log.exception("probe.failed", type=adapter.meta.type, error=type(error).__name__)
        return _failed(
            CheckState.UNSURE, f"le test de {name} s'est arrêté sur un défaut", f"the test of {name} ended in a defect"
        )
    return redacted(checked, config)


def redacted(checked: Checked, config: ChannelConfig) -> Checked:
    """Returns a result without any secret of the configuration, and no longer than what is kept."""
    secrets = sorted(_secrets(config), key=len, reverse=True)

    def clean(words: str | None) -> str | None:
        if words is None:
            return None
        for secret in secrets:
            words = words.replace(secret, _HIDDEN)
        return words[:_LONGEST]

    return replace(
        checked,
        words_fr=clean(checked.words_fr) or "",
        words_en=clean(checked.words_en) or "",
        detail=clean(checked.detail),
    )


def _failed(state: CheckState, french: str, english: str) -> Checked:
    return Checked(ok=False, state=state, words_fr=french, words_en=english)


def _secrets(config: ChannelConfig) -> set[str]:
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, SecretStr):
            if len(word := value.get_secret_value()) >= _SHORTEST_SECRET:
                found.add(word)
        elif isinstance(value, list | tuple):
            for item in value:
                walk(item)

    for name in type(config).model_fields:
        walk(getattr(config, name))
    return found
