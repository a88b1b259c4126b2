"""What became of a mail we sent, in the words of four providers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.channels.adapters.mail_providers.reading import mailbox
from app.channels.contract import DeliveryStatus, Event, EventType
from app.channels.kit.keys import digest

# A provider that tries again holds the mail: nothing is lost, nothing is delivered.
DEFERRED = DeliveryStatus.ACCEPTED
STOPPED = "stopped"  # a complaint or an unsubscription: no more of our mails to that address


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One thing a provider says about a mail and a recipient."""

    said: str
    outcome: DeliveryStatus | str | None
    message_id: str | None
    recipient: str | None
    key: str | None = None
    account: str | None = None
    occurred_at: datetime | None = None
    occurred_raw: str | None = None
    reason: str | None = None
    details: Mapping[str, object] | None = None


def event_of(report: Report) -> Event:
    """Returns the event: a delivery update, an opt-out, or what is ignored (openings and clicks are not receipts)."""
    person = mailbox(report.recipient)
    kind = EventType.DELIVERY_UPDATE
    if report.outcome is None:
        kind = EventType.IGNORED
    elif report.outcome == STOPPED:
        kind = EventType.OPT_OUT
    key = report.key or digest(report.said, report.message_id, report.recipient, report.occurred_raw)
    return Event(
        type=kind,
        event_key=key,
        external_id=report.message_id,
        account=report.account,
        sender=person if kind is EventType.OPT_OUT else None,
        recipients=[person] if person and kind is not EventType.OPT_OUT else [],
        occurred_at=report.occurred_at,
        occurred_raw=report.occurred_raw,
        status=report.outcome if isinstance(report.outcome, DeliveryStatus) else None,
        reports_on=report.message_id,
        fields={"event": report.said, **{k: v for k, v in (report.details or {}).items() if v}},
        reason=(report.reason or report.said)[:500] if report.outcome is not DeliveryStatus.DELIVERED else None,
    )
