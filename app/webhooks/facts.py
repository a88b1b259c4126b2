"""What happens to webhook endpoints, as facts: never an address nor a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFact(Fact):
    """An endpoint was changed: its name, its address, its types, or whether it is called."""

    type: ClassVar[str] = "webhook.changed"

    def payload(self) -> Mapping[str, object]:
        return {"endpoint_id": public_id(Prefix.WEBHOOK, self.subject_id)}


class WebhookCreated(WebhookFact):
    """An address is told what happens from now on."""

    type: ClassVar[str] = "webhook.created"


class WebhookRemoved(WebhookFact):
    """An address is told nothing any more."""

    type: ClassVar[str] = "webhook.removed"


class WebhookSecretRotated(WebhookFact):
    """An endpoint has a new secret; the one before signs too for a while."""

    type: ClassVar[str] = "webhook.secret_rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled(WebhookFact):
    """An endpoint is not called any more: it said 410, or took nothing for three days."""

    type: ClassVar[str] = "webhook.disabled"
    reason: str

    def payload(self) -> Mapping[str, object]:
        return {"endpoint_id": public_id(Prefix.WEBHOOK, self.subject_id), "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReplayed(WebhookFact):
    """Past events, or one of them, leave once more for an endpoint."""

    type: ClassVar[str] = "webhook.replayed"
    deliveries: int

    def payload(self) -> Mapping[str, object]:
        return {"endpoint_id": public_id(Prefix.WEBHOOK, self.subject_id), "deliveries": self.deliveries}
