"""Enhanced mail status codes (RFC 3463 and its IANA registry) in the words of an agent.

A code has a class (2 done, 4 for now, 5 for good), a subject and a detail; an unknown detail still says its subject.
"""

from dataclasses import dataclass

_CODE_PARTS = 3
FULL_MAILBOX = "2.2"


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in two languages, without its final stop."""

    fr: str
    en: str


_DETAILS = {
    "1.1": Words("cette adresse n'existe pas", "this address does not exist"),
    "1.2": Words("le domaine de cette adresse n'existe pas", "the domain of this address does not exist"),
    "1.3": Words("cette adresse est mal écrite", "this address is badly written"),
    "1.4": Words("cette adresse désigne plusieurs boîtes", "this address names several mailboxes"),
    "1.6": Words("cette boîte a déménagé sans laisser d'adresse", "this mailbox moved and left no address"),
    "1.7": Words("notre adresse d'expéditeur est refusée", "our sender address is refused"),
    "1.8": Words("notre adresse d'expéditeur est refusée", "our sender address is refused"),
    "1.10": Words("ce domaine ne reçoit pas de courrier", "this domain takes no mail"),
    "2.1": Words("cette boîte est désactivée", "this mailbox is disabled"),
    "2.2": Words("la boîte de la personne est pleine", "the person's mailbox is full"),
    "2.3": Words("le message est trop volumineux pour cette boîte", "the message is too large for this mailbox"),
    "2.4": Words("cette liste de diffusion ne peut être ouverte", "this mailing list cannot be expanded"),
    "3.1": Words("le serveur de la personne n'a plus de place", "the person's server is full"),
    "3.2": Words("le serveur de la personne n'accepte rien en ce moment", "the person's server accepts nothing now"),
    "3.4": Words("le message est trop volumineux pour le serveur", "the message is too large for the server"),
    "4.1": Words("le serveur de la personne ne répond pas", "the person's server does not answer"),
    "4.2": Words("la liaison avec le serveur de la personne se coupe", "the link to the person's server breaks"),
    "4.3": Words("l'annuaire du domaine ne répond pas", "the directory of the domain does not answer"),
    "4.4": Words("aucun chemin ne mène à ce domaine", "no route leads to this domain"),
    "4.5": Words("le serveur de la personne est surchargé", "the person's server is overloaded"),
    "4.6": Words("le message tourne en rond entre des serveurs", "the message loops between servers"),
    "4.7": Words("le message n'a pu être remis à temps", "the message could not be delivered in time"),
    "6.7": Words("le serveur de la personne ne lit pas les adresses accentuées", "no accented addresses there"),
    "7.1": Words("le serveur de la personne refuse ce message", "the person's server refuses this message"),
    "7.7": Words("le message a été altéré en chemin", "the message was altered on its way"),
    "7.13": Words("le compte de la personne est désactivé", "the person's account is disabled"),
    "7.17": Words("cette adresse a changé de propriétaire", "this address changed hands"),
    "7.20": Words("notre signature (DKIM) n'est pas reconnue", "our signature (DKIM) does not pass"),
    "7.21": Words("notre signature (DKIM) n'est pas reconnue", "our signature (DKIM) does not pass"),
    "7.22": Words("notre signature (DKIM) n'est pas reconnue", "our signature (DKIM) does not pass"),
    "7.23": Words(
        "notre serveur n'est pas autorisé par notre domaine (SPF)", "our domain does not name our server (SPF)"
    ),
    "7.24": Words("la règle SPF de notre domaine est défectueuse", "our domain's SPF record is broken"),
    "7.25": Words("notre serveur n'a pas de nom dans l'annuaire", "our server has no reverse name"),
    "7.26": Words("notre domaine n'authentifie pas ce message", "our domain does not authenticate this message"),
    "7.27": Words("notre domaine annonce qu'il ne reçoit pas de courrier", "our domain says it takes no mail"),
    "7.28": Words("trop de messages à la fois pour ce serveur", "too many messages at once for this server"),
}
_SUBJECTS = {
    "1": Words("l'adresse est refusée", "the address is refused"),
    "2": Words("la boîte de la personne refuse le message", "the person's mailbox refuses the message"),
    "3": Words("le serveur de la personne ne prend pas le message", "the person's server does not take the message"),
    "4": Words("le message n'a pas trouvé son chemin", "the message did not find its way"),
    "5": Words("les deux serveurs ne se comprennent pas", "the two servers do not understand each other"),
    "6": Words("le format du message est refusé", "the format of the message is refused"),
    "7": Words("le serveur de la personne refuse ce message", "the person's server refuses this message"),
}
_UNKNOWN = Words("le serveur de la personne ne dit pas pourquoi", "the person's server does not say why")


def words_of(code: str | None) -> Words:
    """Returns what a code says, as an agent understands it; the code itself stands behind, for whoever looks it up."""
    parts = (code or "").split(".")
    if len(parts) != _CODE_PARTS:
        return _UNKNOWN
    found = _DETAILS.get(f"{parts[1]}.{parts[2]}") or _SUBJECTS.get(parts[1]) or _UNKNOWN
    return Words(f"{found.fr} ({code})", f"{found.en} ({code})")


def is_lasting(code: str | None) -> bool:
    """Tells whether writing again would come to the same: class 5, but for a full mailbox, which people empty."""
    return bool(code) and str(code).startswith("5.") and not str(code).endswith(f".{FULL_MAILBOX}")
