"""What the page of a request shows of a report on the ground: what is near, what the public reads, who else has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.channels.adapters.open311 import Open311Config
from app.db.transaction import Session
from app.exchanges.forwards import Forward
from app.forms import public_reports
from app.ids import Prefix, public_id
from app.tickets.values import Direction, Message
from app.web.house import WebHouse
from app.web.near_panel import Neighbour, panel

_PHOTOS = ("image/jpeg", "image/png", "image/webp")
# A partner's word, as agents say it; any other stands as it is.
STATUSES = {
    "open": "ouvert",
    "closed": "clos",
    "in_progress": "en cours",
    "investigating": "à l'étude",
    "action_scheduled": "intervention prévue",
    "fixed": "réparé",
    "duplicate": "doublon",
    "no_further_action": "sans suite",
    "not_councils_responsibility": "hors de sa compétence",
    "internal_referral": "confié à un autre service",
    "reopen": "rouvert",
}


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner one may hand a report over to."""

    id: str
    name: str
    takes_files: bool


@dataclass(frozen=True, slots=True)
class ReportPanel:
    """Everything about one report; `photos` are those that can be given without what their camera wrote."""

    near: Sequence[Neighbour]
    near_metres: int
    words: str
    forwards: Sequence[Forward]
    partners: Sequence[Partner]
    photos: Sequence[tuple[str, str]]


async def report_panel(
    session: Session, house: WebHouse, tenant_id: UUID, ticket_id: UUID, thread: Sequence[Message]
) -> ReportPanel | None:
    """Reads what the panel shows; None for a request that reports nothing on the ground."""
    received = [one for one in thread if one.direction is Direction.IN]
    if not any(one.geo or one.fields.get("service_code") for one in received):
        return None
    near = await house.nearby.of_ticket(session, tenant_id, ticket_id)
    published = await public_reports.words(session, tenant_id, [ticket_id])
    connected = await house.forwarding.partners(session, tenant_id)
    forwards = await house.forwarding.of_ticket(session, tenant_id, ticket_id)
    given = {one.channel_id for one in forwards if not one.failed}
    pieces = [(piece_id, piece) for one in received for piece_id, piece in one.pieces]
    return ReportPanel(
        panel(near),
        near.rule.radius_m,
        published.get(ticket_id, ""),
        forwards,
        [
            Partner(public_id(Prefix.CHANNEL, one.id), one.name, _takes_files(one.config))
            for one in connected
            if one.id not in given
        ],
        [
            (public_id(Prefix.ATTACHMENT, piece_id), piece.name)
            for piece_id, piece in pieces
            if piece.sha256 and piece.content_type.partition(";")[0].strip().lower() in _PHOTOS
        ],
    )


def _takes_files(config: object) -> bool:
    return isinstance(config, Open311Config) and config.partner_files
