"""What a webhook's verify and parse must withstand, and what their cases must show."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.channels.conformance import hostile, isolation
from app.channels.conformance.cases import Case, difference
from app.channels.conformance.trial import TRIAL_SECRET, Trial, Untried
from app.channels.contract import Delivery, Event, EventType, Webhook
from app.channels.errors import Unreadable

_LARGE = 100_000
_LARGE_WITHIN_S = 0.2


def total(trial: Trial) -> str:
    """Returns what hostile deliveries did, or nothing."""
    with _at_the_door(trial) as door:
        return _first(
            hostile.fault(door, delivery, config) for delivery in hostile.hostile() for config in trial.configs
        ) or _first(hostile.fault(door, case.delivery, case.config) for case in trial.cases)


def cuts(trial: Trial) -> str:
    """Returns what a case cut short did, or nothing."""
    with _at_the_door(trial) as door:
        return _first(
            hostile.fault(door, cut, case.config) for case in _cases(trial) for cut in hostile.cut_short(case.delivery)
        )


def values(trial: Trial) -> str:
    """Returns what a case with a value nobody expects did, or nothing."""
    with _at_the_door(trial) as door:
        return _first(
            hostile.fault(door, other, case.config)
            for case in _cases(trial)
            for other in hostile.spoiled(case.delivery)
        )


def headers(trial: Trial) -> str:
    """Returns what headers gone, doubled, forged or written otherwise did, or nothing."""
    with _at_the_door(trial) as door:
        for case in _cases(trial):
            for other in hostile.other_headers(case.delivery):
                if told := hostile.fault(door, other, case.config):
                    return f"{case.name}: {told}"
            verdict, events = door.verify(case.delivery, case.config, now=case.now), _parsed(door, case.delivery, case)
            for other in hostile.other_case(case.delivery):
                if door.verify(other, case.config, now=case.now) != verdict or _parsed(door, other, case) != events:
                    return f"{case.name}: header names in another case are another delivery to it"
    return ""


def unknown_kinds(trial: Trial) -> str:
    """Returns which kind of the providers' next release could not be passed over, or nothing."""
    with _at_the_door(trial) as door:
        for case in _cases(trial):
            for other in hostile.of_unknown_kind(case.delivery):
                try:
                    door.parse(other, case.config)
                except Unreadable as error:
                    return f"{case.name}: a kind nobody knows is held as unreadable ({error}): give an ignored event"
    return ""


def keys(trial: Trial) -> str:
    """Returns which case would be taken twice when it is delivered again, or nothing."""
    with _at_the_door(trial) as door:
        for case in _cases(trial):
            again = _parsed(type(door)(), hostile.come_again(case.delivery), case)
            first = _parsed(door, case.delivery, case)
            if [one.event_key for one in first] != [one.event_key for one in again]:
                return f"{case.name}: delivered again, its events have other keys"
    return ""


def isolated(trial: Trial) -> str:
    """Returns what verify and parse reached for, or nothing."""
    with _at_the_door(trial) as door:
        for case in _cases(trial):
            _everything(door, case)  # what a library loads once, it loads now
            with isolation.watched() as reached:
                _everything(door, case)
            if reached:
                return f"{case.name}: verify or parse reaches for {reached[0]}"
    return ""


def speed(trial: Trial) -> str:
    """Returns which delivery of 100 kB takes too long, or nothing; processor time, the better of two."""
    with _at_the_door(trial) as door:
        for case in _cases(trial)[:3]:
            for number, large in enumerate(hostile.swollen(case.delivery, size=_LARGE)):
                taken = min(_seconds(lambda one=large, by=case: _both(door, one, by)) for _ in range(2))  # type: ignore[misc]
                if taken > _LARGE_WITHIN_S:
                    what = ("its words repeated", "open brackets", "an escaped text")[number]
                    return f"{case.name} with {what}, 100 kB: {taken:.2f} s of processor time, 0.2 s at most"
    return ""


def cases_hold(trial: Trial) -> str:
    """Returns which case comes to something else than it expects, or nothing."""
    return _first(difference(trial.adapter, case) for case in _cases(trial))


def signed(trial: Trial) -> str:
    with _at_the_door(trial) as door:
        wrong = trial.adapter.config_for(TRIAL_SECRET)
        refused = [c for c in _signed(trial) if door.verify(c.delivery, c.config, now=c.now).verified is not True]
        believed = [c for c in _signed(trial) if door.verify(c.delivery, wrong, now=c.now).verified is not False]
        told = f"{len(refused)} case(s) refused, {len(believed)} believed with another secret"
        return told if refused or believed else ""


def changed_byte(trial: Trial) -> str:
    with _at_the_door(trial) as door:
        changed = [
            other
            for case in _signed(trial)
            for other in hostile.changed_by_a_byte(case.delivery)
            if door.verify(other, case.config, now=case.now).verified is not False
        ]
        told = f"{len(changed)} changed deliveries were believed: the signature does not cover the whole body"
        return told if changed else ""


def receipts(trial: Trial) -> str:
    """Returns how the receipts that are declared fail to show in the cases, or nothing."""
    if not trial.capabilities.receipts:
        return ""
    updates = [one for one in trial.events if one.type is EventType.DELIVERY_UPDATE]
    if not updates and not any(one.type is EventType.READ_UP_TO for one in trial.events):
        raise Untried("receipts are declared and no case shows a delivery_update, nor a read_up_to")
    poor = [one for one in updates if one.status is None or not (one.reports_on or one.fields.get("ref"))]
    return (
        "a delivery_update says neither its status nor the message it speaks of (reports_on, fields.ref)"
        if poor
        else ""
    )


def told_events(trial: Trial) -> str:
    """Returns which declared kind of event no case shows, or nothing."""
    declared = trial.capabilities
    shown = {one.type for one in trial.events}
    for capability, kind in (
        ("edits", EventType.MESSAGE_EDITED),
        ("deletes", EventType.MESSAGE_DELETED),
        ("echoes", EventType.OWN_ECHO),
    ):
        if getattr(declared, capability) and kind not in shown:
            raise Untried(f"{capability} is declared and no case shows a {kind.value}")
        if kind in shown and not getattr(declared, capability):
            return f"a case shows a {kind.value} and {capability} is not declared"
    return ""


@contextmanager
def _at_the_door(trial: Trial) -> Iterator[Webhook]:
    if trial.door is None:
        raise Untried("nothing is received: there is no verify nor parse")
    with isolation.without_network():
        yield trial.door


def _cases(trial: Trial) -> list[Case]:
    if not trial.cases:
        raise Untried("no case: put deliveries of the provider in a folder `cases` beside the adapter")
    return list(trial.cases)


def _signed(trial: Trial) -> list[Case]:
    found = [case for case in trial.cases if case.signed]
    if not found:
        raise Untried("no case with a secret to try")
    return found


def _parsed(door: Webhook, delivery: Delivery, case: Case) -> list[Event]:
    try:
        return list(door.parse(delivery, case.config))
    except Unreadable:
        return []


def _both(door: Webhook, delivery: Delivery, case: Case) -> None:
    door.verify(delivery, case.config, now=case.now)
    _parsed(door, delivery, case)


def _everything(door: Webhook, case: Case) -> None:
    door.handshake(case.delivery, case.config, now=case.now)
    _both(door, case.delivery, case)


def _seconds(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _first(told: Iterator[str]) -> str:
    return next((one for one in told if one), "")
