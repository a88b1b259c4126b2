"""The `events` of a case, each turned into a typed fact."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from app.sve.law import events as facts
from app.sve.law.terms import Period
from app.sve.law.territories import Territory, territory_named
from app.sve.law.vocabulary.fields import Fields, SimulationError

Builder: TypeAlias = Callable[["Told"], facts.Event | None]
W = TypeVar("W")
D = TypeVar("D")
WELL_FORMED = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")

WAYS: Mapping[str, facts.Way] = MappingProxyType(
    {
        **dict.fromkeys(("post", "mail", "letter", "paper", "courrier", "lrar", "registered_letter"), facts.Way.POST),
        **dict.fromkeys(("front_desk", "counter", "desk", "guichet", "deposit"), facts.Way.DESK),
        **dict.fromkeys(("phone", "telephone", "call", "voicemail"), facts.Way.PHONE),
    }
)
SENDERS: Mapping[str, facts.Sender] = MappingProxyType(
    {
        **dict.fromkeys(("agent", "public_agent"), facts.Sender.AGENT),
        **dict.fromkeys(("public_law_entity", "public_body", "administration"), facts.Sender.PUBLIC_BODY),
        **dict.fromkeys(("legal_person", "company", "association", "sci"), facts.Sender.LEGAL_PERSON),
        **dict.fromkeys(("person", "natural_person", "citizen", "individual"), facts.Sender.PERSON),
    }
)
SENSES: Mapping[str, facts.Sense] = MappingProxyType(
    {
        **dict.fromkeys(
            ("refusal", "rejection", "opposition", "refus", "rejet", "unfavourable", "sursis"), facts.Sense.REFUSAL
        ),
        **dict.fromkeys(
            ("acceptance", "approval", "grant", "permit", "non_opposition", "favourable", "accord"),
            facts.Sense.ACCEPTANCE,
        ),
        **dict.fromkeys(("preemption", "pre_emption"), facts.Sense.PREEMPTION),
        **dict.fromkeys(("renunciation", "renonciation"), facts.Sense.RENUNCIATION),
    }
)
APPEALS: Mapping[str, facts.AppealKind] = MappingProxyType(
    {
        "gracious": facts.AppealKind.GRACIOUS,
        "gracieux": facts.AppealKind.GRACIOUS,
        "hierarchical": facts.AppealKind.HIERARCHICAL,
        "mandatory": facts.AppealKind.MANDATORY,
        "rapo": facts.AppealKind.MANDATORY,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """One event as written, its type, its first known instant and where the competent court sits."""

    fields: Fields
    name: str
    territory: Territory
    at: datetime

    def flag(self, *names: str) -> bool:
        return bool(self.fields.flag(*names))

    def unless(self, name: str) -> bool:
        """Gives the flag, true when nobody said otherwise."""
        return self.fields.flag(name) is not False


INSTANTS = (
    *("at", "received_at", "sent_at", "signed_at", "posted_at", "deposit_notice_sent_at", "lre_information_sent_at"),
    *("made_available_at", "published_at", "first_presented_at", "received_by_applicant_at", "received_by_owner_at"),
    *("notified_at", "dated", "date", "on"),
)
REACHED = ("first_presented_at", "received_by_applicant_at", "notified_at")


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


def way_of(channel: str) -> facts.Way:
    """Tells post, desk and telephone from the rest: CRPA L112-8 covers every electronic sending."""
    return WAYS.get(channel.lower(), facts.Way.ELECTRONIC)


def _first_instant(fields: Fields) -> datetime | None:
    if fields.has("at"):
        return fields.instant("at")
    return min((at for name in INSTANTS if (at := fields.instant(name)) is not None), default=None)


def _unlisted(fields: Fields, name: str, at: datetime | None) -> facts.Event:
    near = get_close_matches(name, [*BUILDERS, *WITHOUT_EFFECT], n=1, cutoff=0.8)
    if near:
        raise SimulationError(fields.at("type"), f"type « {name} » inconnu : voulez-vous dire « {near[0]} » ?")
    if at is None or not WELL_FORMED.fullmatch(name) or len(name) > 80:
        raise SimulationError(fields.at("type"), f"type « {name[:80]} » inconnu : voir docs/law.md pour la liste.")
    return facts.Unlisted(at=at, name=name)


# -- sendings ----------------------------------------------------------------------------


def _received(told: Told) -> facts.Event:
    fields = told.fields
    channel = (fields.text("channel") or "email").lower()
    authority = _one_of(fields, "authority", {"competent": True, "incompetent": False}, default=True)
    flags = fields.strings("flags") or ()
    at = fields.instant("at", "received_at")
    if at is None:
        raise SimulationError(fields.at("at"), "la réception doit être datée (« at »).")
    return facts.Received(
        at=at,
        competent=authority,
        channel=channel,
        way=way_of(channel),
        sender=_one_of(fields, "sender", SENDERS, default=facts.Sender.PERSON),
        identity=_identity(fields.inside("identity")),
        terms=_terms(fields.inside("tenant")),
        recipient=fields.text("recipient", "address", "to"),
        complete=fields.flag("complete"),
        are_instant=fields.flag("are_instant"),
        abusive=bool({"abusive", "dangerous", "harmful"} & set(flags)) or told.flag("abusive"),
        postmark=fields.day("postmark"),
        sent_at=fields.instant("sent_at"),
        residence=_residence(told),
    )


def _identity(fields: Fields | None) -> facts.Identity | None:
    if fields is None:
        return None

    def given(*names: str) -> bool:
        return any(fields.raw(name) not in {None, False, ""} for name in names if _scalar(fields.raw(name)))

    full = given("nom_complet", "full_name", "complete")
    return facts.Identity(
        name=full or given("nom", "name", "last_name"),
        first_name=full or given("prenom", "prénom", "first_name"),
        postal_address=given("adresse_postale", "postal_address"),
        electronic_address=given("adresse_electronique", "electronic_address", "email", "courriel"),
        company_number=given("siren", "siret", "company_number"),
        association_number=given("rna", "association_number"),
        electronic_identification=given(
            "identifiant", "identifier", "franceconnect", "france_connect", "electronic_identification", "account"
        ),
    )


def _scalar(value: object) -> bool:
    return value is None or isinstance(value, bool | str | int)


def _terms(fields: Fields | None) -> facts.TermsOfUse | None:
    if fields is None:
        return None
    allowed = fields.strings("allowed_channels")
    return facts.TermsOfUse(
        published=bool(fields.flag("sve_terms_published", "terms_published")),
        published_on=fields.day("published_since", "published_on"),
        allowed=None if allowed is None else tuple(one.lower() for one in allowed),
        dedicated_teleservice=bool(fields.flag("dedicated_teleservice_for_procedure", "dedicated_teleservice")),
        dedicated_on=fields.day("dedicated_since", "dedicated_on"),
        compulsory_for_legal_persons=bool(fields.flag("teleprocedure_l423_3")),
        own_identifiers=bool(fields.flag("own_identifiers")),
    )


def _transferred(told: Told) -> facts.Event:
    at = told.fields.instant("received_at")
    if at is None:
        at = told.at
    return facts.Transferred(
        at=at, competent=_one_of(told.fields, "to", {"competent": True, "incompetent": False}, default=True)
    )


def _ack(told: Told) -> facts.Event:
    fields = told.fields
    complete = fields.flag("complete_mentions")
    if complete is None and fields.flag("mentions_appeal") is False:
        complete = False
    kinds = {str(kind): kind for kind in facts.AckKind}
    return facts.AckSent(
        at=told.at,
        kind=_one_of(fields, "kind", kinds, default=facts.AckKind.ARE),
        complete_mentions=complete,
        announced_term=fields.day("announced_term"),
    )


def _message_out(told: Told) -> facts.Event:
    kind = told.fields.text("kind") or ""
    return facts.Answered(at=told.at, conclusive=kind in {"reply", "answer", "final_reply", "conclusive_reply"})


# -- pieces, suspensions, special events --------------------------------------------------


def _pieces_requested(told: Told) -> facts.Event:
    fields = told.fields
    deadline = fields.raw("deadline")
    written_as_period = isinstance(deadline, str) and deadline.startswith("P")
    from_reception = fields.period("deadline_from_reception", "deadline") if written_as_period else None
    if from_reception is None:
        from_reception = fields.period("deadline_from_reception", "deadline_period")
    if (days := fields.number("deadline_days")) is not None:
        from_reception = Period(days=days)
    return facts.PiecesRequested(
        at=told.at,
        reached_at=fields.instant(*REACHED),
        deadline=fields.day("deadline_date") or (None if written_as_period else fields.day("deadline")),
        deadline_from_reception=from_reception,
        required_by_text=told.unless("required_by_text"),
        available_from_other_administration=told.flag("available_from_other_administration"),
        indispensable=told.unless("indispensable"),
        by_competent=_one_of(fields, "by", {"competent": True, "incompetent": False}, default=True),
        states_the_rule=told.unless("mentions_l114_5_rule"),
    )


def _pieces_received(told: Told) -> facts.Event:
    channel = told.fields.text("channel")
    return facts.PiecesReceived(
        at=told.at, complete=told.unless("complete"), way=None if channel is None else way_of(channel)
    )


def _documents_requested(told: Told) -> facts.Event:
    at = told.fields.instant("received_by_owner_at", "first_presented_at") or told.at
    return facts.DocumentsRequested(at=at, visit="visit" in told.name or told.flag("visit"))


def _documents_received(told: Told) -> facts.Event:
    return facts.DocumentsReceived(at=told.at, visit="visit" in told.name or told.flag("visit"))


def _suspended(told: Told) -> facts.Event:
    return facts.Suspended(
        at=told.at,
        until=told.fields.day("max_until", "until"),
        fraud=told.name.startswith("fraud"),
        renewal="renew" in told.name,
    )


def _extended(told: Told) -> facts.Event:
    fields = told.fields
    return facts.PeriodExtended(
        at=fields.instant("first_presented_at", "notified_at") or told.at,
        total=fields.period("delay", "total", "new_delay"),
        added=fields.period("added", "increase", "prolongation", "period"),
    )


def _abf(told: Told) -> facts.Event:
    sense = told.fields.text("sense") or "unfavourable"
    in_time = told.fields.flag("in_time")
    if in_time is None and told.fields.flag("late"):
        in_time = False
    against = sense not in {"favourable", "agreement", "favorable"}
    if told.flag("prescriptions", "with_prescriptions"):
        against = True
    return facts.AbfOpinion(at=told.fields.instant("notified_at") or told.at, against=against, in_time=in_time)


def _modified(told: Told) -> facts.Event:
    return facts.RequestModified(at=told.at, nature_changed=told.flag("nature_changed"))


def _withdrawn(told: Told) -> facts.Event:
    return facts.RequestWithdrawn(at=told.at, verified=told.unless("verified"))


# -- decisions and appeals ------------------------------------------------------------------


def _delivery(fields: Fields) -> facts.Delivery:
    return facts.Delivery(
        signed_at=fields.instant("signed_at"),
        posted_at=fields.instant("posted_at"),
        first_presented_at=fields.instant("first_presented_at"),
        notified_at=fields.instant("notified_at", "received_by_applicant_at"),
        made_available_at=fields.instant("made_available_at"),
        deposit_notice_sent_at=fields.instant("deposit_notice_sent_at"),
        lre_information_at=fields.instant(
            "lre_information_sent_at", "lre_information_at", "lre_notice_sent_at", "information_sent_at"
        ),
        published_at=fields.instant("published_at"),
        express_consent=fields.flag("express_consent"),
    )


def _decision(told: Told) -> facts.Event:
    fields = told.fields
    delivery = _delivery(fields)
    if fields.has("at") and delivery == facts.Delivery(express_consent=delivery.express_consent):
        delivery = facts.Delivery(notified_at=told.at)
    return facts.ExpressDecision(
        at=told.at,
        sense=_one_of(fields, "sense", SENSES, default=facts.Sense.REFUSAL),
        delivery=delivery,
        mentions_appeal=fields.flag("mentions_appeal"),
        mentions_cada=fields.flag("mentions_cada", "mentions_cada_referral"),
        addressee_is_applicant=fields.text("addressee") not in {"other", "third_party"},
        residence=_residence(told),
    )


def _withdrawal(told: Told) -> facts.Event:
    return facts.WithdrawalDecision(
        at=told.at, delivery=_delivery(told.fields), contradictory=told.fields.flag("contradictory")
    )


def _tacit_acceptance(told: Told) -> facts.Event:
    return facts.TacitAcceptance(
        at=told.at, dated=_dated(told), fraud=told.flag("fraud"), legal=told.fields.flag("legal")
    )


def _tacit_rejection(told: Told) -> facts.Event:
    return facts.TacitRejection(at=told.at, dated=_dated(told))


def _dated(told: Told) -> date:
    day = told.fields.day("dated", "date", "at")
    if day is None:
        raise SimulationError(told.fields.at("dated"), "donner le jour de la décision tacite (« dated »).")
    return day


def _appeal(told: Told) -> facts.Event:
    fields = told.fields
    channel = fields.text("channel")
    kind = _one_of(fields, "appeal_kind", APPEALS, default=None)
    if kind is None:
        word = told.name.split("_", maxsplit=1)[0]
        kind = APPEALS.get(word, facts.AppealKind.GRACIOUS)
    return facts.AdministrativeAppeal(
        at=told.at if not fields.has("received_at") else fields.instant("received_at") or told.at,
        kind=kind,
        way=None if channel is None else way_of(channel),
        postmark=fields.day("postmark", "posted_at"),
        by_third_party=fields.text("by") in {"third_party", "other"},
        residence=_residence(told),
    )


def _appeal_rejected(told: Told) -> facts.Event:
    delivery = _delivery(told.fields)
    if told.fields.has("at") and delivery == facts.Delivery():
        delivery = facts.Delivery(notified_at=told.at)
    return facts.AppealRejected(
        at=told.at,
        delivery=delivery,
        kind=_one_of(told.fields, "appeal_kind", APPEALS, default=None),
        mentions_appeal=told.fields.flag("mentions_appeal"),
    )


def _court(told: Told) -> facts.Event:
    return facts.CourtSeized(at=told.at, postmark=told.fields.day("postmark", "posted_at"))


def _deadline(told: Told) -> facts.Event:
    day = told.fields.day("date", "on", "at")
    if day is None:
        raise SimulationError(told.fields.at("date"), "donner la date limite de l'usager (« date »).")
    # Known from the start: it is placed before anything that may answer it.
    return facts.UserDeadline(at=told.at - timedelta(days=3650), day=day)


def _residence(told: Told) -> facts.Residence:
    word = told.fields.text("applicant_residence", "residence")
    if word is None:
        return facts.Residence.SAME
    if word.upper() in {"ABROAD", "FOREIGN", "ETRANGER"}:
        return facts.Residence.ABROAD
    if word.upper() in {"OVERSEAS", "OUTRE_MER"}:
        return facts.Residence.OVERSEAS
    home = territory_named(word)
    if home is None:
        raise SimulationError(told.fields.at("applicant_residence"), "écrire ABROAD, OVERSEAS ou un territoire connu.")
    same = home is told.territory or not (home.overseas or told.territory.overseas)
    return facts.Residence.SAME if same else facts.Residence.OVERSEAS


def _one_of(fields: Fields, name: str, words: Mapping[str, W], *, default: D) -> W | D:
    word = fields.text(name)
    if word is None:
        return default
    if word in words:
        return words[word]
    raise SimulationError(fields.at(name), f"« {word[:80]} » inconnu : écrire l'un de {', '.join(words)}.")


def _dated_only(kind: Callable[..., facts.Event]) -> Builder:
    return lambda told: kind(at=told.at)


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "received": _received,
        "transferred": _transferred,
        "ack_sent": _ack,
        "message_out": _message_out,
        "identity_provided": _dated_only(facts.IdentityProvided),
        **dict.fromkeys(("identity_requested", "identity_asked"), _dated_only(facts.IdentityRequested)),
        "pieces_requested": _pieces_requested,
        **dict.fromkeys(("pieces_received", "completed"), _pieces_received),
        **dict.fromkeys(("documents_requested", "visit_requested"), _documents_requested),
        **dict.fromkeys(("documents_received", "visit_done", "visit_held", "visit_refused"), _documents_received),
        **dict.fromkeys(
            ("fraud_suspension_notified", "fraud_suspension_renewed", "suspension_notified", "clock_suspended"),
            _suspended,
        ),
        **dict.fromkeys(
            ("fraud_suspension_lifted", "suspension_lifted", "clock_resumed"), _dated_only(facts.SuspensionLifted)
        ),
        **dict.fromkeys(
            ("delay_increase_notified", "increase_notified", "extension_notified", "prolongation_notified"), _extended
        ),
        "abf_opinion": _abf,
        "request_modified": _modified,
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
        **dict.fromkeys(("request_withdrawn", "withdrawn_by_applicant"), _withdrawn),
        "express_decision": _decision,
        "withdrawal_decision": _withdrawal,
        **dict.fromkeys(("document_opened", "opened"), _dated_only(facts.DocumentOpened)),
        "tacit_acceptance": _tacit_acceptance,
        **dict.fromkeys(("tacit_rejection", "implicit_rejection"), _tacit_rejection),
        **dict.fromkeys(
            (
                *("administrative_appeal_received", "gracious_appeal_received", "hierarchical_appeal_received"),
                *("mandatory_appeal_received", "rapo_received"),
            ),
            _appeal,
        ),
        **dict.fromkeys(("administrative_appeal_rejected", "appeal_rejected"), _appeal_rejected),
        "reasons_requested": _dated_only(facts.ReasonsRequested),
        "reasons_communicated": _dated_only(facts.ReasonsCommunicated),
        "mediation_agreed": _dated_only(facts.MediationAgreed),
        "mediation_ended": _dated_only(facts.MediationEnded),
        **dict.fromkeys(
            ("court_seized", "court_application", "court_appeal_filed", "court_filing", "application_filed"), _court
        ),
        "cada_registration": _dated_only(facts.CadaRegistered),
        **dict.fromkeys(("cada_referral", "cada_referred"), _dated_only(facts.CadaReferred)),
        **dict.fromkeys(
            ("cada_opinion", "cada_opinion_notified", "cada_opinion_received"), _dated_only(facts.CadaOpinion)
        ),
        **dict.fromkeys(("commission_met", "commission_meeting"), _dated_only(facts.CommissionMet)),
        "fps_notice_notified": _dated_only(facts.FpsNotified),
        "death": _dated_only(facts.Death),
        "user_deadline": _deadline,
    }
)
WITHOUT_EFFECT = frozenset(
    {
        *("internal_assignment", "note_added", "message_in", "call_logged", "reminder_sent", "tag_added", "viewed"),
        *("read_receipt", "delivery_update", "bounce", "ticket_closed", "ticket_merged"),
    }
)
