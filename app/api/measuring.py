"""Putting the figures of the house into their gauges; what cannot be known is not a number, never the last one known."""

import asyncio
import math
from typing import Protocol

from app.errors import Unavailable
from app.reporting.figures import LEDGER_WORDS, Figures
from app.rest.metrics import (
    ALERTS_OPEN,
    CHANNELS,
    HELD,
    INTAKE_WAIT,
    LEDGER,
    LEDGER_AGE,
    LOG_COVERED,
    LOG_STRAYED,
    OUTBOX_WAIT,
    SAISINES,
    UNSETTLED,
)
from app.sve.law.risk import Risk

_PATIENCE_S = 2.0


class Figuring(Protocol):
    """What takes the figures of the whole house."""

    async def take(self) -> Figures:
        """Returns them. Raises `Unavailable` when the database is."""
        ...


async def measure(figures: Figuring | None) -> None:
    """Takes the figures and shows them; a house without any, or a database away, leaves no number behind."""
    if figures is None:
        return
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _show(await figures.take())
    except (Unavailable, TimeoutError):
        _forget()


def _show(figures: Figures) -> None:
    INTAKE_WAIT.set(figures.queued_for.total_seconds())
    OUTBOX_WAIT.set(figures.sending_for.total_seconds())
    HELD.set(figures.held)
    UNSETTLED.labels("unknown").set(figures.unknown)
    UNSETTLED.labels("failed").set(figures.failed)
    CHANNELS.labels("silent").set(figures.channels_silent)
    CHANNELS.labels("to_reconnect").set(figures.channels_in_need)
    ALERTS_OPEN.set(figures.alerts_open)
    for risk in Risk:
        SAISINES.labels(risk.value).set(figures.risks.get(risk.value, 0))
    for word in LEDGER_WORDS:
        LEDGER.labels(word).set(figures.ledger.get(word, 0))
    # Never counted is as alarming as counted long ago.
    LEDGER_AGE.set(math.inf if figures.ledger_age is None else figures.ledger_age.total_seconds())
    LOG_COVERED.set(figures.log_covered_for.total_seconds())
    LOG_STRAYED.set(figures.log_strayed_bytes)


def _forget() -> None:
    for gauge in (INTAKE_WAIT, OUTBOX_WAIT, HELD, ALERTS_OPEN, LEDGER_AGE, LOG_COVERED, LOG_STRAYED):
        gauge.set(math.nan)
    for labelled in (UNSETTLED, CHANNELS, SAISINES, LEDGER):
        labelled.clear()
