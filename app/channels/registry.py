"""Which channels are installed: found by entry points, loaded when asked for, each alone with its faults."""

import importlib
import importlib.metadata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from app.channels.adapters import BUILT_IN
from app.channels.contract import (
    API_VERSION,
    ChannelAdapter,
    Follower,
    Lifecycle,
    MediaSource,
    Poller,
    Probe,
    Receipts,
    Renewer,
    Sender,
    Stream,
    Templates,
    Waiter,
    Webhook,
)
from app.channels.errors import ChannelError, UnknownChannelType
from app.channels.words import described

GROUP = "parvis.channels"
OURS = "parvis"
PROTOCOLS: Mapping[str, type] = {
    "webhook": Webhook,
    "sender": Sender,
    "poller": Poller,
    "waiter": Waiter,
    "stream": Stream,
    "media": MediaSource,
    "probe": Probe,
    "lifecycle": Lifecycle,
    "templates": Templates,
    "follower": Follower,
    "receipts": Receipts,
    "renewer": Renewer,
}


class BrokenChannelType(ChannelError):
    """The type is installed and cannot be used."""

    def __init__(self, channel_type: str, reason: str) -> None:
        super().__init__(f"channel type {channel_type!r} cannot be used: {reason}")
        self.channel_type = channel_type
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Source:
    """Where an adapter stands (`module:Class`), and the distribution that brought it."""

    target: str
    distribution: str


class Registry:
    """The channel types of this installation.

    Nothing is imported before it is asked for, and what fails to import takes no other type with it.
    """

    def __init__(self, sources: Mapping[str, Source], *, conflicts: Mapping[str, str] | None = None) -> None:
        self._sources = dict(sources)
        self._conflicts = dict(conflicts or {})
        self._adapters: dict[str, ChannelAdapter] = {}
        self._broken: dict[str, str] = {}

    @classmethod
    def installed(cls, *, allowed: Collection[str] | None = None) -> Self:
        """Finds every installed type; `allowed` keeps only the types it names (a supply-chain guard)."""
        sources: dict[str, Source] = {}
        conflicts: dict[str, str] = {}
        found = [
            (point.name, Source(point.value, point.dist.name if point.dist else "?"))
            for point in importlib.metadata.entry_points(group=GROUP)
        ]
        # Ours first, then the others by name: what shadows a type never depends on the order of folders.
        ours = [one for one in found if one[1].distribution == OURS]
        ours += [(name, Source(target, OURS)) for name, target in BUILT_IN.items()]
        others = sorted((one for one in found if one[1].distribution != OURS), key=lambda one: (one[0], one[1].target))
        for name, source in [*ours, *others]:
            if allowed is not None and name not in allowed:
                continue
            held = sources.setdefault(name, source)
            if source.distribution not in {held.distribution, OURS}:
                conflicts[name] = f"also declared by {source.distribution}, which is not used"
        return cls(sources, conflicts=conflicts)

    @classmethod
    def of(cls, adapters: Mapping[str, ChannelAdapter]) -> Self:
        """Builds a registry of these adapters and no other, for tests."""
        registry = cls({name: Source(type(adapter).__qualname__, "given") for name, adapter in adapters.items()})
        registry._adapters = dict(adapters)
        return registry

    def types(self) -> Sequence[str]:
        """Returns the names of the installed types, sorted; those that cannot be used included."""
        return sorted(self._sources)

    def brought_by(self, distribution: str) -> Sequence[str]:
        """Returns the types a distribution brought, sorted."""
        return [name for name in self.types() if self._sources[name].distribution == distribution]

    def get(self, channel_type: str) -> ChannelAdapter:
        """Returns the adapter of a type. Raises `UnknownChannelType` or `BrokenChannelType`."""
        if channel_type in self._adapters:
            return self._adapters[channel_type]
        if channel_type not in self._sources:
            raise UnknownChannelType(channel_type, list(self.types()))
        if channel_type not in self._broken:
            try:
                self._adapters[channel_type] = _loaded(channel_type, self._sources[channel_type].target)
                return self._adapters[channel_type]
            except Exception as error:  # noqa: BLE001 — somebody else's import may raise anything; it is told, not hidden
                self._broken[channel_type] = str(error) if isinstance(error, ChannelError) else _told(error)
        raise BrokenChannelType(channel_type, self._broken[channel_type])

    def broken(self) -> Mapping[str, str]:
        """Loads every type, and returns those that cannot be used with their reason."""
        for name in self.types():
            try:
                self.get(name)
            except BrokenChannelType:
                continue
        return dict(self._broken)

    def describe(self) -> Sequence[Mapping[str, object]]:
        """Returns one JSON-ready line a type: names, protocols, the schema of its configuration, or why it is broken."""
        broken = self.broken()
        return [self._line(name, broken.get(name)) for name in self.types()]

    def schema(self, channel_type: str) -> Mapping[str, object]:
        """Returns the JSON Schema of a type's configuration, in its author's words.

        Raises `UnknownChannelType` or `BrokenChannelType`.
        """
        from app.channels.conformance.quality import quality_of  # read by administrators alone, never at a door

        adapter = self.get(channel_type)
        try:
            words = quality_of(adapter).settings
        except ChannelError:  # `parvis channels check` says what is wrong with the file
            words = {}
        return described(adapter.Config.model_json_schema(), words)

    def _line(self, name: str, reason: str | None) -> Mapping[str, object]:
        source = self._sources[name]
        line: dict[str, object] = {
            "type": name,
            "usable": reason is None,
            "reason": reason,
            "distribution": source.distribution,
            "conflict": self._conflicts.get(name),
        }
        if reason is not None:
            return line
        adapter = self._adapters[name]
        meta = adapter.meta
        return line | {
            "name_fr": meta.name_fr,
            "name_en": meta.name_en,
            "version": meta.version,
            "api_version": meta.api_version,
            "homepage": meta.homepage,
            "protocols": [word for word, protocol in PROTOCOLS.items() if isinstance(adapter, protocol)],
            "schema": self.schema(name),
        }


def _loaded(channel_type: str, target: str) -> ChannelAdapter:
    module_name, _, attribute = target.partition(":")
    adapter = getattr(importlib.import_module(module_name), attribute)()
    if not isinstance(adapter, ChannelAdapter):
        raise BrokenChannelType(channel_type, f"{target} lacks meta, Config, capabilities or config_for")
    if adapter.meta.api_version != API_VERSION:
        told = f"written for contract {adapter.meta.api_version}, this Parvis speaks {API_VERSION}"
        raise BrokenChannelType(channel_type, told)
    if adapter.meta.type != channel_type:
        raise BrokenChannelType(channel_type, f"registered as {channel_type!r} but names itself {adapter.meta.type!r}")
    return adapter


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
