"""The engine's words said to an agent. No law here: labels of what a stored reading already holds."""

from collections.abc import Mapping
from types import MappingProxyType

# What a derived date is called on the timeline.
DATES: Mapping[str, str] = MappingProxyType(
    {
        "reception_date": "Reçue",
        "valid_saisine_from": "Saisine valable à partir de",
        "aee_due_date": "Accusé d’enregistrement dû",
        "are_due_date": "Accusé de réception dû",
        "ar_due_date": "Accusé de réception dû",
        "review_by": "À qualifier au plus tard",
        "not_handed_over_since": "À transmettre à l’autorité compétente, reçue le",
        "pieces_request_last_date": "Dernier jour pour demander des pièces",
        "pieces_due_date": "Pièces attendues au plus tard",
        "pieces_aee_due_date": "Accusé d’enregistrement des pièces dû",
        "pieces_are_due_date": "Accusé de réception des pièces dû",
        "clock_start_date": "Le délai commence",
        "first_term_date": "Premier terme",
        "announced_term": "Terme annoncé à l’usager",
        "term_date": "Terme du délai",
        "earliest_local": "Obsèques au plus tôt",
        "latest_date": "Obsèques au plus tard",
        "citizen_safe_date": "Date sûre pour l’usager",
        "known_on": "Connue le",
        "decision_due_date": "Décision attendue",
        "position_due_date": "Position attendue",
        "receipt_due_date": "Récépissé dû",
        "increase_notify_last_date": "Dernier jour pour notifier une majoration du délai",
        "tacit_decision_dated": "Décision tacite",
        "tacit_effective_from_local": "La décision tacite prend effet",
        "withdrawal_last_date": "Dernier jour pour retirer l’accord",
        "appeal_term_date": "Rejet implicite du recours administratif",
        "appeal_last_date": "Dernier jour pour un recours",
        "rapo_last_date": "Dernier jour du recours préalable obligatoire",
        "reasonable_period_end": "Fin du délai raisonnable de recours",
        "cada_referral_last_date": "Dernier jour pour saisir la CADA",
        "cada_opinion_due_date": "Avis de la CADA attendu",
        "cada_term_date": "Terme de la demande de document",
        "reasons_due_date": "Motifs à communiquer au plus tard",
        "notified_on": "Notifiée",
        "reply_due_date": "Réponse due au plus tard",
        "earliest_on": "Communication au plus tôt",
        "regularisation_due_date": "Régularisation attendue au plus tard",
        "refusal_withdrawal_last_date": "Dernier jour pour retirer le refus",
        "appeal_answered_on": "Réponse expresse au recours",
        "third_party_appeal_last_date": "Dernier jour des tiers pour saisir le juge",
        "third_party_bar_date": "Plus aucun recours des tiers après le",
        "abf_due_date": "Avis de l’ABF au plus tard",
        "visit_answer_due_date": "Réponse à la demande de visite au plus tard",
        "visit_tacitly_refused_on": "Visite tacitement refusée",
        "visit_last_date": "Visite au plus tard",
    }
)
# What another derived value is called in the list of grounds.
GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "silence": "Le silence vaut",
        "effect": "Effet du silence",
        "valid_saisine": "Saisine valable",
        "is_demande": "Demande au sens du code",
        "crpa_applies": "Le code s’applique",
        "ar_required": "Accusé de réception obligatoire",
        "are_done": "Accusé de réception fait",
        "are_mentions": "Mentions de l’accusé",
        "tacit_acceptance": "Accord tacite",
        "possible_tacit_acceptance": "Accord tacite possible",
        "tacit_rejection": "Rejet tacite",
        "suspended_days": "Jours de suspension",
        "appeal_opposable": "Délai de recours opposable",
        "withdrawal_possible": "Retrait possible",
        "date_faisant_foi": "Date qui fait foi",
        "warning": "Attention",
        "flag": "À noter",
        "closed_by": "Close par",
        "in_time": "Dans le délai",
        "reply_done": "Réponse partie",
        "regularised": "Demande régularisée à temps",
        "withdrawal_in_time": "Retrait dans le délai",
        "withdrawal_on_request": "Retrait demandé par le bénéficiaire",
        "third_party_appeal_opposable": "Délai opposable aux tiers",
        "abf_deemed_favourable": "Avis de l’ABF réputé favorable",
    }
)
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "received": "Message reçu",
        "qualified": "Qualifiée",
        "dismissed": "Écartée",
        "reopened": "Rouverte : c’était une demande",
        "corrected": "Événement annulé",
        "joined": "Réunie à la même demande, reçue avant",
        "separated": "Séparée de l’autre saisine",
        "asked": "Le message demande aussi",
        "ack_sent": "Accusé envoyé",
        "message_out": "Réponse donnée",
        "transmitted": "Transmise à une autre autorité",
        "transferred": "Reçue par l’administration compétente",
        "decision_posted": "Décision postée",
        "decision_presented": "Décision présentée",
        "decision_made_available": "Décision mise à disposition",
        "decision_notified": "Décision remise",
        "attestation_requested": "Attestation d’accord tacite demandée",
        "attestation_issued": "Attestation d’accord tacite délivrée",
        "suspension_notified": "Délai suspendu",
        "suspension_lifted": "Suspension levée",
        "document_opened": "Document consulté",
        "pieces_requested": "Pièces demandées",
        "pieces_received": "Pièces reçues",
        "completed": "Dossier complet",
        "clock_suspended": "Délai suspendu",
        "clock_resumed": "Délai repris",
        "extension_notified": "Prolongation notifiée",
        "express_decision": "Décision notifiée",
        "withdrawal_decision": "Retrait notifié",
        "tacit_acceptance": "Accord tacite constaté",
        "tacit_rejection": "Rejet tacite constaté",
        "request_withdrawn": "Demande retirée par l’usager",
        "gracious_appeal_received": "Recours gracieux reçu",
        "appeal_rejected": "Recours rejeté",
        "reasons_requested": "Motifs demandés",
        "reasons_communicated": "Motifs communiqués",
        "cada_referral": "CADA saisie",
        "cada_opinion": "Avis de la CADA",
        "court_seized": "Tribunal saisi",
        "regularisation_requested": "Régularisation demandée",
        "regularised": "Demande régularisée",
        "withdrawal_requested": "Retrait demandé par le bénéficiaire",
        "visit_requested": "Visite demandée",
        "visit_accepted": "Visite acceptée",
        "visit_refused": "Visite refusée",
        "visit_done": "Visite tenue",
        "abf_consulted": "ABF consulté",
        "abf_opinion": "Avis de l’ABF",
        "display_started": "Affichage sur le terrain",
        "display_interrupted": "Affichage interrompu",
        "completion_declared": "Achèvement déclaré",
    }
)
SENSES: Mapping[str, str] = MappingProxyType({"acceptance": "accord", "refusal": "refus", "partial": "accord partiel"})
# The other words a decision may have been recorded with.
SENSES_SAID: Mapping[str, str] = MappingProxyType(
    {**SENSES, "favourable": "accord", "unfavourable": "refus", "granted": "accord", "rejection": "refus"}
)
DUTIES: Mapping[str, str] = MappingProxyType(
    {"AEE": "Accusé d’enregistrement (AEE)", "ARE": "Accusé de réception (ARE)"}
)
REGIMES: Mapping[str, str] = MappingProxyType(
    {
        "UNKNOWN": "Non qualifiée : accord tacite possible",
        "SVA": "Silence vaut accord (SVA)",
        "SVR": "Silence vaut rejet (SVR)",
        "renunciation": "Silence vaut renonciation",
        "lump_sum": "Silence vaut somme forfaitaire",
        "none": "Le silence ne décide de rien",
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        "not_started": "délai non commencé",
        "running": "délai en cours",
        "waiting_for_pieces": "en attente de pièces",
        "suspended": "délai suspendu",
        "decided": "décision rendue",
        "tacit": "décision tacite née",
        "uncertain": "incertain",
        "no_silence": "silence sans effet",
    }
)
_VALUES: Mapping[object, str] = MappingProxyType({True: "oui", False: "non", None: "sans objet"})


def said(value: object) -> str:
    """Writes a derived value that is not a date."""
    if value is None or isinstance(value, bool):
        return _VALUES[value]
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return REGIMES.get(str(value), str(value))
