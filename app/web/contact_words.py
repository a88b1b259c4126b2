"""The words of people's pages: kinds of addresses, proofs, reasons, what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.contacts.values import ClueSource, Proof, Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Told:
    """What to say at the top of a page, beside which field, and what had been typed."""

    text: str = ""
    tone: str = "danger"
    faults: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


NO_REASON = "donnez le motif : il reste au journal, et n’est jamais envoyé"
NOT_THE_CODE = (
    "Ce n’est pas le bon code, ou il n’est plus valable. Vérifiez les six chiffres, ou envoyez un nouveau code."
)
CODED = frozenset({"email", "phone", "messenger", "instagram", "whatsapp", "whatsapp_user", "telegram"}) | frozenset(
    {"mastodon", "bluesky", "x"}
)
STALE = "La personne a changé pendant que vous regardiez. Rien n’a bougé : relisez ce qui suit, puis recommencez."
FIELDS: Mapping[str, str] = MappingProxyType({"/address": "adresse", "/display_name": "nom"})
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "email": "courriel",
        "phone": "téléphone",
        "sender_name": "expéditeur sans numéro",
        "messenger": "Messenger",
        "instagram": "Instagram",
        "whatsapp": "WhatsApp",
        "whatsapp_user": "WhatsApp",
        "telegram": "Telegram",
        "mastodon": "Mastodon",
        "bluesky": "Bluesky",
        "x": "X",
        "chat": "tchat",
        "web": "formulaire sans adresse",
        "http": "autre service",
    }
)
PROOFS: Mapping[Proof, str] = MappingProxyType(
    {
        Proof.REPLY_TOKEN: "a répondu à une adresse que cette boîte seule connaissait",
        Proof.PROVIDER: "le service qui porte ses messages en répond",
        Proof.AGENT: "un agent a vu une pièce",
        Proof.LEARNT: "appris du fournisseur, qui la donne comme la sienne",
        Proof.CODE: "la personne a rendu un code envoyé à cette seule adresse",
    }
)
_REASONS: Mapping[ReasonCode, str] = MappingProxyType(
    {
        ReasonCode.SAME_NAME: "Même nom",
        ReasonCode.PHONE_GIVEN: "L’une donne le numéro d’où l’autre écrit",
        ReasonCode.EMAIL_GIVEN: "L’une donne l’adresse d’où l’autre écrit",
        ReasonCode.SHARED_PHONE: "Toutes deux donnent ce numéro",
        ReasonCode.SHARED_EMAIL: "Toutes deux donnent cette adresse",
        ReasonCode.SHARED_POSTAL: "Même adresse postale",
        ReasonCode.PROVIDER_TOLD: "Le fournisseur donne à l’une l’adresse d’où l’autre écrit",
    }
)
_PLACES: Mapping[ClueSource, str] = MappingProxyType(
    {
        ClueSource.FORM: "dans un formulaire",
        ClueSource.SIGNATURE: "dans une signature",
        ClueSource.WORDS: "dans une phrase",
    }
)
_DONE: Mapping[str, str] = MappingProxyType(
    {
        "nom": "Nom enregistré.",
        "adresse": "Adresse ajoutée. Rien ne la prouve encore.",
        "preuve": "Attestation enregistrée.",
        "code": "Le code part. La personne le reçoit à cette adresse, et vous le lit : il vaut dix minutes.",
        "prouvee": "C’est le bon code : l’adresse est prouvée.",
        "doute": "Attestation retirée.",
        "retrait": "Adresse retirée.",
        "part": "Adresse retirée : elle est désormais une personne à part, avec les demandes qui en venaient.",
        "refus": "Rapprochement écarté : il ne sera plus proposé.",
        "fusion": "Les deux personnes n’en font plus qu’une. Rien n’a été envoyé ; la fusion peut se défaire ci-dessous.",
        "venue": "La personne que vous cherchiez a été fusionnée dans celle-ci.",
        "annulation": "C’est défait : chacune a retrouvé ses adresses et ses demandes.",
        "annulation-reste": "C’est défait. Des demandes venues depuis la fusion sont restées ici : relisez-les.",
    }
)


def reason(one: Reason) -> str:
    """Says why two people may be one, and where it was read."""
    place = f", lu {_PLACES[one.place]}" if one.place else ""
    return f"{_REASONS[one.code]}{place}"


def done(word: str) -> Told | None:
    """Returns what a page says after a change."""
    return Told(_DONE[word], "ok") if word in _DONE else None
