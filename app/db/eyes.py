"""What the row policies of requests decide, decided in memory: for one fact told to a thousand people at once.

PostgreSQL stays the judge of every statement. Here its words of migrations 0028, 0034 and 0036 stand a second time, for
streams alone; tests/db/test_eyes.py holds both against each other, case by case.
"""

from dataclasses import dataclass
from uuid import UUID

from app.db.sight import Loan, Reach, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """All that the policies read of a request: who has it, whether it is confidential, whether it is in the archives."""

    assignee_id: UUID | None
    team_id: UUID | None
    confidential: bool
    archived: bool


def sees(eyes: Sight | None, one: Whose | None) -> bool:
    """Whether these eyes see a request; None for a request that is not there any more, which the house's own eyes alone see."""
    if eyes is None:
        return True
    if one is None or (one.archived and not eyes.archives):
        return False
    return _own(eyes, one) or any(_lent(loan, one) for loan in eyes.loans)


def _own(eyes: Sight, one: Whose) -> bool:
    if one.assignee_id == eyes.person_id:
        return True
    if eyes.reach is not Reach.ASSIGNED and one.team_id in eyes.teams:
        return True
    if one.confidential:
        return False
    nobodys = one.team_id is None and one.assignee_id is None
    return eyes.reach is Reach.ALL or (eyes.reach is Reach.TEAMS and nobodys)


def _lent(loan: Loan, one: Whose) -> bool:
    if one.confidential and not loan.confidential:
        return False
    return one.assignee_id == loan.person_id or one.team_id in loan.teams
