"""What `parvis channels check` tries on an adapter, ours or anybody's.

Bronze: it can be configured, and nothing anybody sends makes it raise. Silver: its samples verify and its sending has an
outcome for everything. Gold: one changed byte is refused. An adapter finds its samples, in the format of
`parvis channels parse`, in a folder `samples` beside its module.
"""

import asyncio
import importlib.resources
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.channels import conformance_trials as trials
from app.channels.contract import API_VERSION, ChannelAdapter, ChannelConfig, Delivery, Poller, Sender, Webhook
from app.channels.errors import UnknownChannelType
from app.channels.parsing import delivery_of, secret_of, trial_of
from app.channels.registry import Registry

# Any text is a secret to most providers; to those who want base64, this is base64.
TRIAL_SECRET = "Y29uZm9ybWFuY2UtdHJpYWwtc2VjcmV0LTAwMQ=="  # noqa: S105 — of a trial
_SLUG = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SECRET_NAME = re.compile(r"(?:^|_)(?:secret|secrets|token|tokens|password)(?:_|$)")
Sample = Mapping[str, object]


class Level(StrEnum):
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: passed, failed, or None where there was nothing to try it on."""

    level: Level
    check: str
    passed: bool | None
    detail: str = ""


def badge(findings: Sequence[Finding]) -> Level | None:
    """Returns the highest level all of whose checks, and of those below, were tried and passed."""
    reached = None
    for level in Level:
        if any(finding.passed is not True for finding in findings if finding.level is level):
            break
        reached = level
    return reached


def check_package(name: str, registry: Registry) -> dict[str, list[Finding]]:
    """Checks one type, or every type a distribution brings. Raises `UnknownChannelType` when it brings none."""
    found = [name] if name in registry.types() else registry.brought_by(name)
    if not found:
        raise UnknownChannelType(name, list(registry.types()))
    return {channel_type: check(registry.get(channel_type)) for channel_type in found}


def check(
    adapter: ChannelAdapter, *, samples: Sequence[Sample] | None = None, config: ChannelConfig | None = None
) -> list[Finding]:
    """Tries everything on one adapter. `config` is one that can send, where sending is to be tried."""
    known = _samples_of(adapter) if samples is None else samples
    findings = [
        Finding(Level.BRONZE, name, not told, told)
        for name, told in (
            ("metadata", _metadata(adapter)),
            ("configuration", _configuration(adapter)),
            ("capabilities", _capabilities(adapter, config)),
            ("clock", trials.clock_readings(adapter)),
        )
    ]
    if isinstance(adapter, Webhook):
        findings += _door(adapter, adapter, known)
    findings.append(_sending(adapter, config))
    return findings


def _metadata(adapter: ChannelAdapter) -> str:
    meta = adapter.meta
    if not _SLUG.fullmatch(meta.type):
        return f"the type {meta.type!r} is not a slug"
    if meta.api_version != API_VERSION:
        return f"written for contract {meta.api_version}, this is {API_VERSION}"
    return "" if meta.name_fr.strip() and meta.name_en.strip() else "a name in French and one in English are needed"


def _configuration(adapter: ChannelAdapter) -> str:
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


def _capabilities(adapter: ChannelAdapter, config: ChannelConfig | None) -> str:
    declared = adapter.capabilities(config or adapter.config_for(None))
    if declared.can_send and not isinstance(adapter, Sender):
        return "can_send is declared and render or send is missing"
    if declared.can_start and not declared.can_send:
        return "can_start is declared without can_send"
    if declared.can_receive and not isinstance(adapter, Webhook | Poller):
        return "can_receive is declared and neither a webhook nor a poll is there"
    return "" if declared.text_max is None or declared.text_max > 0 else "text_max is not a size"


def _door(adapter: ChannelAdapter, door: Webhook, samples: Sequence[Sample]) -> Iterator[Finding]:
    tried = [(delivery_of(sample), *trial_of(adapter, sample)) for sample in samples]
    deliveries = [*trials.hostile(), *(cut for delivery, _, _ in tried for cut in trials.mutilated(delivery))]
    configs = [adapter.config_for(None), adapter.config_for(TRIAL_SECRET)]
    with trials.without_network():
        faults = [
            told for delivery in deliveries for config in configs if (told := trials.fault(door, delivery, config))
        ]
        faults += [told for delivery, config, _ in tried if (told := trials.fault(door, delivery, config))]
        yield Finding(Level.BRONZE, "hostile deliveries", not faults, faults[0] if faults else "")
        signed = [
            (delivery, config, now)
            for (delivery, config, now), sample in zip(tried, samples, strict=True)
            if secret_of(sample)
        ]
        if not faults:  # what raises on anything cannot be asked about signatures
            yield from _signed(adapter, door, signed)


def _signed(
    adapter: ChannelAdapter, door: Webhook, signed: Sequence[tuple[Delivery, ChannelConfig, trials.Instant]]
) -> Iterator[Finding]:
    if not signed:
        yield Finding(Level.SILVER, "signed samples", None, "no sample with a secret to try")
        yield Finding(Level.GOLD, "one changed byte", None, "no sample with a secret to try")
        return
    refused = [d for d, config, now in signed if door.verify(d, config, now=now).verified is not True]
    wrong = adapter.config_for(TRIAL_SECRET)
    believed = [d for d, _, now in signed if door.verify(d, wrong, now=now).verified is not False]
    told = f"{len(refused)} sample(s) refused, {len(believed)} believed with another secret"
    yield Finding(Level.SILVER, "signed samples", not refused and not believed, told if refused or believed else "")
    changed = [
        other
        for delivery, config, now in signed
        for other in trials.changed_by_a_byte(delivery)
        if door.verify(other, config, now=now).verified is not False
    ]
    told = f"{len(changed)} changed deliveries were believed: the signature does not cover the whole body"
    yield Finding(Level.GOLD, "one changed byte", not changed, told if changed else "")


def _sending(adapter: ChannelAdapter, config: ChannelConfig | None) -> Finding:
    name = "outcomes of sending"
    if not isinstance(adapter, Sender):
        return Finding(Level.SILVER, name, True, "receives only")
    if config is None or not adapter.capabilities(config).can_send:
        return Finding(Level.SILVER, name, None, "no configuration that can send was given")
    told = asyncio.run(trials.wrong_outcome(adapter, config))
    return Finding(Level.SILVER, name, not told, told)


def _samples_of(adapter: ChannelAdapter) -> Sequence[Sample]:
    module = sys.modules.get(type(adapter).__module__)
    package = inspect.getmodule(type(adapter)) if module is None else module
    parent = (package.__package__ or "") if package else ""
    if not parent:
        return []
    folder = importlib.resources.files(parent).joinpath("samples")
    if not folder.is_dir():
        return []
    places = sorted((place for place in folder.iterdir() if place.name.endswith(".json")), key=lambda place: place.name)
    return [json.loads(place.read_text("utf-8")) for place in places]
