"""What programs elsewhere are told, joined."""

from dataclasses import dataclass

from app.bootstrap.ground import Ground
from app.channels.contract import Context
from app.egress.policy import EgressPolicy
from app.webhooks.courier import Courier
from app.webhooks.sending import Sender
from app.webhooks.service import Webhooks
from app.webhooks.trials import Trials


@dataclass(frozen=True, kw_only=True)
class Outward:
    """Who is told what happens, and who carries it."""

    webhooks: Webhooks
    webhook_trials: Trials
    courier: Courier


def outward_of(ground: Ground, *, context: Context) -> Outward:
    """Joins outgoing webhooks to the event log and the guarded client."""
    database, vault, book, clock = ground.database, ground.vault, ground.book, ground.clock
    sender = Sender(context.http)
    webhooks = Webhooks(vault, ground.events, EgressPolicy(ground.settings.egress_allow), book, clock)
    return Outward(
        webhooks=webhooks,
        webhook_trials=Trials(database, webhooks, sender, vault, book, clock),
        courier=Courier(database, ground.tenants, ground.events, sender, vault, book, clock),
    )
