"""Everything that is tried on an adapter, in order, and the report that comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.channels.conformance import declared, doors, listening, powers, sending
from app.channels.conformance.cases import case_of, documents_of
from app.channels.conformance.levels import Finding, Level, badge, next_level
from app.channels.conformance.quality import Quality, UnreadableQuality, quality_of
from app.channels.conformance.trial import Trial, Untried
from app.channels.contract import ChannelAdapter, ChannelConfig
from app.channels.errors import UnknownChannelType
from app.channels.parsing import MalformedDelivery
from app.channels.registry import Registry

Documents = Sequence[tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing tried: what it is called, and who tries it. `when_total`: asked only of a door that never raised."""

    level: Level
    name: str
    tried: Callable[[Trial], str]
    when_total: bool = False


CHECKS: Sequence[Check] = (
    Check(Level.BRONZE, "metadata", declared.metadata),
    Check(Level.BRONZE, "configuration", declared.configuration),
    Check(Level.BRONZE, "capabilities", declared.capabilities),
    Check(Level.BRONZE, "declared and implemented", declared.implemented),
    Check(Level.BRONZE, "clock", declared.purity),
    Check(Level.BRONZE, "hostile deliveries", doors.total),
    Check(Level.BRONZE, "cases cut short", doors.cuts, when_total=True),
    Check(Level.BRONZE, "spoiled values", doors.values, when_total=True),
    Check(Level.BRONZE, "headers", doors.headers, when_total=True),
    Check(Level.BRONZE, "unknown kinds", doors.unknown_kinds, when_total=True),
    Check(Level.BRONZE, "stable keys", doors.keys, when_total=True),
    Check(Level.BRONZE, "isolation", doors.isolated, when_total=True),
    Check(Level.BRONZE, "speed", doors.speed, when_total=True),
    Check(Level.SILVER, "cases", doors.cases_hold, when_total=True),
    Check(Level.SILVER, "signed samples", doors.signed, when_total=True),
    Check(Level.SILVER, "receipts", doors.receipts, when_total=True),
    Check(Level.SILVER, "outcomes of sending", sending.outcomes),
    Check(Level.SILVER, "secrets kept", sending.secrets_kept),
    Check(Level.SILVER, "credential hosts", sending.hosts),
    Check(Level.SILVER, "connecting again", sending.logged_out),
    Check(Level.SILVER, "settings in French", declared.settings_in_french),
    Check(Level.GOLD, "one changed byte", doors.changed_byte, when_total=True),
    Check(Level.GOLD, "declared events", doors.told_events, when_total=True),
    Check(Level.GOLD, "polls", powers.polls),
    Check(Level.GOLD, "streams", listening.streams),
    Check(Level.GOLD, "registration", powers.lifecycle),
    Check(Level.GOLD, "pieces", powers.pieces, when_total=True),
    Check(Level.GOLD, "live test", powers.live_test),
    Check(Level.GOLD, "templates", powers.templates),
    Check(Level.GOLD, "lost answers", powers.lost_answers),
)
_NAMES = {check.name: check.level for check in CHECKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found on one type."""

    type: str
    findings: Sequence[Finding]
    claimed: Level | None

    @property
    def badge(self) -> Level | None:
        return badge(self.findings)

    @property
    def next(self) -> Level | None:
        return next_level(self.badge)

    @property
    def missing(self) -> Sequence[Finding]:
        """What keeps it from the next level."""
        return [one for one in self.findings if one.level is self.next and not one.holds]

    @property
    def kept(self) -> bool:
        """Says whether the claim holds; who claims nothing claims bronze."""
        claimed = self.claimed or Level.BRONZE
        levels = list(Level)
        return self.badge is not None and levels.index(self.badge) >= levels.index(claimed)


def check_package(name: str, registry: Registry) -> dict[str, Report]:
    """Checks one type, or every type a distribution brings. Raises `UnknownChannelType` when it brings none."""
    found = [name] if name in registry.types() else registry.brought_by(name)
    if not found:
        raise UnknownChannelType(name, list(registry.types()))
    return {channel_type: report(registry.get(channel_type)) for channel_type in found}


def report(adapter: ChannelAdapter, *, cases: Documents | None = None, config: ChannelConfig | None = None) -> Report:
    """Tries everything on one adapter. `config` is one that can send; without it, the `trial` of `quality.toml`."""
    documents = list(documents_of(adapter)) if cases is None else list(cases)
    try:
        quality = quality_of(adapter)
        _name_checks(quality)
        tried = [case_of(adapter, name, document) for name, document in documents]
    except (UnreadableQuality, MalformedDelivery) as error:
        return Report(
            type=adapter.meta.type, findings=[Finding(Level.BRONZE, "files", False, str(error))], claimed=None
        )
    trial = Trial(adapter, tried, quality, config)
    findings: list[Finding] = []
    for check in CHECKS:
        total = all(finding.passed is not False for finding in findings if finding.check == "hostile deliveries")
        if check.when_total and not total:  # what raises on anything cannot be asked about the rest
            continue
        findings.append(_found(check, trial))
    return Report(type=adapter.meta.type, findings=findings, claimed=quality.level)


def check(
    adapter: ChannelAdapter, *, cases: Documents | None = None, config: ChannelConfig | None = None
) -> Sequence[Finding]:
    """Tries everything on one adapter; returns what was found."""
    return report(adapter, cases=cases, config=config).findings


def _found(check: Check, trial: Trial) -> Finding:
    exempt = trial.quality.exempt.get(check.name, "")
    try:
        told = check.tried(trial)
    except Untried as missing:
        return Finding(check.level, check.name, None, str(missing), exempt)
    except Exception as error:  # noqa: BLE001 — somebody else's adapter may raise anything; it is the finding
        return Finding(check.level, check.name, False, f"{type(error).__name__}: {error}"[:300], exempt)
    return Finding(check.level, check.name, not told, told, exempt)


def _name_checks(quality: Quality) -> None:
    for name in quality.exempt:
        if name not in _NAMES:
            raise UnreadableQuality(f"quality.toml: no check is called {name!r}")
        if _NAMES[name] is Level.BRONZE:
            raise UnreadableQuality(f"quality.toml: {name!r} is bronze; nobody is exempt from bronze")
