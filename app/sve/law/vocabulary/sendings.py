"""Requests, acknowledgements, pieces and suspensions, as a case writes them."""

from datetime import date

from app.sve.law import events as facts
from app.sve.law.terms import Period
from app.sve.law.vocabulary.fields import Fields, SimulationError
from app.sve.law.vocabulary.words import SENDERS, Told, one_of, residence_of, way_of

REACHED = ("first_presented_at", "received_by_applicant_at", "notified_at")


def received(told: Told) -> facts.Event:
    fields = told.fields
    channel = (fields.text("channel") or "email").lower()
    authority = one_of(fields, "authority", {"competent": True, "incompetent": False}, default=True)
    flags = fields.strings("flags") or ()
    at = fields.instant("at", "received_at")
    if at is None:
        raise SimulationError(fields.at("at"), "la réception doit être datée (« at »).")
    return facts.Received(
        at=at,
        competent=authority,
        channel=channel,
        way=way_of(channel),
        sender=SENDERS.get((fields.text("sender") or "person").lower(), facts.Sender.PERSON),
        identity=_identity(fields.inside("identity")),
        terms=_terms(fields.inside("tenant")),
        recipient=fields.text("recipient", "address", "to"),
        complete=fields.flag("complete"),
        are_instant=fields.flag("are_instant"),
        abusive=bool({"abusive", "dangerous", "harmful"} & set(flags)) or told.flag("abusive"),
        postmark=fields.day("postmark"),
        sent_at=fields.instant("sent_at"),
        residence=residence_of(told.fields, told.territory),
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


def transferred(told: Told) -> facts.Event:
    at = told.fields.instant("received_at")
    if at is None:
        at = told.at
    return facts.Transferred(
        at=at, competent=one_of(told.fields, "to", {"competent": True, "incompetent": False}, default=True)
    )


def ack(told: Told) -> facts.Event:
    fields = told.fields
    complete = fields.flag("complete_mentions")
    if complete is None and fields.flag("mentions_appeal") is False:
        complete = False
    kinds = {str(kind): kind for kind in facts.AckKind}
    return facts.AckSent(
        at=told.at,
        kind=one_of(fields, "kind", kinds, default=facts.AckKind.ARE),
        complete_mentions=complete,
        announced_term=fields.day("announced_term"),
    )


def message_out(told: Told) -> facts.Event:
    kind = told.fields.text("kind") or ""
    return facts.Answered(at=told.at, conclusive=kind in {"reply", "answer", "final_reply", "conclusive_reply"})


def _deadline(fields: Fields) -> tuple[date | None, Period | None]:
    deadline = fields.raw("deadline")
    written_as_period = isinstance(deadline, str) and deadline.startswith("P")
    from_reception = fields.period("deadline_from_reception", "deadline") if written_as_period else None
    if from_reception is None:
        from_reception = fields.period("deadline_from_reception", "deadline_period")
    for name in ("deadline_days", "deadline_days_from_reception", "days_from_reception"):
        if (days := fields.number(name)) is not None:
            from_reception = Period(days=days)
    return fields.day("deadline_date") or (None if written_as_period else fields.day("deadline")), from_reception


def pieces_requested(told: Told) -> facts.Event:
    fields = told.fields
    deadline, from_reception = _deadline(fields)
    return facts.PiecesRequested(
        at=told.at,
        reached_at=fields.instant(*REACHED),
        deadline=deadline,
        deadline_from_reception=from_reception,
        required_by_text=told.unless("required_by_text"),
        available_from_other_administration=told.flag("available_from_other_administration"),
        indispensable=told.unless("indispensable"),
        by_competent=one_of(fields, "by", {"competent": True, "incompetent": False}, default=True),
        states_the_rule=told.unless("mentions_l114_5_rule"),
    )


def regularisation_requested(told: Told) -> facts.Event:
    deadline, from_reception = _deadline(told.fields)
    return facts.RegularisationRequested(
        at=told.at,
        reached_at=told.fields.instant(*REACHED),
        deadline=deadline,
        deadline_from_reception=from_reception,
        states_formalities=told.unless("states_formalities"),
        states_texts=told.unless("states_texts"),
    )


def pieces_received(told: Told) -> facts.Event:
    channel = told.fields.text("channel")
    return facts.PiecesReceived(
        at=told.at, complete=told.unless("complete"), way=None if channel is None else way_of(channel)
    )


def documents_requested(told: Told) -> facts.Event:
    at = told.fields.instant("received_by_owner_at", "first_presented_at") or told.at
    return facts.DocumentsRequested(at=at, visit="visit" in told.name or told.flag("visit"))


def documents_received(told: Told) -> facts.Event:
    visit = "visit" in told.name or told.flag("visit")
    return facts.DocumentsReceived(at=told.at, visit=visit, refused="refused" in told.name)


def suspended(told: Told) -> facts.Event:
    return facts.Suspended(
        at=told.at,
        until=told.fields.day("max_until", "until"),
        fraud=told.name.startswith("fraud"),
        renewal="renew" in told.name,
    )


def extended(told: Told) -> facts.Event:
    fields = told.fields
    return facts.PeriodExtended(
        at=fields.instant("first_presented_at", "notified_at") or told.at,
        total=fields.period("delay", "total", "new_delay"),
        added=fields.period("added", "increase", "prolongation", "period"),
    )


def abf(told: Told) -> facts.Event:
    sense = told.fields.text("sense") or "unfavourable"
    in_time = told.fields.flag("in_time")
    if in_time is None and told.fields.flag("late"):
        in_time = False
    against = sense not in {"favourable", "agreement", "favorable"}
    if told.flag("prescriptions", "with_prescriptions"):
        against = True
    return facts.AbfOpinion(at=told.fields.instant("notified_at") or told.at, against=against, in_time=in_time)


def abf_consulted(told: Told) -> facts.Event:
    places = {str(place): place for place in facts.AbfPlace}
    return facts.AbfConsulted(
        at=told.fields.instant("received_at") or told.at, place=one_of(told.fields, "place", places, default=None)
    )


def displayed(told: Told) -> facts.Event:
    return facts.DisplayStarted(at=told.at, complete_mentions=told.fields.flag("complete_mentions"))


def modified(told: Told) -> facts.Event:
    return facts.RequestModified(at=told.at, nature_changed=told.flag("nature_changed"))


def withdrawn(told: Told) -> facts.Event:
    return facts.RequestWithdrawn(at=told.at, verified=told.unless("verified"))
