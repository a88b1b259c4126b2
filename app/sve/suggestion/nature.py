"""What kind of message this seems to be: a proposal, which never hides a possible request.

Nothing is done with it: a message proposed as thanks keeps its clock until a person has said so.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.sve.folding import folded


class NatureKind(StrEnum):
    """The kinds, none of which decides anything."""

    REQUEST = "request"
    REPORT = "report"
    COMPLAINT = "complaint"
    THANKS = "thanks"
    APPOINTMENT = "appointment"
    INFORMATION = "information"
    SPAM_LIKE = "spam_like"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Nature:
    """The kind proposed, and the sentence that says why."""

    kind: NatureKind
    because: str


# All patterns read folded text: small letters, no accents.
_THING = re.compile(
    r"\b(?:autoris\w*|permis\b|inscri\w+|derogat\w*|subvention\w*|aides? (?:financiere|sociale|au|a l)|bourse|acte de"
    r"|copie|extrait|certificat\w*|attestation\w*|agrement\w*|licence|concession\w*|carte d|passeport|livret de famille"
    r"|raccordement\w*|resili\w+|rembours\w*|exonerat\w*|remise gracieuse|logement|place en|dossier\w*|formulaire\w*|cerfa"
    r"|declarat\w*|declarer|renouvel\w*|emplacement\w*|location|louer|reserver|terrasse|communication d\w*|documents?\b"
    r"|droit d.acces|donnees personnelles|rgpd|transfert|prolong\w*|abonnement\w*|mutation|indemni\w+)"
)
_ASKS = re.compile(
    r"\b(?:je (?:vous )?(?:demande|sollicite|souhaite\w*|voudrai\w*|desire\w*|requiers)|nous (?:vous )?(?:demandons|sollicitons"
    r"|souhait\w+|voudrions|desirons)|j.aimerai\w*|nous aimerions|demande d[e'’ ]|ma demande|notre demande|solliciter"
    r"|puis.je|peut.on|pourrai.je|pouvons.nous|ai.je le droit|comment (?:faire|obtenir|puis|dois|je|on|s)|que dois.je"
    r"|est.ce (?:que|possible)|y a.t.il|quelles? (?:est|sont|demarche\w*|pieces?)|besoin d[e'’ ]|il me faut|il nous faut"
    r"|obtenir|avoir (?:droit|une|un) )"
)
# Words of somebody who wants something without saying so.
_WANTS = re.compile(
    r"\b(?:veu[xt]|voulons|veulent|voudrai\w*|dois|doit|devons|doivent|faut|faudrait?|cherche\w*|recherche\w*|possible"
    r"|demand\w+|reclam\w+|organis\w+|comment|quels?|quand|combien|besoin|projet\w*|prevo\w+|prevu\w*|attend\w*)\b"
)
_ACTS = re.compile(r"\b(?:(?:pouvez|pourriez).vous|merci de|veuillez|faites|je vous prie de)\b")
_REPORT = re.compile(
    r"\b(?:(?:je|nous) (?:vous )?(?:signal\w+|informe qu|alerte\w*)|signalement|nids? de poule|lampadaire\w*|eclairage"
    r"|depots? sauvage\w*|en panne|fuite d.eau|egout bouche|trou\w* (?:dans|sur)|tague?s?\b|graffiti\w*|arbre tombe|dejection\w*"
    r"|poubelles? (?:qui )?debord\w*|eteint\w*|casse\w*|abime\w*|dangereu\w+|insalubre\w*|moisissure\w*|ordures|rats?\b|vehicule ventouse|epave)"
)
_CONTEST = re.compile(
    r"\b(?:recours (?:gracieux|hierarchique|amiable|administratif)|je (?:conteste|m.oppose)|nous contestons|contest\w+"
    r"|reclamation\w*|plainte|me plaindre|porter plainte|mise en demeure|abusi\w+|injuste\w*)"
)
_ANGER = re.compile(
    r"\b(?:inadmissible\w*|scandaleu\w+|honteu\w+|inacceptable\w*|ras le bol|mecontent\w*|marre|lamentable\w*)"
)
_MEETING = re.compile(r"\b(?:rendez.vous|rdv|creneau\w*|etre recue?s?|rencontrer (?:le|la|un|une|monsieur|madame|l))")
_THANKS = re.compile(
    r"\b(?:merci (?:a|au|aux|pour|beaucoup|encore|infiniment|bcp|d.avoir)|remerci\w+|bravo|felicit\w+|gratitude)"
)
_NOT_THANKS = re.compile(r"\b(?:d.avance|par avance|merci de|dans l.attente)")
_TELLING = re.compile(
    r"\b(?:pour (?:votre )?information|(?:je|nous) (?:vous )?(?:confirm\w+|inform\w+|transmet\w+)|bien recue?s?|accuse de reception"
    r"|reponse automatique|message automatique|absente? (?:du bureau|jusqu|du \d)|de retour le)"
)
_SELLING = re.compile(
    r"\b(?:bitcoin|crypto\w*|casino|viagra|seo\b|backlink\w*|unsubscribe|click here|cliquez ici|desinscri\w+|gagnez|gagne un"
    r"|loterie internationale|heritage de|pret entre particulier\w*|offre exclusive|promo\w*|leads?\b|referencement google"
    r"|millions? (?:d.euros|de dollars)|investissement garanti|free trial|dear (?:sir|friend)|bank transfer)"
)
_POLITE = re.compile(
    r"\b(?:bonjour|bonsoir|cordialement|salutations|bonne (?:journee|soiree|semaine|annee|continuation))\b"
)
# A form speaks to the citizen: « Objet de votre demande : » is its word, not theirs.
_LABEL = re.compile(
    r"^[ \t*]*(?:(?:objet|type|nature|motif|sujet|categorie|theme|titre|texte|contenu) d(?:e la|e votre|u) "
    r"(?:demande|message|sollicitation|requete|formulaire)|(?:votre|vos) [a-z' ]{3,30}) ?:",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[.!?;\n]+")
_READ_AT_MOST = 6_000


def nature(text: str) -> Nature:
    """Proposes what a message is; in doubt it is a request, or unknown. Labels of a form are not read.

    Source: CRPA L110-1 (demands, réclamations and recours are all demandes), L231-4 2°.
    """
    said = _LABEL.sub(" ", folded(text[:_READ_AT_MOST]).replace("’", "'"))
    asked, thing = _ASKS.search(said), _THING.search(said)
    contested = _CONTEST.search(said)
    if contested and "?" not in contested[0]:
        return Nature(NatureKind.COMPLAINT, _found(contested, "une réclamation ou un recours est aussi une demande"))
    if _MEETING.search(said) and not thing and not _REPORT.search(said):
        return Nature(NatureKind.APPOINTMENT, _found(_MEETING.search(said), "rien d'autre n'est demandé, semble-t-il"))
    reported = _REPORT.search(said)
    if reported and not asked and not thing:
        return Nature(NatureKind.REPORT, _found(reported, "aucune décision ne semble demandée"))
    if asked or thing:
        return Nature(NatureKind.REQUEST, _found(asked or thing, "une décision ou un service est peut-être demandé"))
    if angry := _ANGER.search(said):
        return Nature(NatureKind.COMPLAINT, _found(angry, "le ton est celui d'une réclamation"))
    if (acts := _ACTS.search(said) or _WANTS.search(said)) or "?" in said:
        return Nature(NatureKind.REQUEST, _found(acts, "quelque chose est demandé"))
    return _harmless(said)


def _harmless(said: str) -> Nature:
    """Only reached when no word asks for anything; each sentence must then be harmless by itself."""
    sold = {found[0] for found in _SELLING.finditer(said)}
    if len(sold) >= 2:
        return Nature(NatureKind.SPAM_LIKE, f"« {' », « '.join(sorted(sold))} » : le message semble publicitaire.")
    thanked = _THANKS.search(said)
    if thanked and not _NOT_THANKS.search(said) and all(map(_is_kind, _SENTENCE.split(said))):
        return Nature(NatureKind.THANKS, _found(thanked, "rien ne semble demandé"))
    if told := _TELLING.search(said):
        return Nature(NatureKind.INFORMATION, _found(told, "le message informe, et rien ne semble demandé"))
    return Nature(NatureKind.UNKNOWN, "aucun mot ne dit ce qui est demandé : à lire.")


def _is_kind(sentence: str) -> bool:
    # A few words are a signature.
    return len(sentence.split()) <= 3 or bool(_THANKS.search(sentence) or _POLITE.search(sentence))


def _found(match: re.Match[str] | None, because: str) -> str:
    return f"« {match[0].strip()} » : {because}." if match else f"une question est posée : {because}."
