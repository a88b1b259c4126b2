"""Decisions and appeals, as a case writes them."""

from datetime import date, timedelta

from app.sve.law import events as facts
from app.sve.law.vocabulary.fields import Fields, SimulationError
from app.sve.law.vocabulary.words import APPEALS, SENSES, Told, one_of, residence_of, way_of


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


def decision(told: Told) -> facts.Event:
    fields = told.fields
    delivery = _delivery(fields)
    if fields.has("at") and delivery == facts.Delivery(express_consent=delivery.express_consent):
        delivery = facts.Delivery(notified_at=told.at)
    return facts.ExpressDecision(
        at=told.at,
        sense=one_of(fields, "sense", SENSES, default=facts.Sense.REFUSAL),
        delivery=delivery,
        mentions_appeal=fields.flag("mentions_appeal"),
        mentions_cada=fields.flag("mentions_cada", "mentions_cada_referral"),
        for_curable_defect=told.flag("curable_defect"),
        addressee_is_applicant=fields.text("addressee") not in {"other", "third_party"},
        residence=residence_of(told.fields, told.territory),
    )


def withdrawal(told: Told) -> facts.Event:
    return facts.WithdrawalDecision(
        at=told.at,
        delivery=_delivery(told.fields),
        contradictory=told.fields.flag("contradictory"),
        on_request=told.flag("on_request"),
        more_favourable=told.flag("more_favourable"),
    )


def withdrawal_asked(told: Told) -> facts.Event:
    return facts.WithdrawalAsked(at=told.at, more_favourable=told.flag("more_favourable"))


def cada_registered(told: Told) -> facts.Event:
    return facts.CadaRegistered(at=told.at, series=told.flag("series"))


def tacit_acceptance(told: Told) -> facts.Event:
    return facts.TacitAcceptance(
        at=told.at, dated=_dated(told), fraud=told.flag("fraud"), legal=told.fields.flag("legal")
    )


def tacit_rejection(told: Told) -> facts.Event:
    return facts.TacitRejection(at=told.at, dated=_dated(told))


def _dated(told: Told) -> date:
    day = told.fields.day("dated", "date", "at")
    if day is None:
        raise SimulationError(told.fields.at("dated"), "donner le jour de la décision tacite (« dated »).")
    return day


def appeal(told: Told) -> facts.Event:
    fields = told.fields
    channel = fields.text("channel")
    kind = one_of(fields, "appeal_kind", APPEALS, default=None)
    if kind is None:
        word = told.name.split("_", maxsplit=1)[0]
        kind = APPEALS.get(word)
    return facts.AdministrativeAppeal(
        at=told.at if not fields.has("received_at") else fields.instant("received_at") or told.at,
        kind=kind,
        way=None if channel is None else way_of(channel),
        postmark=fields.day("postmark", "posted_at"),
        by_third_party=fields.text("by") in {"third_party", "other"},
        residence=residence_of(told.fields, told.territory),
    )


def appeal_rejected(told: Told) -> facts.Event:
    delivery = _delivery(told.fields)
    if told.fields.has("at") and delivery == facts.Delivery():
        delivery = facts.Delivery(notified_at=told.at)
    return facts.AppealRejected(
        at=told.at,
        delivery=delivery,
        kind=one_of(told.fields, "appeal_kind", APPEALS, default=None),
        mentions_appeal=told.fields.flag("mentions_appeal"),
    )


def court(told: Told) -> facts.Event:
    return facts.CourtSeized(at=told.at, postmark=told.fields.day("postmark", "posted_at"))


def deadline(told: Told) -> facts.Event:
    day = told.fields.day("date", "on", "at")
    if day is None:
        raise SimulationError(told.fields.at("date"), "donner la date limite de l'usager (« date »).")
    # Known from the start: it is placed before anything that may answer it.
    return facts.UserDeadline(at=told.at - timedelta(days=3650), day=day)
