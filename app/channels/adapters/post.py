"""Post: scanned letters, each with the card the mail room or its scanner writes beside it.

One delivery is one letter: `multipart/form-data` with its `scan` files and a `sidecar` (JSON, XML or CSV). The watched
folder makes the same bytes of what it finds as a scanner that posts them. The mail room's day is told, in
`registered_on`; whether it counts is the platform's to say.
"""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, SecretStr

from app.channels.adapters import post_sidecars
from app.channels.adapters.post_sidecars import Sidecar
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Delivery,
    Event,
    EventType,
    Meta,
    Party,
    PointKind,
)
from app.channels.errors import Unreadable
from app.channels.kit.forms import FormFile, read_form
from app.channels.kit.signatures import sha256_hex
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

SCAN, SIDECAR = "scan", "sidecar"
# The text of a scanned letter is the card's, ours: nobody may take it for what the person asks.
WORDS, BY_THE_CARD = "words", "card"
_NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class PostConfig(SharedSecretConfig):
    """Letters of one mail room. `folder` is a folder of the house's own mail place, never a path."""

    folder: str | None = Field(default=None, pattern=_NAME, max_length=40)
    stable_s: int = Field(default=10, ge=1, le=3600)
    sidecar_wait_s: int = Field(default=60, ge=0, le=86_400)


class PostAdapter(SharedSecretDoor):
    """Letters, scanned or written down by agents."""

    meta: ClassVar[Meta] = Meta(type="post", name_fr="Courrier postal", name_en="Post")
    Config: ClassVar[type[ChannelConfig]] = PostConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        assert isinstance(config, PostConfig)
        return Capabilities(electronic=False, subject=True, needs_public_url=bool(config.shared_secrets()))

    def config_for(self, secret: str | None) -> ChannelConfig:
        return PostConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        kind = (delivery.header("Content-Type") or "").lower()
        if not kind.startswith("multipart/form-data"):
            # A card alone: its letter comes by another way, or stays on paper.
            return [_event(post_sidecars.read(delivery.body), [])]
        form = read_form(delivery)
        scans = [file for file in form.files if file.field_name == SCAN and file.content]
        if not scans:
            raise Unreadable("a letter without its scan")
        card = next((file.content for file in form.files if file.field_name == SIDECAR and file.content.strip()), None)
        return [_event(post_sidecars.read(card) if card is not None else Sidecar(), scans)]


def _event(card: Sidecar, scans: Sequence[FormFile]) -> Event:
    digest = sha256_hex(b"".join(scan.content for scan in scans)) if scans else card.sha256
    if digest is None:
        raise Unreadable("a card that names neither its file nor its digest")
    named = f"sha256:{digest}"
    fields: dict[str, object] = {
        "registered_on": card.registered_on.isoformat() if card.registered_on else None,
        "scanned_at": card.scanned_raw,
        "post_kind": card.kind,
        "tracking_number": card.tracking,
        "service": card.service,
        "pages": card.pages,
        "operator": card.operator,
        WORDS: BY_THE_CARD,
    }
    warnings: list[str] = []
    if scans and card.sha256 not in (None, digest) and any(figure != "0" for figure in str(card.sha256)):
        warnings.append("l'empreinte écrite sur la fiche n'est pas celle du fichier : comparez-les")
    pieces = [
        Attachment(name=scan.name, content_type=scan.content_type, size=len(scan.content), content=scan.content)
        for scan in scans
    ]
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        # Two letters may be the same paper twice; their registered numbers tell them apart.
        event_key=f"{named}:{card.tracking}" if card.tracking else named,
        external_id=named,
        sender=Party(PointKind.UNKNOWN, None, card.sender) if card.sender else None,
        subject=card.subject,
        text=card.words(),
        attachments=pieces
        or ([Attachment(name=card.file, content_type="application/octet-stream")] if card.file else []),
        occurred_at=None,
        occurred_raw=card.registered_on.isoformat() if card.registered_on else None,
        fields={name: value for name, value in fields.items() if value is not None},
        warnings=warnings,
    )
