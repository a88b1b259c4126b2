"""Words, shapes and pictures of states: a colour never speaks alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RiskMark:
    """A risk as a badge: its word, the name of its look, its shape (12 units, filled), the rule that founds it."""

    word: str
    look: str
    shape: str
    title: str


_RING = "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 1.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z"
RISKS: Mapping[str, RiskMark] = MappingProxyType(
    {
        "born": RiskMark(
            "Accord né",
            "acquis",
            "M1 1h10v10H1zM3 6.2l2.2 2.3 4-4.3-1-.9-3 3.2L4 5.2z",
            "Le terme est passé sans décision : le silence a pu valoir accord (CRPA L231-1).",
        ),
        "critical": RiskMark(
            "Critique",
            "critique",
            "M6 .6 11.7 11H.3zm-.75 3.7.2 3.3h1.1l.2-3.3zM5.3 8.4v1.3h1.4V8.4z",
            "Terme dans trois jours ou moins (CRPA L231-1).",
        ),
        "near": RiskMark(
            "Proche",
            "proche",
            "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm0 1.4a4.1 4.1 0 0 0 0 8.2z",
            "Terme dans quinze jours ou moins (CRPA L231-1).",
        ),
        "controlled": RiskMark(
            "Sous contrôle",
            "controle",
            "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM3 6.2l2.2 2.3 4-4.3-1-.9-3 3.2L4 5.2z",
            "Le silence vaudra accord, le terme est éloigné (CRPA L231-1).",
        ),
        "suspended": RiskMark(
            "Suspendu",
            "suspendu",
            "M2 1.2h2.9v9.6H2zM7.1 1.2H10v9.6H7.1z",
            "Dossier incomplet, pièces demandées : le délai est arrêté (CRPA L114-5).",
        ),
        "silence_rejects": RiskMark(
            "Silence = rejet",
            "rejet",
            "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zm-3.2 4.7v1.6h6.4V5.2z",
            "Le silence vaudra rejet (CRPA L231-4) ; aucun accord tacite à craindre.",
        ),
        "unqualified": RiskMark(
            "À qualifier",
            "qualifier",
            "M6 0l6 6-6 6-6-6zM4.2 4.7h1.1c0-.5.3-.8.7-.8s.7.3.7.6c0 .7-1.2.8-1.2 2.2h1.1c0-.8 1.3-1 1.3-2.2 "
            "0-.9-.8-1.6-1.9-1.6s-1.8.8-1.8 1.8zm1.2 2.7v1.2h1.2V7.4z",
            "Personne n’a dit ce que vaut le silence : traité comme un accord possible (CRPA L231-1).",
        ),
        "none": RiskMark("Sans enjeu", "neutre", _RING, "Le silence ne décide de rien, ou l’affaire est réglée."),
    }
)

# Drawn for Parvis on a grid of 16, strokes of 1.5; no network's logo.
ICONS: Mapping[str, str] = MappingProxyType(
    {
        "parvis": "M2 13.5h12M3.5 13.5V8a4.5 4.5 0 0 1 9 0v5.5M6.2 13.5V9.2a1.8 1.8 0 0 1 3.6 0v4.3",
        "inbox": "M2 9.5 4 3h8l2 6.5V13H2zM2 9.5h3.5l1 1.75h3l1-1.75H14",
        "calendar": "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3",
        "out": "M2 8.5V13h12V8.5M8 10V2.5M5 5.5l3-3 3 3",
        "shield": "M8 2 13 4v4c0 3.2-2.2 5-5 6-2.8-1-5-2.8-5-6V4z",
        "people": "M6 2.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM1.5 13.5c0-2.8 1.8-4 4.5-4s4.5 1.2 4.5 4zM10.5 3a2.2 2.2 0 0 1 0 4.4M11.5 "
        "9.7c2 .3 3 1.6 3 3.8",
        "form": "M3.5 2h6l3 3v9h-9zM5.5 7h5M5.5 9.5h5M5.5 12h3",
        "mail": "M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5",
        "sms": "M2 3h12v8H8l-3.5 2.5V11H2zM5 7h.1M8 7h.1M11 7h.1",
        "chat": "M2 3h8v5.5H6L3.5 11V8.5H2zM12 6h2v5.5h-1.5V14L10 11.5H7.5",
        "phone": "M3 2.5h2.5L7 6 5.5 7.2c.8 1.5 1.8 2.5 3.3 3.3L10 9l3.5 1.5V13c-6 .5-11-4.5-10.5-10.5z",
        "desk": "M1.5 9.5h13M3 9.5V14M13 9.5V14M8 6.8V9.5",
        "post": "M2 3.5h12v9H2zM9.5 5.5h2.5V8H9.5zM4 8h3M4 10.5h4.5",
        "photo": "M2 4.5h3l1-1.5h4l1 1.5h3V13H2zM8 6a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
        "note": "M3 13l.7-3L11 2.7l2.3 2.3L6 12.3zM9.5 4.2l2.3 2.3",
        "warn": "M8 2.5 14.5 13.5h-13zM8 6.5v3M8 11.5v.1",
        "clip": "M12.5 7.5 7.7 12.3c-2.7 2.6-6-.8-3.5-3.4L9.3 3.8c1.8-1.7 4 .4 2.3 2.2L7 10.6c-.9.8-2-.2-1.2-1.1l4-4",
        "search": "M7 2.75a4.25 4.25 0 1 1 0 8.5 4.25 4.25 0 0 1 0-8.5zM10.25 10.25l3.25 3.25",
        "key": "M10.5 2.5a3 3 0 1 0-2.7 4.3L2.5 12v1.5H5V12h1.5v-1.5H8l1.3-1.3a3 3 0 0 0 1.2-6.7zM11.5 5h-1v-1h1z",
        "door": "M9 2.5H3.5v11H9M7 8h7M11.5 5.5 14 8l-2.5 2.5",
        "socket": "M5.5 2v3M10.5 2v3M3.5 5h9v2.5a4.5 4.5 0 0 1-9 0zM8 12v2.5",
        "globe": "M8 2.25a5.75 5.75 0 1 1 0 11.5 5.75 5.75 0 0 1 0-11.5zM2.25 8h11.5M8 2.25c-4 4-4 7.5 0 11.5M8 2.25c4 4 4 7.5 0 11.5",
    }
)

# Family of channels (before the dot) → its word and its picture.
_CHANNELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "email": ("Courriel", "mail"),
        "webform": ("Formulaire", "form"),
        "sms": ("SMS", "sms"),
        "meta.messenger": ("Messenger", "chat"),
        "meta.instagram": ("Instagram", "chat"),
        "meta.whatsapp": ("WhatsApp", "chat"),
        "telegram": ("Telegram", "chat"),
        "mastodon": ("Mastodon", "globe"),
        "bluesky": ("Bluesky", "globe"),
        "x": ("X", "globe"),
        "phone": ("Téléphone", "phone"),
        "post": ("Courrier", "post"),
        "counter": ("Guichet", "desk"),
        "chat": ("Tchat", "chat"),
        "open311": ("Signalement", "photo"),
        "http": ("Autre service", "globe"),
    }
)


@dataclass(frozen=True, slots=True)
class ChannelMark:
    word: str
    icon: str


def channel_mark(channel_type: str) -> ChannelMark:
    """Returns the word and picture of a channel type; one we do not know shows its own name."""
    found = _CHANNELS.get(channel_type) or _CHANNELS.get(channel_type.partition(".")[0])
    return ChannelMark(*(found or (channel_type, "globe")))


STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "new": "Nouvelle",
        "open": "En cours",
        "waiting": "En attente de l’usager",
        "resolved": "Répondue",
        "closed": "Close",
    }
)


@dataclass(frozen=True, slots=True)
class OutMark:
    """The state of an outgoing message in words; `tone` is ok, warn, bad or plain."""

    word: str
    tone: str


OUT_STATES: Mapping[str, OutMark] = MappingProxyType(
    {
        "frozen": OutMark("En file", "plain"),
        "sending": OutMark("Part en ce moment", "plain"),
        "accepted": OutMark("Accepté par le service d’envoi", "ok"),
        "delivered": OutMark("Remis", "ok"),
        "unknown": OutMark("Parti, sans nouvelle : à vérifier", "warn"),
        "failed": OutMark("Échec", "bad"),
        "bounced": OutMark("Revenu : non remis", "bad"),
        "abandoned": OutMark("Abandonné", "bad"),
    }
)
# How the carrier of a house that sends nothing begins what it says of a message it kept (`carrying.Captured`).
CAPTURED = "gardé dans la maison"


def out_mark(state: str, detail: str | None, delayed_at: datetime | None = None) -> OutMark:
    """Returns the words of a state; a captured message is never said to have left, a delayed one never to be there."""
    if state == "accepted" and delayed_at is not None:
        return OutMark("Retardé", "warn")
    if state == "accepted" and (detail or "").startswith(CAPTURED):
        return OutMark("Gardé ici, non envoyé", "warn")
    return OUT_STATES[state]


NOTICE_STATES: Mapping[str, OutMark] = MappingProxyType(
    {
        "due": OutMark("En file", "plain"),
        "sent": OutMark("Parti", "ok"),
        "failed": OutMark("Abandonné", "bad"),
    }
)


def notice_mark(state: str, told: str | None) -> OutMark:
    """Returns the words of a mail to an agent; a captured one is never said to have left."""
    if state == "sent" and (told or "").startswith(CAPTURED):
        return OutMark("Gardé ici, non envoyé", "warn")
    return NOTICE_STATES[state]


PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "reply": "Réponse",
        "AEE": "Accusé d’enregistrement",
        "ARE": "Accusé de réception",
        "AR": "Accusé de réception",
        "letter": "Courrier",
        "code": "Code de vérification",
        "forward": "Signalement transmis",
        "satisfaction": "Question de satisfaction",
    }
)
