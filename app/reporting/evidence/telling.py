"""What the file says of itself to whoever opens it: what is in it, what it proves and what it does not."""

from collections.abc import Sequence

from app.reporting import words
from app.reporting.evidence.gathering import Gathered
from app.sve.law import RULES_VERSION
from app.sve.simulation import explain

_FRENCH = """DOSSIER DE PREUVE
{administration}
Demande n° {reference}, saisine {saisine}
Établi le {at}

CE QU'IL CONTIENT
  resume.pdf           ce qu'un lecteur pressé doit savoir : qui, quand, quelles dates, quel article
  lecture.txt          chaque date calculée, en une phrase, avec son texte
  messages.json        les messages, leurs quatre instants (annoncé, fournisseur, reçu, traité), leurs pièces
  receptions.json      les envois tels que reçus ; raw/ en contient les octets
  pieces/              les pièces jointes, nommées par leur rang et le début de leur empreinte
  sendings.json        ce qui est parti : l'envoi figé, chaque tentative, ce qui en a été rapporté
  letters.json         les courriers composés ; letters/ en contient les PDF
  saisine.json         la saisine, la demande, l'administration
  events.json          chaque événement légal : qui l'a consigné, quand, pour quel jour (backdated : après coup)
  case.json            le cas tel que le moteur le lit ; « parvis sve simulate case.json » le relit
  reading.json         chaque date, sa source et sa raison ; « stored » est la dernière lecture conservée
  procedure.json       la démarche du catalogue, dans la version du jour de la réception
  rules.json           la version des règles du moteur
  terms.json           les modalités de saisine publiées, en vigueur le jour de la réception
  duties.json          les accusés dus ; alerts.json : les alertes et qui s'en est saisi
  recomputations.json  ce qu'une relecture générale a changé
  journal.json         l'extrait du journal, avec ses maillons
  manifest.json        l'empreinte SHA-256 de chaque fichier ; manifest.sha256 : celle du manifeste

COMMENT LE VÉRIFIER
  parvis evidence verify FICHIER.zip
  Sans réseau ni base de données : chaque empreinte est recalculée, rien ne manque ni ne s'ajoute, les octets reçus ont
  l'empreinte notée à leur arrivée, les maillons du journal sont recalculés, et les événements sont relus par le moteur.

CE QU'IL PROUVE, ET CE QU'IL NE PROUVE PAS
  Aucun fichier n'a pu être modifié sans que la vérification le dise, tant que le manifeste est celui d'origine.
  L'empreinte du manifeste est inscrite au journal de l'administration à l'instant de l'export (evidence.exported) : elle
  s'y compare. Chaque maillon lie une entrée du journal à toutes celles qui la précèdent ; la tête de chaîne (head) se
  compare à celle d'un autre dossier ou d'une sauvegarde. Ce fichier ne porte ni signature ni horodatage qualifiés : il
  ne prouve pas, à lui seul, que le journal n'a pas été réécrit en entier par qui administre la base de données.
  Les instants « annoncé » et « fournisseur » sont ceux que disent l'expéditeur et le fournisseur ; seul « reçu » est
  mesuré par l'administration. Les notes internes des agents n'y figurent pas.
{lacks}"""
_ENGLISH = """EVIDENCE OF A REQUEST
{administration}
Request {reference}, saisine {saisine}
Made on {at}

Check it, offline: parvis evidence verify FILE.zip
It recomputes every SHA-256 of manifest.json, refuses a missing or an added file, compares the bytes received with the
digest noted when they came, recomputes the links of the journal's extract, and reads the events again with the engine.

It proves that no file changed since the manifest was made. The digest of the manifest (manifest.sha256) is written in
the administration's own journal at the instant of the export (evidence.exported): compare them. A link binds an entry to
every one before it; compare the head of the chain with that of another file or of a backup. There is no qualified
signature nor timestamp here: alone, this file does not prove that whoever runs the database did not rewrite the journal
whole. Claimed and provider instants are theirs; only the received instant is measured. Agents' internal notes are left
out. saisine.json, events.json, case.json and reading.json use the vocabulary of `parvis sve simulate`.
{lacks}"""


def readme(gathered: Gathered, lacks: Sequence[str]) -> bytes:
    """LISEZMOI.txt."""
    told = ["", "CE QUI MANQUE", *(f"  {lack}" for lack in lacks), ""] if lacks else []
    return _written(_FRENCH, gathered, told)


def readme_in_english(gathered: Gathered, lacks: Sequence[str]) -> bytes:
    """README.txt."""
    told = ["", "Missing (in French):", *(f"  {lack}" for lack in lacks), ""] if lacks else []
    return _written(_ENGLISH, gathered, told)


def reading_in_words(gathered: Gathered) -> bytes:
    """lecture.txt: one sentence a date."""
    judged = gathered.judgement
    head = [
        f"Demande n° {gathered.ticket.reference}, lue le {words.moment(gathered.at, gathered.tenant.time_zone)}.",
        f"Règles du moteur : {RULES_VERSION}.",
        "",
    ]
    told = explain(judged.reading) if judged else [f"Le moteur ne peut plus lire ces événements : {gathered.unread}"]
    return ("\n".join([*head, *told]) + "\n").encode()


def _written(model: str, gathered: Gathered, told: Sequence[str]) -> bytes:
    return model.format(
        administration=gathered.tenant.name,
        reference=gathered.ticket.reference,
        saisine=gathered.saisine.ordinal + 1,
        at=words.moment(gathered.at, gathered.tenant.time_zone),
        lacks="\n".join(told),
    ).encode()
