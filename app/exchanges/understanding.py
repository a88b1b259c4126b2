"""From what a channel says to what a ticket takes: pure, one event at a time."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict

from app.channels.contract import Capabilities, Event, Party, PointKind
from app.channels.values import Channel
from app.contacts.repository import Point
from app.contacts.service import PointKey
from app.exchanges.asked_elsewhere import WARNING, asks_for_proof
from app.exchanges.receptions import Door, Reception
from app.tickets.values import Incoming, Piece

# Ids that mean nothing without the account they were given by.
_RELATIVE = frozenset(
    {PointKind.MESSENGER, PointKind.INSTAGRAM, PointKind.WHATSAPP_USER, PointKind.CHAT, PointKind.HTTP}
)
# Kinds by which one provider knows one account: what it tells of the one may be learnt from the other.
_SAME_ACCOUNT = {
    PointKind.WHATSAPP: frozenset({PointKind.WHATSAPP, PointKind.WHATSAPP_USER}),
    PointKind.WHATSAPP_USER: frozenset({PointKind.WHATSAPP, PointKind.WHATSAPP_USER}),
}
# Ids that mean nothing to a person, by the name of who gave them.
_OPAQUE = {
    PointKind.MESSENGER: "Messenger",
    PointKind.INSTAGRAM: "Instagram",
    PointKind.WHATSAPP_USER: "WhatsApp",
    PointKind.TELEGRAM: "Telegram",
    PointKind.X: "X",
    PointKind.CHAT: "du chat",
}
_TOKEN = re.compile(r"[a-z2-7]{26}")
_MAX_REFERENCES = 50
REPLY_TOKEN = "reply_token"  # noqa: S105 — the name of a field, not a secret
MAX_NAME = 400  # an index row of PostgreSQL holds 2,700 bytes: three names of four bytes a character
# What came by these doors was not sent electronically by the person (CRPA L112-11 speaks of electronic sendings).
_NOT_ELECTRONIC = frozenset({Door.DESK})


def bounded(name: str) -> str:
    """Returns an identifier an index can hold: a longer one, which only a hostile sender makes, keeps its digest."""
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - 65]}#{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()}"


def point_key(event: Event, channel: Channel) -> PointKey | None:
    """Returns what identifies the sender, None when there is nothing to identify: never one shared unknown contact."""
    party = event.sender
    if party is None or not party.address or party.kind is PointKind.UNKNOWN:
        return None
    scope = (event.account or str(channel.id)) if party.kind in _RELATIVE else ""
    return PointKey(party.kind.value, scope, party.address[:320])


def alias_key(of: PointKind, alias: Party, *, account: str) -> PointKey | None:
    """Returns what identifies another address of somebody known as `of`; None where this provider cannot know it.

    A number of WhatsApp and its scoped id are one account; an e-mail address is never learnt from a messenger.
    """
    if not alias.address or alias.kind not in _SAME_ACCOUNT.get(of, frozenset({of})):
        return None
    return PointKey(alias.kind.value, account if alias.kind in _RELATIVE else "", alias.address[:320])


def shown_name(party: Party | None) -> str:
    """Returns how lists call the sender; an identifier nobody can read becomes words with its last figures."""
    if party is None:
        return "Expéditeur inconnu"
    if party.display_name or not party.address:
        return (party.display_name or "Expéditeur inconnu")[:200]
    if party.kind in _OPAQUE:
        return f"Compte {_OPAQUE[party.kind]} …{party.address[-4:]}"
    return party.address[:200]


def digest_of(event: Event) -> str:
    """A digest of what an event says, stable over redeliveries: a provider's links change, its words do not."""
    sender = event.sender.address if event.sender else ""
    pieces = [hashlib.sha256(piece.content).hexdigest() for piece in event.attachments if piece.content is not None]
    said = "\x1f".join(
        [event.type.value, sender or "", event.subject or "", event.text or "", event.status or "", *pieces]
    )
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def incoming(
    event: Event,
    *,
    channel: Channel,
    capabilities: Capabilities,
    reception: Reception,
    point: Point | None,
    pieces: Sequence[Piece],
) -> Incoming:
    """Makes the message that will take its place in a ticket."""
    references = [bounded(name) for name in [*event.in_reply_to, *event.references][:_MAX_REFERENCES]]
    conversation = _conversation(event, capabilities)
    fields = dict(event.fields)
    if reception.verified is not None:
        fields["signature_verified"] = reception.verified
    return Incoming(
        channel_id=channel.id,
        channel_type=channel.type,
        reception_id=reception.id,
        electronic=capabilities.electronic and reception.door not in _NOT_ELECTRONIC,
        point_id=point.id if point else None,
        contact_id=point.contact_id if point else None,
        author_name=shown_name(event.sender),
        author_address=event.sender.address if event.sender else None,
        external_id=bounded(event.external_id) if event.external_id else None,
        conversation=bounded(conversation) if conversation else None,
        tokens=(*_tokens(event), *_named(reception)),
        references=tuple(dict.fromkeys(references)),
        subject=(event.subject or "")[:1000],
        text=event.text or "",
        text_new=event.text_new,
        html=event.html,
        recipients=tuple(asdict(party) for party in event.recipients),
        fields=fields,
        geo={"lat": event.geo.lat, "lon": event.geo.lon} if event.geo else None,
        warnings=(*event.warnings, *([WARNING] if asks_for_proof(event.subject or "", event.text or "") else [])),
        automatic=event.automatic,
        public=event.public,
        pieces=tuple(pieces),
        claimed_at=event.occurred_at,
        claimed_raw=event.occurred_raw,
        received_at=reception.received_at,
        title=f"Message {channel.name}",
    )


def _conversation(event: Event, capabilities: Capabilities) -> str | None:
    """Names the thread of a channel that has no subjects: its own key, or the person; in public, both."""
    person = f"{event.sender.kind}:{event.sender.address}" if event.sender and event.sender.address else None
    if event.public:
        return f"{event.thread_key}|{person}" if event.thread_key and person else None
    if event.thread_key is not None:
        return f"{event.account or ''}|{event.thread_key}"
    if capabilities.subject or event.subject or person is None:
        return None
    return f"{event.account or ''}|{person}"


def _named(reception: Reception) -> list[str]:
    """The reply token of a page that already knew whose request it shows: it has no recipient to write it in."""
    word = reception.envelope.get(REPLY_TOKEN)
    return [word] if isinstance(word, str) and _TOKEN.fullmatch(word) else []


def _tokens(event: Event) -> list[str]:
    found = []
    for party in event.recipients:
        if party.kind is PointKind.EMAIL and party.address and "+" in party.address:
            word = party.address.rpartition("@")[0].rpartition("+")[2].lower()
            if _TOKEN.fullmatch(word):
                found.append(word)
    return found
