"""The live chat of a site: what a visitor wrote in the widget, and what they are answered there.

The widget posts to our own door, so its JSON is refused where it is wrong. A site may vouch for a visitor it knows, by
HMAC-SHA256 of an identifier; without that, everything a visitor says of themself is a claim. No provider stands between
the visitor and the house: an answer is put into the conversation by the house itself (`app.chat`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, field_validator

from app.channels.adapters import chat_hours
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Context,
    Delivery,
    Event,
    EventType,
    IdentityAssurance,
    Media,
    Meta,
    Outcome,
    Party,
    PointKind,
    Receipt,
    Rendered,
    SendRequest,
    Sent,
    Support,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.addresses import normalise
from app.channels.kit.json import JsonRefused, load_strict, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.signatures import UNSIGNED, hmac_hex, in_force, judged, refused, same
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import WithoutHandshake

# It stands in a header: an origin and nothing else.
Site = Annotated[str, Field(pattern=r"^https://[a-z0-9.-]{1,200}(:[0-9]{1,5})?$")]
Hours = Annotated[str, Field(pattern=chat_hours.WRITTEN)]
_NOT_OURS = "une discussion ne part que par la maison elle-même"


class ChatConfig(ChannelConfig):
    """A widget; `identity_token` is shared with the site that vouches for its visitors."""

    title: str = Field(default="Discuter avec la mairie", max_length=80)
    greeting: str = Field(default="", max_length=500)
    sites: tuple[Site, ...] = ()
    hours: tuple[Hours, ...] = ()
    agents_needed: bool = True
    idle_minutes: int = Field(default=20, ge=2, le=240)
    identity_token: SecretStr | None = None
    previous_identity_token: SecretStr | None = None
    identity_mandatory: bool = False

    @field_validator("hours")
    @classmethod
    def _can_be_read(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            chat_hours.span(line)
        return lines

    def tokens(self) -> Sequence[SecretStr]:
        return in_force(self.identity_token, self.previous_identity_token)


class ChatAdapter(WithoutHandshake):
    """Conversations of one widget."""

    meta: ClassVar[Meta] = Meta(type="chat", name_fr="Discussion en ligne", name_en="Live chat")
    Config: ClassVar[type[ChannelConfig]] = ChatConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        assert isinstance(config, ChatConfig)
        vouched = config.identity_mandatory and bool(config.tokens())
        return Capabilities(
            can_send=True,
            media=(Media(types="*/*", support=Support.REJECTED),),
            receipt_queries=True,
            identity_assurance=IdentityAssurance.ACCOUNT if vouched else IdentityAssurance.NONE,
        )

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

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:  # noqa: ARG002
        """Shows the frame a visitor's page is given."""
        frame = {"type": "message", "ref": request.ref, "text": request.text, "automatic": request.automatic}
        return Rendered("application/json", json.dumps(frame, ensure_ascii=False).encode())

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:  # noqa: ARG002
        """Reaches nobody: the house carries an answer into its own conversation before it asks an adapter to."""
        return Sent(outcome=Outcome.CONFIG, detail=_NOT_OURS)

    async def receipt(self, request: SendRequest, config: ChannelConfig, context: Context) -> Receipt:  # noqa: ARG002
        """Cannot tell, for the same reason: the house looks into its own rows."""
        return Receipt(known=None, detail=_NOT_OURS)


def _message(
    document: Mapping[str, object], *, key: str, conversation: str, identifier: str | None, vouched: bool
) -> Event:
    visitor = text(document, "visitor", "identifier") if vouched else None
    address = visitor or text(document, "visitor", "id") or conversation
    claims = {name: said for name in ("email", "phone") if (said := text(document, "visitor", name))}
    stamp = text(document, "sent_at")
    page = text(document, "page_url")
    name = text(document, "visitor", "name")
    # Nobody was there to answer live: the page asked for an address, as a form does, and the answer goes there.
    wanted = normalise(text(document, "answer_to") or "")
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=key,
        external_id=identifier,
        sender=Party(PointKind.EMAIL, wanted, name) if wanted else Party(PointKind.CHAT, address, name),
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
