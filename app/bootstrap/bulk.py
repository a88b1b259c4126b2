"""Acts over many requests, joined to the services that carry each out alone."""

from dataclasses import dataclass

from app.bootstrap.following import Attention
from app.bootstrap.ground import Ground
from app.bootstrap.law import Law
from app.bulk.foreseeing import Foreseeing
from app.bulk.performing import Performing
from app.bulk.service import BulkActs
from app.sve.guards import LiveTermGuard
from app.tickets.filling import FieldsGuard


@dataclass(frozen=True, kw_only=True)
class Crowds:
    """What is done to many requests at once."""

    bulk: BulkActs


def crowds_of(ground: Ground, law: Law, attention: Attention) -> Crowds:
    """Joins them to the gestures on one request."""
    foreseeing = Foreseeing(ground.tags, law.legal, law.procedures, FieldsGuard(LiveTermGuard()), ground.clock)
    performing = Performing(
        ground.tickets, attention.mentioning, attention.followers, ground.tags, ground.snoozing, law.legal
    )
    return Crowds(bulk=BulkActs(ground.database, ground.tickets, foreseeing, performing, ground.book, ground.clock))
