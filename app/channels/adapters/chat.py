"""The live chat of a site: what a visitor wrote in the widget.

The widget posts to our own door, so its JSON is refused where it is wrong. A site may vouch for a visitor it knows, by
HMAC-SHA256 of an identifier; without that, everything a visitor says of themself is a claim.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

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
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, load_strict, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.signatures import UNSIGNED, hmac_hex, in_force, judged, refused, same
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import WithoutHandshake


class ChatConfig(ChannelConfig):
    """A widget; `identity_token` is shared with the site that vouches for its visitors."""

    identity_token: SecretStr | None = None
    previous_identity_token: SecretStr | None = None
    identity_mandatory: bool = False

    def tokens(self) -> Sequence[SecretStr]:
        return in_force(self.identity_token, self.previous_identity_token)


class ChatAdapter(WithoutHandshake):
    """Conversations of one widget."""

    meta: ClassVar[Meta] = Meta(type="chat", name_fr="Discussion en ligne", name_en="Live chat")
    Config: ClassVar[type[ChannelConfig]] = ChatConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(text_max=4000)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return ChatConfig(identity_token=SecretStr(secret) if secret else None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        """Judges the identity a site vouches for; a visitor nobody vouches for is unverified, or refused."""
        assert isinstance(config, ChatConfig)
        try:
            document = load_strict(delivery.body)
        except Unreadable as error:
            return refused(str(error))
        identifier, given = _identity(document)
        if identifier is None:
            return refused("the visitor is not vouched for") if config.identity_mandatory else UNSIGNED
        message = identifier.encode()
        return judged(
            config.tokens(), lambda key: same((given or "").lower(), hmac_hex(key, message)), what="the identifier_hash"
        )

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, ChatConfig)
        document = load_strict(delivery.body)
        if not isinstance(document, dict):
            raise JsonRefused("a frame is an object")
        kind, conversation = text(document, "type") or "message", text(document, "conversation")
        identifier = text(document, "client_msg_id")
        key = f"{conversation}:{identifier}" if identifier else digest(delivery.body.hex())
        if kind != "message":
            return [Event(type=EventType.IGNORED, event_key=key, reason=f"frame of kind {kind!r}"[:200])]
        if conversation is None:
            raise JsonRefused("a message names its conversation", pointer="/conversation")
        vouched = _identity(document)[0] is not None and bool(config.tokens())
        return [_message(document, key=key, conversation=conversation, identifier=identifier, vouched=vouched)]


def _message(
    document: Mapping[str, object], *, key: str, conversation: str, identifier: str | None, vouched: bool
) -> Event:
    visitor = text(document, "visitor", "identifier") if vouched else None
    address = visitor or text(document, "visitor", "id") or conversation
    claims = {name: said for name in ("email", "phone") if (said := text(document, "visitor", name))}
    stamp = text(document, "sent_at")
    page = text(document, "page_url")
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=key,
        external_id=identifier,
        sender=Party(PointKind.CHAT, address, text(document, "visitor", "name")),
        text=text(document, "text") or "",
        attachments=[_piece(piece) for piece in objects(document, "attachments")],
        occurred_at=from_iso(stamp),
        occurred_raw=stamp,
        thread_key=conversation,
        fields={"vouched": vouched, **({"claims": claims} if claims else {}), **({"page": page} if page else {})},
    )


def _identity(document: object) -> tuple[str | None, str | None]:
    place = document if member(document, "identifier") is not None else member(document, "visitor")
    return text(place, "identifier"), text(place, "identifier_hash")


def _piece(piece: Mapping[str, object]) -> Attachment:
    content_type = text(piece, "content_type") or "application/octet-stream"
    return Attachment(name=text(piece, "name"), content_type=content_type, source=text(piece, "upload_id"))
