"""A deterministic corpus of citizens' mails in French, with what a right reading of it must find.

Sizes, charsets and encodings follow what a town's mailbox receives: short requests in UTF-8, ISO-8859-1 and
windows-1252, a third with an HTML twin, three in ten answering an earlier message, one in eight with pieces.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

TO = "contact@villebourg.example.fr"
_BEGINS = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_CHARSETS = (("utf-8", 62), ("iso-8859-1", 23), ("windows-1252", 15))
_ENCODINGS = (("quoted-printable", 65), ("base64", 22), ("8bit", 13))
_REPLIES, _TWINS, _PIECES = 0.30, 0.35, 0.12
_RECENT = 300

_SUBJECTS = (
    "Nid-de-poule rue {street}",
    "Lampadaire éteint à l'angle de la rue {street}",
    "Demande d'autorisation de terrasse",
    "Inscription à la restauration scolaire",
    "Copie intégrale d'acte de naissance",
    "Dépôt sauvage près de l'école",
    "Déclaration préalable pour une clôture",
    "Réservation de stationnement pour un déménagement",
    "Renouvellement d'une concession funéraire",
    "Communication d'un document administratif",
    "Nuisances sonores, {number} rue {street}",
    "Facture d'eau erronée",
    "Place en crèche : où en est mon dossier ?",
    "Créneau au gymnase pour notre association",
)
_STREETS = (
    "Victor-Hugo", "de la République", "des Écoles", "du Moulin", "Pasteur", "de l'Église", "des Tilleuls",
    "Gambetta", "de la Gare", "du Maréchal-Ferrant", "Émile-Zola", "des Châtaigniers",
)  # fmt: skip
_FIRST = ("Aïcha", "Benoît", "Chloé", "Élodie", "François", "Gaëlle", "Hélène", "Jérôme", "Léa", "Noémie", "Zoé")
_LAST = ("Lefèvre", "Benali", "Traoré", "Garnier", "Noël", "Guérin", "Moreau", "Kouassi", "Rousseau", "Le Gall")
_OPENINGS = (
    "Je me permets de vous écrire au sujet du {number} rue {street}",
    "Suite à mon passage en mairie le mois dernier",
    "Comme convenu au téléphone avec votre service",
    "Je vous signale une situation qui dure depuis {number} jours",
)
_MIDDLES = (
    "la chaussée est très abîmée et plusieurs riverains ont déjà crevé un pneu",
    "les encombrants abandonnés gênent le passage des poussettes et des fauteuils roulants",
    "je sollicite l'autorisation d'occuper le domaine public pendant la période estivale",
    "notre dossier, déposé complet, est resté sans réponse malgré deux relances",
    "le montant réclamé ne correspond pas à notre consommation habituelle",
    "les enfants traversent à cet endroit tous les matins avant huit heures et demie",
    "vous trouverez les justificatifs demandés, dont l'attestation d'assurance",
    "le règlement d'urbanisme ne semble pourtant pas s'opposer à ces travaux",
    "la musique se prolonge au-delà de deux heures du matin en fin de semaine",
    "nous souhaitons connaître l'état d'avancement de cette demande",
)
_ENDINGS = (
    "ce qui devient préoccupant pour les familles du quartier",
    "et je reste à votre disposition pour convenir d'un rendez-vous",
    "conformément au code des relations entre le public et l'administration",
    "avant la réunion du conseil d'école prévue à la fin du mois",
    "sans que nous sachions à quel service nous adresser",
)
_SYLLABLES = ("ra", "vel", "tou", "mé", "chan", "dri", "lo", "pier", "so", "gné", "ber", "ti", "our", "fa", "cel", "nu")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: its bytes, its sender, and the position of the mail that opened its thread."""

    number: int
    raw: bytes
    sender: str
    root: int
    pieces: int


@dataclass(frozen=True, slots=True)
class _Written:
    message_id: str
    references: tuple[str, ...]
    root: int
    sender: tuple[str, str]
    subject: str
    body: str


def mails(count: int, *, seed: int, to: str = TO) -> list[Mail]:
    """Writes a corpus; the same seed gives the same bytes, another gives other senders and Message-IDs."""
    return list(_mails(random.Random(seed), count, seed=seed, to=to))


def texts(count: int, *, seed: int) -> list[str]:
    """Returns texts of such mails alone."""
    chance = random.Random(seed)
    return [_body(chance) for _ in range(count)]


def threads(corpus: Sequence[Mail]) -> int:
    """Returns how many tickets a right reading makes of a corpus."""
    return len({mail.root for mail in corpus})


def _mails(chance: random.Random, count: int, *, seed: int, to: str) -> Iterator[Mail]:
    written: list[_Written] = []
    for number in range(count):
        answered = chance.choice(written[-_RECENT:]) if written and chance.random() < _REPLIES else None
        one = _write(chance, number, seed=seed, answered=answered, to=to)
        written.append(one)
        message = _message(chance, one, number=number, to=to)
        pieces = _attach(chance, message)
        for position, part in enumerate(message.walk()):
            if part.is_multipart():  # a boundary of the standard library's making would be another each time
                part.set_boundary(f"=_{seed}_{number}_{position}_=")
        raw = message.as_bytes(policy=SMTP)
        yield Mail(number, raw, one.sender[1], one.root, pieces)


def _write(chance: random.Random, number: int, *, seed: int, answered: _Written | None, to: str) -> _Written:
    message_id = f"<{seed}.{number}.{chance.getrandbits(40):x}@courriel.example>"
    body = _body(chance)
    if answered is not None:
        quoted = "\n".join("> " + line for line in answered.body.splitlines()[:18])
        body = f"{body}\nLe 2 mars 2026 à 09:12, Mairie <{to}> a écrit :\n{quoted}\n"
        references = (*answered.references, answered.message_id)[-10:]
        subject = answered.subject if answered.subject.startswith("Re: ") else f"Re: {answered.subject}"
        return _Written(message_id, references, answered.root, answered.sender, subject, body)
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    address = f"usager.{seed}.{number}@courriel.example"
    return _Written(
        message_id, (), number, (f"{first} {last}", address), _filled(chance, chance.choice(_SUBJECTS)), body
    )


def _message(chance: random.Random, one: _Written, *, number: int, to: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{one.sender[0]}" <{one.sender[1]}>'
    message["To"] = to
    message["Subject"] = one.subject
    message["Message-ID"] = one.message_id
    message["Date"] = format_datetime(_BEGINS + timedelta(seconds=61 * number))
    if one.references:
        message["In-Reply-To"] = one.references[-1]
        message["References"] = " ".join(one.references)
    charset, encoding = _picked(chance, _CHARSETS), _picked(chance, _ENCODINGS)
    body = one.body.encode(charset, "replace").decode(charset)
    message.set_content(body, charset=charset, cte=encoding)
    if chance.random() < _TWINS:
        paragraphs = "".join(f"<p>{escape(part)}</p>\n" for part in body.split("\n\n"))
        message.add_alternative(
            f"<html><body style='font-family: sans-serif'>{paragraphs}</body></html>",
            subtype="html", charset=charset, cte="quoted-printable",
        )  # fmt: skip
    return message


def _attach(chance: random.Random, message: EmailMessage) -> int:
    if chance.random() >= _PIECES:
        return 0
    count = chance.choice((1, 1, 1, 2))
    for position in range(count):
        content = chance.randbytes(chance.randint(1_000, 40_000))
        if chance.random() < 0.6:
            photo = b"\xff\xd8\xff\xe0\x00\x10JFIF" + content
            message.add_attachment(photo, maintype="image", subtype="jpeg", filename=f"photo été {position}.jpg")
        else:
            paper = b"%PDF-1.7\n" + content
            message.add_attachment(
                paper, maintype="application", subtype="pdf", filename=f"justificatif {position}.pdf"
            )
    return count


def _body(chance: random.Random) -> str:
    size = int(min(5_000, max(600, chance.lognormvariate(7.3, 0.5))))
    parts, length = ["Madame, Monsieur,\n"], 0
    while length < size:
        sentence = ", ".join(
            (
                _filled(chance, chance.choice(_OPENINGS)),
                chance.choice(_MIDDLES),
                _unusual(chance),
                chance.choice(_ENDINGS),
            )
        )
        parts.append(sentence + ".\n")
        length += len(sentence)
    parts.append("Je vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations distinguées.\n")
    return "\n".join(parts)


def _unusual(chance: random.Random) -> str:
    """Names of places and people: words that no other mail holds make a search index grow as a real one does."""
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(chance.randint(1, 4))]
    return "au lieu-dit " + " ".join(words)


def _filled(chance: random.Random, sentence: str) -> str:
    return sentence.format(street=chance.choice(_STREETS), number=chance.randint(1, 180))


def _picked(chance: random.Random, weighted: Sequence[tuple[str, int]]) -> str:
    return chance.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
