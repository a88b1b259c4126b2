"""`quality.toml`, beside an adapter: the level it claims, what it is exempt from and why, its settings in French.

One file serves every type of its folder::

    [settings]                              # of every type of the folder
    accept_unsigned = "Accepter ce qui n'est pas signé."

    ["sms.pigeon"]
    level = "silver"
    [["sms.pigeon".exempt]]
    check = "one changed byte"
    reason = "Pigeon signs nothing of the body."
    ["sms.pigeon".settings]
    api_key = "Clé de l'interface, dans le compte Pigeon."
    ["sms.pigeon".trial]                    # settings with which sending can be tried; nothing in them is true
    api_key = "key-of-trials"
"""

import importlib.resources
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from app.channels.conformance.levels import Level
from app.channels.contract import ChannelAdapter
from app.channels.errors import ChannelError

_FILE = "quality.toml"
_KNOWN = {"level", "exempt", "settings", "trial", "prelude"}


class UnreadableQuality(ChannelError):
    """The file says something else than what it may say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What the author of an adapter says of it. `prelude` is what a provider answers before a send proper (a session)."""

    level: Level | None = None
    exempt: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    trial: Mapping[str, object] | None = None
    prelude: Sequence[str] = ()


def folder_of(adapter: ChannelAdapter) -> Traversable | None:
    """Returns the folder of an adapter's package, where its cases and its `quality.toml` stand."""
    module = sys.modules.get(type(adapter).__module__)
    package = (getattr(module, "__package__", "") or "") if module else ""
    return importlib.resources.files(package) if package else None


def quality_of(adapter: ChannelAdapter) -> Quality:
    """Returns what `quality.toml` says of a type; nothing where it does not name it. Raises `UnreadableQuality`."""
    folder = folder_of(adapter)
    if folder is None or not (place := folder.joinpath(_FILE)).is_file():
        return Quality()
    try:
        document = tomllib.loads(place.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableQuality(f"{_FILE} is not TOML: {error}") from error
    return _read(document, adapter.meta.type)


def _read(document: Mapping[str, object], channel_type: str) -> Quality:
    own = _table(document, channel_type)
    if unknown := sorted(set(own) - _KNOWN):
        raise UnreadableQuality(f"{_FILE}: {channel_type} says {', '.join(unknown)}, which nobody reads")
    level = own.get("level")
    if level is not None and level not in set(Level):
        raise UnreadableQuality(f"{_FILE}: the level of {channel_type} is bronze, silver or gold")
    trial = own.get("trial")
    prelude = own.get("prelude", [])
    return Quality(
        level=Level(str(level)) if level is not None else None,
        exempt=dict(_exemptions(own, channel_type)),
        settings={
            name: str(words) for name, words in {**_table(document, "settings"), **_table(own, "settings")}.items()
        },
        trial=trial if isinstance(trial, Mapping) else None,
        prelude=[str(one) for one in prelude] if isinstance(prelude, Sequence) else [],
    )


def _exemptions(own: Mapping[str, object], channel_type: str) -> Sequence[tuple[str, str]]:
    listed = own.get("exempt", [])
    lines = listed if isinstance(listed, list) else [listed]
    found = []
    for line in lines:
        check, reason = (line.get("check"), line.get("reason")) if isinstance(line, Mapping) else (None, None)
        if not isinstance(check, str) or not isinstance(reason, str) or len(reason.split()) < 4:
            raise UnreadableQuality(f"{_FILE}: an exemption of {channel_type} names a check and says why in a sentence")
        found.append((check, reason))
    return found


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = document.get(name, {})
    if not isinstance(value, Mapping):
        raise UnreadableQuality(f"{_FILE}: {name} is a table")
    return value
