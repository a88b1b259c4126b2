"""What an adapter says of itself: its names, its settings, and the protocols behind its capabilities."""

import json
import re

from app.channels.conformance import isolation
from app.channels.conformance.trial import TRIAL_SECRET, Trial
from app.channels.contract import (
    API_VERSION,
    AfterWindow,
    Capabilities,
    MediaSource,
    Poller,
    Receipts,
    Sender,
    Stream,
    Templates,
    Waiter,
    Webhook,
)
from app.channels.words import described

_SLUG = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SECRET_NAME = re.compile(r"(?:^|_)(?:secret|secrets|token|tokens|password)(?:_|$)")
# Short words that stand in nearly every French sentence and in few English ones.
_FRENCH = re.compile(
    r"\b(?:le|la|les|un|une|des|du|de|au|aux|en|par|pour|qui|ou|ce|cette|notre|nos|sous|sans|avec|dans|sur)\b"
    r"|[ldnsq]['’]\w|[àâçéèêëîïôûù]",
    re.IGNORECASE,
)


def metadata(trial: Trial) -> str:
    meta = trial.adapter.meta
    if not _SLUG.fullmatch(meta.type):
        return f"the type {meta.type!r} is not a slug"
    if meta.api_version != API_VERSION:
        return f"written for contract {meta.api_version}, this is {API_VERSION}"
    return "" if meta.name_fr.strip() and meta.name_en.strip() else "a name in French and one in English are needed"


def configuration(trial: Trial) -> str:
    adapter = trial.adapter
    json.dumps(adapter.Config.model_json_schema())
    for name, field in adapter.Config.model_fields.items():
        if (
            _SECRET_NAME.search(name)
            and field.annotation not in {int, bool}
            and "SecretStr" not in str(field.annotation)
        ):
            return f"{name} looks like a secret and is not a SecretStr"
    unsigned, signed = adapter.config_for(None), adapter.config_for(TRIAL_SECRET)
    if not isinstance(unsigned, adapter.Config) or not isinstance(signed, adapter.Config):
        return "config_for gives something else than a Config"
    hidden = any("SecretStr" in str(field.annotation) for field in adapter.Config.model_fields.values())
    return "the secret shows in the repr of the configuration" if hidden and TRIAL_SECRET in repr(signed) else ""


def capabilities(trial: Trial) -> str:
    """Returns which declared capability makes no sense, or nothing."""
    declared = trial.capabilities
    if declared.can_start and not declared.can_send:
        return "can_start is declared without can_send"
    if declared.text_max is not None and declared.text_max <= 0:
        return "text_max is not a size"
    if declared.human_window_hours is not None and declared.reply_window_hours is None:
        return "human_window_hours is declared without reply_window_hours"
    if declared.after_window is not AfterWindow.CLOSED and declared.reply_window_hours is None:
        return "after_window is declared without reply_window_hours: there is no window to be after"
    if declared.rate_per_second is not None and declared.rate_per_second <= 0:
        return "rate_per_second is not a rate"
    return "a line of media covers no type" if any("/" not in line.types for line in declared.media) else ""


def implemented(trial: Trial) -> str:
    """Returns which capability is declared without its protocol, or which protocol no configuration declares."""
    adapter = trial.adapter
    declarations = [trial.capabilities, *(adapter.capabilities(config) for config in trial.configs)]
    for capability, protocol, says in (
        ("can_send", Sender, lambda one: one.can_send),
        ("polls", Poller, lambda one: one.polls),
        ("streams", Stream, lambda one: one.streams),
        ("fetch_max_bytes", MediaSource, lambda one: one.fetch_max_bytes is not None),
        ("after_window", Templates, lambda one: one.after_window is AfterWindow.TEMPLATE),
        ("receipt_queries", Receipts, lambda one: one.receipt_queries),
    ):
        declared, there = any(says(one) for one in declarations), _is(adapter, protocol)
        if declared and not there:
            return f"{capability} is declared and {protocol.__name__} is not implemented"
        # Only a configuration that works can show a capability; without one, nobody can say that it is never declared.
        if there and not declared and trial.working is not None:
            return f"{protocol.__name__} is implemented and {capability} is not declared"
    return _doors(trial, declarations)


def purity(trial: Trial) -> str:
    return isolation.clock_readings(trial.adapter)


def settings_in_french(trial: Trial) -> str:
    """Returns which setting an administrator would have to guess, or nothing."""
    adapter = trial.adapter
    properties = described(adapter.Config.model_json_schema(), trial.quality.settings).get("properties", {})
    for name, described_as in properties.items() if isinstance(properties, dict) else ():
        words = described_as.get("description", "") if isinstance(described_as, dict) else ""
        if len(words.split()) < 2:
            return f"the setting {name} is not described: give its Field a description, or name it in quality.toml"
        if not _FRENCH.search(words):
            return f"the description of {name} is not in French: {words[:60]!r}"
    return ""


def _doors(trial: Trial, declarations: list[Capabilities]) -> str:
    adapter = trial.adapter
    if any(one.can_receive for one in declarations) and not isinstance(adapter, Webhook):
        return "can_receive is declared and verify or parse is missing: what a poll or a stream brings is parsed too"
    if any(one.needs_public_url for one in declarations) and not isinstance(adapter, Webhook):
        return "needs_public_url is declared and no webhook is there"
    if isinstance(adapter, Waiter) and not isinstance(adapter, Poller):
        return "wait is there and poll is not: there is nothing to hasten"
    return ""


def _is(adapter: object, protocol: type) -> bool:
    return isinstance(adapter, protocol)
