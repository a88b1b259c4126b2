"""The pure legal engine: facts, rules in force, a calendar and a day come in; a decision with its reasons comes out.

No clock, no input or output, nothing but the pure part of the standard library. docs/law.md lists every rule.
"""

from app.sve.law.calendar import Holiday, LocalCalendar, Territory, add_working_days, holidays, is_working_day
from app.sve.law.case import Case, ClockState, Reading
from app.sve.law.clock import read
from app.sve.law.options import Options
from app.sve.law.procedure import Family, Permit, Procedure
from app.sve.law.reasons import Reason
from app.sve.law.regime import Regime, classify
from app.sve.law.risk import Risk, Threshold, risk, thresholds
from app.sve.law.rules import RULES_VERSION
from app.sve.law.terms import Period, add_period, franc

__all__ = [
    "RULES_VERSION",
    "Case",
    "ClockState",
    "Family",
    "Holiday",
    "LocalCalendar",
    "Options",
    "Period",
    "Permit",
    "Procedure",
    "Reading",
    "Reason",
    "Regime",
    "Risk",
    "Territory",
    "Threshold",
    "add_period",
    "add_working_days",
    "classify",
    "franc",
    "holidays",
    "is_working_day",
    "read",
    "risk",
    "thresholds",
]
