"""Automations, joined to the gestures on one request and to the log they follow."""

from dataclasses import dataclass

from app.automations.acting import Acting
from app.automations.follower import Follower
from app.automations.rehearsing import Rehearsing
from app.automations.rounds import Rounds
from app.automations.service import Automations
from app.automations.waiting import Waiting
from app.bootstrap.gestures import Gestures
from app.bootstrap.ground import Ground


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an administration has done by itself."""

    automations: Automations
    rehearsing: Rehearsing
    follower: Follower
    automation_rounds: Rounds


def rules_of(ground: Ground, gestures: Gestures) -> Rules:
    """Joins them."""
    database, tenants, tickets, clock = ground.database, ground.tenants, ground.tickets, ground.clock
    waiting = Waiting(ground.opening)
    acting = Acting(tickets, gestures.running, waiting, ground.book, clock)
    return Rules(
        automations=Automations(ground.events, waiting, ground.book, clock),
        rehearsing=Rehearsing(tickets, gestures.running, acting, waiting, clock),
        follower=Follower(database, tenants, ground.events, acting, clock),
        automation_rounds=Rounds(database, tenants, acting, waiting, clock),
    )
