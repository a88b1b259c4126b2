"""The `events` of a case, each turned into a typed fact."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import TypeAlias

from app.sve.law import events as facts
from app.sve.law.territories import Territory
from app.sve.law.vocabulary import acts, sendings
from app.sve.law.vocabulary.fields import Fields, SimulationError
from app.sve.law.vocabulary.words import Told

Builder: TypeAlias = Callable[[Told], facts.Event | None]
WELL_FORMED = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")

INSTANTS = (
    *("at", "received_at", "sent_at", "signed_at", "posted_at", "deposit_notice_sent_at", "lre_information_sent_at"),
    *("made_available_at", "published_at", "first_presented_at", "received_by_applicant_at", "received_by_owner_at"),
    *("notified_at", "dated", "date", "on"),
)


def event_of(fields: Fields, *, territory: Territory) -> facts.Event | None:
    """Reads one event; None for those which, by nature, concern no clock.

    A type close to a known one is a misspelling and is refused. Another well-formed, dated type is kept as an unlisted
    fact: without effect, and said to be so in the reading. Raises SimulationError.
    """
    name = fields.text("type")
    if not name:
        raise SimulationError(fields.at("type"), "chaque événement porte un « type ».")
    if name in WITHOUT_EFFECT:
        return None
    at = _first_instant(fields)
    builder = BUILDERS.get(name)
    if builder is None:
        return _unlisted(fields, name, at)
    if at is None:
        raise SimulationError(fields.at("at"), f"l'événement « {name} » doit être daté (« at »).")
    return builder(Told(fields, name, territory, at))


def _first_instant(fields: Fields) -> datetime | None:
    if fields.has("at"):
        return fields.instant("at")
    return min((at for name in INSTANTS if (at := fields.instant(name)) is not None), default=None)


def _unlisted(fields: Fields, name: str, at: datetime | None) -> facts.Event:
    near = get_close_matches(name, [*BUILDERS, *WITHOUT_EFFECT], n=1, cutoff=0.8)
    if near:
        raise SimulationError(fields.at("type"), f"type « {name} » inconnu : voulez-vous dire « {near[0]} » ?")
    if at is None or not WELL_FORMED.fullmatch(name) or len(name) > 80:
        raise SimulationError(
            fields.at("type"), f"type « {name[:80]} » inconnu : voir docs/law-vocabulary.md pour la liste."
        )
    return facts.Unlisted(at=at, name=name)


def _dated_only(kind: Callable[..., facts.Event]) -> Builder:
    return lambda told: kind(at=told.at)


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "received": sendings.received,
        "transferred": sendings.transferred,
        "ack_sent": sendings.ack,
        "message_out": sendings.message_out,
        "identity_provided": _dated_only(facts.IdentityProvided),
        **dict.fromkeys(("identity_requested", "identity_asked"), _dated_only(facts.IdentityRequested)),
        "pieces_requested": sendings.pieces_requested,
        **dict.fromkeys(("pieces_received", "completed"), sendings.pieces_received),
        "regularisation_requested": sendings.regularisation_requested,
        **dict.fromkeys(("regularised", "regularisation_received"), _dated_only(facts.Regularised)),
        **dict.fromkeys(("documents_requested", "visit_requested"), sendings.documents_requested),
        **dict.fromkeys(
            ("documents_received", "visit_done", "visit_held", "visit_refused"), sendings.documents_received
        ),
        **dict.fromkeys(
            ("fraud_suspension_notified", "fraud_suspension_renewed", "suspension_notified", "clock_suspended"),
            sendings.suspended,
        ),
        **dict.fromkeys(
            ("fraud_suspension_lifted", "suspension_lifted", "clock_resumed"), _dated_only(facts.SuspensionLifted)
        ),
        **dict.fromkeys(
            ("delay_increase_notified", "increase_notified", "extension_notified", "prolongation_notified"),
            sendings.extended,
        ),
        "visit_accepted": _dated_only(facts.VisitAccepted),
        "abf_consulted": sendings.abf_consulted,
        "abf_opinion": sendings.abf,
        "display_started": sendings.displayed,
        **dict.fromkeys(("display_ended", "display_interrupted"), _dated_only(facts.DisplayEnded)),
        "completion_declared": _dated_only(facts.WorksCompleted),
        "request_modified": sendings.modified,
        "new_period_notified": _dated_only(facts.NewPeriodNotified),
        **dict.fromkeys(
            (
                *("inquiry_report_received", "commissaire_report_received", "commissioner_report_received"),
                *("public_inquiry_report_received", "inquiry_report", "enquete_publique_report"),
            ),
            _dated_only(facts.InquiryReported),
        ),
        **dict.fromkeys(
            ("recevable", "admissible", "registered", "file_registered"), _dated_only(facts.DeclaredAdmissible)
        ),
        **dict.fromkeys(("request_withdrawn", "withdrawn_by_applicant"), sendings.withdrawn),
        "express_decision": acts.decision,
        "withdrawal_decision": acts.withdrawal,
        **dict.fromkeys(("withdrawal_requested", "repeal_requested"), acts.withdrawal_asked),
        **dict.fromkeys(("document_opened", "opened"), _dated_only(facts.DocumentOpened)),
        "tacit_acceptance": acts.tacit_acceptance,
        **dict.fromkeys(("tacit_rejection", "implicit_rejection"), acts.tacit_rejection),
        **dict.fromkeys(
            (
                *("administrative_appeal_received", "gracious_appeal_received", "hierarchical_appeal_received"),
                *("mandatory_appeal_received", "rapo_received"),
            ),
            acts.appeal,
        ),
        **dict.fromkeys(("administrative_appeal_rejected", "appeal_rejected"), acts.appeal_rejected),
        **dict.fromkeys(
            ("knowledge_established", "decision_mentioned", "implicit_decision_mentioned"),
            _dated_only(facts.KnowledgeEstablished),
        ),
        "reasons_requested": _dated_only(facts.ReasonsRequested),
        "reasons_communicated": _dated_only(facts.ReasonsCommunicated),
        "mediation_agreed": _dated_only(facts.MediationAgreed),
        "mediation_ended": _dated_only(facts.MediationEnded),
        **dict.fromkeys(
            ("court_seized", "court_application", "court_appeal_filed", "court_filing", "application_filed"), acts.court
        ),
        "cada_registration": acts.cada_registered,
        **dict.fromkeys(("cada_referral", "cada_referred"), _dated_only(facts.CadaReferred)),
        **dict.fromkeys(
            ("cada_opinion", "cada_opinion_notified", "cada_opinion_received"), _dated_only(facts.CadaOpinion)
        ),
        **dict.fromkeys(("commission_met", "commission_meeting"), _dated_only(facts.CommissionMet)),
        "fps_notice_notified": _dated_only(facts.FpsNotified),
        "death": _dated_only(facts.Death),
        "user_deadline": acts.deadline,
    }
)
WITHOUT_EFFECT = frozenset(
    {
        *("internal_assignment", "note_added", "message_in", "call_logged", "reminder_sent", "tag_added", "viewed"),
        *("read_receipt", "delivery_update", "bounce", "ticket_closed", "ticket_merged"),
        # Recorded beside the clock: sending to the competent authority, the attestation of L232-3, and the steps of a
        # decision's service, which complete the decision itself (steps.py).
        *("transmitted", "attestation_requested", "attestation_issued"),
        *("decision_posted", "decision_presented", "decision_made_available", "decision_notified"),
    }
)
