"""What a citizen reads of a request: its state, the day, what silence will mean; in French, in English, in easy French.

Words only: every day and every state comes from the engine's reading, and what it leaves open is said to be open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import assert_never

from app.rest.languages import Language
from app.sve.expecting import Expected, Prospect
from app.sve.law.regime import Regime
from app.tickets.values import Status
from app.web.dates import long_day


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in the three writings of a citizens' page."""

    fr: str
    en: str
    easy: str

    def said(self, language: Language, *, easy: bool) -> str:
        if language is Language.EN:
            return self.en
        return self.easy if easy else self.fr


@dataclass(frozen=True, slots=True)
class Told:
    """The tinted block: what the day is, the day, and what happens without an answer."""

    label: str
    on: date | None
    sentences: tuple[str, ...]


STATES: Mapping[Status, Words] = MappingProxyType(
    {
        Status.NEW: Words("Reçue, pas encore étudiée", "Received, not examined yet", "Nous allons lire votre demande"),
        Status.OPEN: Words("En cours d’examen", "Being examined", "Nous étudions votre demande"),
        Status.WAITING: Words("Nous attendons votre réponse", "Waiting for you", "Nous attendons votre réponse"),
        Status.RESOLVED: Words("Traitée", "Dealt with", "Nous avons fini"),
        Status.CLOSED: Words("Close", "Closed", "Nous avons fini"),
    }
)
PURPOSES: Mapping[str, Words] = MappingProxyType(
    {
        "reply": Words("Réponse", "Answer", "Notre réponse"),
        "information": Words("Information", "Information", "Une information"),
        "letter": Words("Courrier", "Letter", "Un courrier"),
        "AEE": Words("Accusé d’enregistrement", "Acknowledgement of registration", "Nous avons noté votre demande"),
        "ARE": Words("Accusé de réception", "Acknowledgement of receipt", "Nous avons reçu votre demande"),
        "AR": Words("Accusé de réception", "Acknowledgement of receipt", "Nous avons reçu votre demande"),
    }
)
_BY = Words("Réponse au plus tard", "Answer due by", "Vous aurez une réponse avant la fin de ce jour")
_NO_DAY = Words("Date de réponse", "Day of the answer", "Le jour de la réponse")
_OVER = Words("Le délai est passé", "The time limit is over", "Le délai est fini")
_MEANS: Mapping[Regime, Words] = MappingProxyType(
    {
        Regime.SVA: Words(
            "Sans réponse de l’administration à la fin de ce jour, et si votre demande est complète, elle est acceptée. Vous "
            "pourrez alors demander une attestation (CRPA, article L. 232-3).",
            "Without an answer by the end of that day, and if your request is complete, it is granted. You may then ask for a "
            "certificate (CRPA, article L. 232-3).",
            "Si nous ne répondons pas, et si votre dossier est complet, c’est oui. Vous pouvez demander un papier qui le dit.",
        ),
        Regime.SVR: Words(
            "Sans réponse de l’administration à la fin de ce jour, votre demande est refusée. Vous pourrez alors contester "
            "ce refus.",
            "Without an answer by the end of that day, your request is refused. You may then contest the refusal.",
            "Si nous ne répondons pas, c’est non. Vous avez le droit de ne pas être d’accord et de le dire.",
        ),
        Regime.LUMP_SUM: Words(
            "Sans réponse à la fin de ce jour, et si votre demande est complète, elle est acceptée pour un montant "
            "forfaitaire, jusqu’à une décision.",
            "Without an answer by the end of that day, and if it is complete, your request is granted for a fixed amount, "
            "until a decision.",
            "Si nous ne répondons pas, et si votre dossier est complet, vous recevez une somme fixe.",
        ),
        Regime.RENUNCIATION: Words(
            "Sans réponse à la fin de ce jour, et si la déclaration est complète, le titulaire du droit de préemption y "
            "renonce.",
            "Without an answer by the end of that day, and if the declaration is complete, the right of pre-emption is "
            "given up.",
            "Si nous ne répondons pas, vous pouvez vendre à la personne que vous avez choisie.",
        ),
        Regime.NONE: Words(
            "Cette demande n’appelle pas de décision : le silence ne vaudra ni acceptation, ni refus.",
            "This calls for no decision: silence will mean neither acceptance nor refusal.",
            "Si nous ne répondons pas, ce n’est ni oui ni non.",
        ),
        Regime.UNKNOWN: Words(
            "Nous n’avons pas encore établi ce que vaudra le silence de l’administration.",
            "What silence will mean has not been established yet.",
            "Nous ne savons pas encore si le silence veut dire oui ou non.",
        ),
    }
)
_BORN: Mapping[Regime, Words] = MappingProxyType(
    {
        Regime.SVR: Words(
            "Aucune décision ne vous a été notifiée à temps : votre demande est réputée refusée.",
            "No decision was notified to you in time: your request is deemed refused.",
            "Nous n’avons pas répondu à temps : c’est non.",
        ),
        Regime.RENUNCIATION: Words(
            "Aucune décision n’a été notifiée à temps : le droit de préemption est réputé abandonné, si la déclaration "
            "était complète.",
            "No decision was notified in time: the right of pre-emption is deemed given up, if the declaration was complete.",
            "Nous n’avons pas répondu à temps : vous pouvez vendre, si votre dossier était complet.",
        ),
    }
)
_GRANTED = Words(
    "Aucune décision ne vous a été notifiée à temps : si elle était complète, votre demande est réputée acceptée. Demandez "
    "une attestation à l’administration (CRPA, article L. 232-3).",
    "No decision was notified to you in time: if it was complete, your request is deemed granted. Ask the administration "
    "for a certificate (CRPA, article L. 232-3).",
    "Nous n’avons pas répondu à temps : c’est oui, si votre dossier était complet. Demandez un papier qui le dit.",
)
_UNQUALIFIED = Words(
    "Le service n’a pas encore dit de quelle démarche il s’agit : aucune date n’est établie. L’accusé de réception la "
    "donnera, avec ce que vaudra le silence.",
    "The service has not said yet which procedure this is: no date is established. The acknowledgement of receipt will give "
    "it, and what silence will mean.",
    "Nous n’avons pas encore choisi la démarche. Nous vous écrirons pour vous donner la date.",
)
_NOT_SEIZED = Words(
    "À ce jour, cet envoi ne saisit pas régulièrement l’administration : aucun délai ne court, et le silence ne décide de "
    "rien (CRPA, articles L. 112-8 et L. 112-9).",
    "As it stands, this message does not validly seize the administration: no time limit runs, and silence decides nothing "
    "(CRPA, articles L. 112-8 and L. 112-9).",
    "Votre message ne suffit pas pour faire une demande. Demandez-nous comment faire.",
)
_WAITS: Mapping[Prospect, Words] = MappingProxyType(
    {
        Prospect.NOT_STARTED: Words(
            "Le délai n’a pas commencé : il commencera quand votre demande sera complète et recevable.",
            "The time limit has not begun: it will when your request is complete and admissible.",
            "Le délai commence quand votre dossier est complet.",
        ),
        Prospect.PIECES: Words(
            "Il manque des pièces : le délai ne court pas tant que nous ne les avons pas toutes reçues.",
            "Documents are missing: the time limit does not run until we have received all of them.",
            "Il manque des papiers. Envoyez-les-nous.",
        ),
        Prospect.SUSPENDED: Words(
            "Le délai est suspendu : la date changera quand il reprendra.",
            "The time limit is suspended: the day will change when it resumes.",
            "Le délai est arrêté pour le moment. La date va changer.",
        ),
    }
)
_DECIDED = Words(
    "L’administration a décidé, ou la demande a pris fin : son silence n’a plus d’effet. Lisez la réponse qui vous a été "
    "notifiée.",
    "The administration has decided, or the request has ended: its silence has no effect any more. Read the answer you "
    "were notified.",
    "C’est décidé. Lisez notre réponse.",
)
_UNCERTAIN = Words(
    "Une décision a été prise, mais le jour où elle vous est parvenue n’est pas établi : nous ne pouvons pas dire si le "
    "silence a décidé avant elle.",
    "A decision was taken, but the day it reached you is not established: we cannot say whether silence decided before it.",
    "Une décision est prise. Nous ne savons pas encore quel jour vous l’avez reçue.",
)
_SOONER = Words(
    "Les textes se discutent : selon une autre lecture, le délai s’achève dès le {day}.",
    "The texts are debated: in another reading, the time limit ends on {day}.",
    "Attention : le délai peut finir plus tôt, le {day}.",
)
_DOUBTED = Words(
    "Les textes de cette démarche n’ont pas tous été vérifiés : la date et l’effet du silence restent à confirmer.",
    "Not all the texts of this procedure were checked: the day and the effect of silence remain to be confirmed.",
    "Nous ne sommes pas sûrs de cette date.",
)
_CONTEST = Words(
    "Pour contester ce refus devant le tribunal administratif, agissez au plus tard le {day}, par prudence.",
    "To contest this refusal before the administrative court, act by {day}, to be safe.",
    "Vous n’êtes pas d’accord ? Écrivez au tribunal avant la fin du {day}.",
)


def blocks(every: Sequence[tuple[datetime, Expected]], language: Language, *, easy: bool) -> dict[Told, list[datetime]]:
    """Says what to expect of each message, once where it is the same for several: each block with their instants."""
    found = dict[Told, list[datetime]]()
    for at, one in every:
        found.setdefault(told(one, language, easy=easy), []).append(at)
    return found


def told(expected: Expected, language: Language, *, easy: bool) -> Told:
    """Says what to expect, in one block."""

    def said(words: Words, day: date | None = None) -> str:
        sentence = words.said(language, easy=easy)
        return sentence.format(day=long_day(day, language)) if day else sentence

    label, on, sentences = _block(expected)
    every: list[tuple[Words, date | None]] = [(one, None) for one in sentences]
    if expected.contest_on and expected.effect is Regime.SVR:
        every.append((_CONTEST, expected.contest_on))
    if expected.sooner_on and on:
        every.append((_SOONER, expected.sooner_on))
    if expected.doubted and expected.prospect is not Prospect.DECIDED:
        every.append((_DOUBTED, None))
    return Told(said(label), on, tuple(said(words, day) for words, day in every))


def _block(expected: Expected) -> tuple[Words, date | None, tuple[Words, ...]]:
    means = _MEANS[expected.effect]
    match expected.prospect:
        case Prospect.UNQUALIFIED:
            return _NO_DAY, None, (_UNQUALIFIED,)
        case Prospect.NOT_SEIZED:
            return _NO_DAY, None, (_NOT_SEIZED,)
        case Prospect.NOT_STARTED | Prospect.PIECES:
            return _NO_DAY, None, (_WAITS[expected.prospect],)
        case Prospect.SUSPENDED:
            return (_BY if expected.on else _NO_DAY), expected.on, (_WAITS[expected.prospect], means)
        case Prospect.RUNNING:
            return (_BY if expected.on else _NO_DAY), expected.on, (means,)
        case Prospect.UNCERTAIN:
            return _OVER, expected.on, (_UNCERTAIN,)
        case Prospect.DECIDED:
            return _NO_DAY, None, (_DECIDED,)
        case Prospect.TACIT:
            return _OVER, expected.on, (_BORN.get(expected.effect, _GRANTED),)
        case Prospect.NO_SILENCE:
            return (_BY if expected.answer_on else _NO_DAY), expected.answer_on, (_MEANS[Regime.NONE],)
        case _:
            assert_never(expected.prospect)
