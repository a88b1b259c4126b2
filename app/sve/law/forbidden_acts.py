"""What cannot happen to a decision, rule by rule: its making, its service, what attests it, what takes it back."""

from datetime import datetime

from app.sve.law.case import ClockState, Reading
from app.sve.law.clock import read
from app.sve.law.events import (
    AdministrativeAppeal,
    AppealRejected,
    CadaOpinion,
    CadaReferred,
    CadaRegistered,
    CourtSeized,
    Delivery,
    DocumentOpened,
    ExpressDecision,
    MediationAgreed,
    TacitAcceptance,
    TacitRejection,
    WithdrawalDecision,
)
from app.sve.law.happenings import REGISTER, Act, Entry, Moment, Past, Refused
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime

# After which an administration decides once more.
_DECIDES_AGAIN = (
    *(WithdrawalDecision, AdministrativeAppeal, CadaReferred, CadaRegistered, CadaOpinion),
    *(CourtSeized, MediationAgreed),
)
_SERVED = ("posted_at", "first_presented_at", "made_available_at", "notified_at", "received_by_applicant_at")


def out_of_order(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    """An act is signed, then sent, then reaches its addressee (CRPA L212-1, L221-8)."""
    moments = _service(past, entry)
    signed, posted = moments.get("signed_at"), moments.get("posted_at")
    for name in _SERVED:
        reached = moments.get(name)
        if reached is None:
            continue
        if signed is not None and past.sooner(reached, signed):
            return _disorder(
                entry,
                reached,
                signed,
                "une décision ne s'envoie ni ne se notifie avant d'être signée",
                "a decision is neither sent nor notified before it is signed",
            )
        if name == "first_presented_at" and posted is not None and past.sooner(reached, posted):
            return _disorder(
                entry,
                reached,
                posted,
                "une lettre n'est pas présentée avant d'être postée",
                "a letter is not presented before it is posted",
            )
    return None


def _service(past: Past, entry: Entry) -> dict[str, Moment]:
    """The instants of service of an act, those of the decision it completes included."""
    if isinstance(entry.fact, ExpressDecision | WithdrawalDecision | AppealRejected):
        return {moment.name: moment for moment in entry.moments}
    step = entry.step
    decision = _completed(past, entry)
    if step is None or decision is None:
        return {}
    told = {moment.name: moment for moment in decision.moments}
    for other in past.entries:
        if other.step is not None and _completed(past, other) is decision:
            told.setdefault(other.step, Moment(other.step, other.at, other.whole_day))
    return {**told, step: Moment(step, entry.at, entry.whole_day)}


def _completed(past: Past, step: Entry) -> Entry | None:
    """The decision a step of service completes: the last one made by then, else the first."""
    made = list(past.decisions())
    before = [each for each in made if past.day(each.at) <= past.day(step.at)]
    return before[-1] if before else next(iter(made), None)


def _disorder(entry: Entry, early: Moment, late: Moment, because: str, because_en: str) -> Refused:
    # The field at fault is one of the event being told, which may be either of the two.
    told = {moment.name for moment in entry.moments}
    at_fault = next((name for name in (early.name, late.name) if name in told), "at")
    return Refused(
        code="out-of-order", source="CRPA L212-1, L221-8", because=because, because_en=because_en, field=at_fault
    )


def step_of_nothing(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    if entry.step is not None:
        decision = _completed(past, entry)
        if decision is None:
            return _nothing_made()
        twice = decision.moment(entry.step) is not None or any(
            other.act is entry.act and _completed(past, other) is decision for other in past.entries
        )
        if twice:
            return Refused(
                code="told-already",
                source=REGISTER,
                because="cette étape de la décision est déjà consignée : si elle l'était à tort, corrigez-la d'abord",
                because_en="this step of the decision is already recorded: if it was recorded wrongly, correct it first",
                conflict=True,
            )
    if isinstance(entry.fact, DocumentOpened) and not _left_for_opening(past):
        return Refused(
            code="nothing-to-open",
            source="CRPA R112-20",
            because="rien n'a été mis à disposition : consignez d'abord la décision et sa mise à disposition",
            because_en="nothing was made available: record the decision and how it was made available first",
            conflict=True,
        )
    return None


def _nothing_made() -> Refused:
    return Refused(
        code="no-decision",
        source="CRPA L212-1, L221-8",
        because="aucune décision n'est consignée : consignez-la d'abord (« express_decision », avec sa signature)",
        because_en="no decision is recorded: record it first (`express_decision`, with its signature)",
        conflict=True,
    )


def _left_for_opening(past: Past) -> bool:
    acts = (ExpressDecision, WithdrawalDecision, AppealRejected)
    deliveries: list[Delivery] = [event.delivery for event in past.case.events if isinstance(event, acts)]
    return any(each.made_available_at or each.lre_information_at or each.deposit_notice_sent_at for each in deliveries)


def second_decision(past: Past, entry: Entry, _now: datetime) -> Refused | None:
    """A request is decided once, then withdrawn or contested; the CADA, a judge or a mediation may have it decided again.

    Source: CRPA L221-8, L242-1, L411-2, L421-1, R343-3.
    """
    fact = entry.fact
    if not isinstance(fact, ExpressDecision) or not fact.addressee_is_applicant:
        return None
    for made in past.decisions():
        reopened = any(isinstance(event, _DECIDES_AGAIN) and event.at >= made.at for event in past.case.events)
        if not reopened:
            day = past.day(made.at)
            return Refused(
                code="second-decision",
                source="CRPA L221-8, L242-1, L411-2",
                because=f"une décision a déjà été prise le {in_french(day)} : consignez ses étapes (« decision_notified »…), "
                "son retrait ou un recours ; si elle était consignée à tort, corrigez-la",
                because_en=f"a decision was already made on {day}: record its steps (`decision_notified`…), its "
                "withdrawal or an appeal; if it was recorded wrongly, correct it",
                conflict=True,
            )
    return None


def attested_without_acceptance(past: Past, entry: Entry, now: datetime) -> Refused | None:
    """An attestation states a tacit acceptance that exists (CRPA L232-3)."""
    if entry.act is not Act.ATTESTATION_ISSUED:
        return None
    reading = read(past.case, now=min(entry.at, now))
    because = without_acceptance(past, reading, entry.at)
    if because is None:
        return None
    return Refused(
        code="nothing-to-attest", source="CRPA L232-3", because=because[0], because_en=because[1], conflict=True
    )


def without_acceptance(past: Past, reading: Reading, at: datetime) -> tuple[str, str] | None:
    """Says in French and in English why no tacit acceptance exists at an instant; None when there is one."""
    if any(each.at <= at for each in past.facts(TacitAcceptance)):
        return None
    if reading.settled:
        return (
            "le silence a été rompu ou l'acceptation retirée : il n'y a pas d'acceptation tacite à attester",
            "the silence was broken or the acceptance withdrawn: there is no tacit acceptance to attest",
        )
    if reading.effect is Regime.UNKNOWN:
        return (
            "personne n'a dit ce que vaut le silence ici : qualifiez d'abord la saisine",
            "nobody has said what silence means here: qualify the saisine first",
        )
    if reading.effect not in (Regime.SVA, Regime.LUMP_SUM):
        return (
            "le silence ne vaut pas acceptation ici : il n'y a rien à attester",
            "silence is no acceptance here: there is nothing to attest",
        )
    if reading.state is ClockState.TACIT:
        return None
    if reading.term_on is None:
        return ("le délai ne court pas : aucune acceptation n'est née", "no period is running: no acceptance exists")
    return (
        f"le terme est le {in_french(reading.term_on)} à minuit : l'acceptation n'est pas encore née",
        f"the term is {reading.term_on} at midnight: the acceptance does not exist yet",
    )


def withdrawn_from_nothing(past: Past, entry: Entry, now: datetime) -> Refused | None:
    """Only a decision that exists is withdrawn (CRPA L240-1, L242-1)."""
    if not isinstance(entry.fact, WithdrawalDecision):
        return None
    made = any(each.at <= entry.at for each in past.facts(ExpressDecision))
    known = any(
        isinstance(event, TacitAcceptance | TacitRejection) and event.at <= entry.at for event in past.case.events
    )
    reading = read(past.case, now=min(entry.at, now))
    born = reading.term_on is not None and past.day(entry.at) > reading.term_on
    if made or known or born:
        return None
    return Refused(
        code="nothing-to-withdraw",
        source="CRPA L240-1, L242-1",
        because="aucune décision n'existait à cette date, ni expresse ni tacite : il n'y a rien à retirer",
        because_en="no decision existed by then, express or tacit: there is nothing to withdraw",
        conflict=True,
    )


def dismissed_though_decided(past: Past, entry: Entry, now: datetime) -> Refused | None:
    """What was decided, or granted by silence, was a request: saying otherwise would hide it (CRPA L242-1)."""
    if entry.act is not Act.DISMISSED:
        return None
    reading = read(past.case, now=now)
    granted = reading.effect.grants and reading.state in (ClockState.TACIT, ClockState.UNCERTAIN)
    if not granted and not any(past.decisions()):
        return None
    return Refused(
        code="decided",
        source="CRPA L231-1, L242-1",
        because="une décision a été prise ou est née du silence : c'était une demande. Si la qualification ou l'événement "
        "est faux, corrigez-le d'abord",
        because_en="a decision was made, or was born of silence: it was a request. If the qualification or the event is "
        "wrong, correct it first",
        conflict=True,
    )
