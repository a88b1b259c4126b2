"""What each letter must say, for each effect of silence, with the dates of the engine and no other."""

from dataclasses import replace
from datetime import date

import pytest

from app.sve.law.notices import Mention, Notice, mentions
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.letters.composing import compose
from app.sve.letters.french import day
from app.sve.letters.ground import Ground, Head, Sense
from app.sve.letters.kinds import EVERYWHERE, FIELDS, NAMES, notice_of, template_of
from app.sve.letters.plaintext import brief, whole
from app.sve.letters.required import PLACES
from app.sve.letters.standing import LetterNotDue
from app.sve.letters.values import Kind
from tests.sve.letters.grounds import PUBLISHED, ground, without_court

M = Mention
ALWAYS = {M.DATE_RECEPTION, M.SERVICE, M.CONTACT, M.AGENT}
ANNOUNCED = {M.SILENCE, M.TERM, M.IF_COMPLETE}
APPEALS = {M.APPEAL_ROUTES, M.APPEAL_PERIODS}
ASKED = {M.MISSING_PIECES, M.DEADLINE, M.L114_5_RULE}
PIECES = {"pieces": ("Plan de situation",), "deadline_on": date(2026, 3, 31)}
BORN = "2026-06-10"


def paper(regime: Regime, **given: object) -> Ground:
    return ground(regime, channel="post", **given)


ACKNOWLEDGED = [
    (Kind.ARE, ground(Regime.SVA), ALWAYS | ANNOUNCED | {M.ATTESTATION}),
    (Kind.ARE, ground(Regime.LUMP_SUM), ALWAYS | ANNOUNCED | {M.ATTESTATION}),
    (Kind.ARE, ground(Regime.RENUNCIATION, family=Family.DIA), ALWAYS | ANNOUNCED | {M.ATTESTATION}),
    (Kind.ARE, ground(Regime.SVR), ALWAYS | ANNOUNCED | APPEALS),
    (Kind.ARE, ground(Regime.SVR, family=Family.CADA), ALWAYS | ANNOUNCED | APPEALS | {M.CADA_REFERRAL}),
    (
        Kind.ARE,
        ground(Regime.SVR, mandatory_appeal="Préfet", mandatory_appeal_delay="deux mois"),
        ALWAYS | ANNOUNCED | APPEALS | {M.MANDATORY_APPEAL},
    ),
    (Kind.ARE, ground(Regime.NONE), ALWAYS),
    (Kind.ARE, ground(Regime.SVA, **PIECES), ALWAYS | ANNOUNCED | {M.ATTESTATION} | ASKED),
    (Kind.ARE, ground(Regime.SVR, **PIECES), ALWAYS | ANNOUNCED | APPEALS | ASKED),
    (Kind.AR, paper(Regime.SVA), ALWAYS | ANNOUNCED | {M.ATTESTATION}),
    (Kind.AR, paper(Regime.SVR), ALWAYS | ANNOUNCED | APPEALS),
    (Kind.AR, paper(Regime.NONE), ALWAYS),
    (Kind.PIECES, ground(Regime.SVA, **PIECES), ASKED | {M.AGENT, M.SERVICE}),
    (Kind.PIECES, ground(Regime.SVR, **PIECES), ASKED | {M.AGENT, M.SERVICE}),
    (Kind.PIECES, ground(Regime.LUMP_SUM, **PIECES), ASKED | {M.AGENT, M.SERVICE}),
    (
        Kind.PIECES,
        ground(Regime.SVA, family=Family.URBANISME, pieces=("Plan",)),
        ASKED | {M.AGENT, M.SERVICE},
    ),
    (
        Kind.TRANSMISSION,
        ground(Regime.UNKNOWN, recipient="Département"),
        {M.DATE_RECEPTION, M.RECIPIENT, M.AGENT},
    ),
    (
        Kind.WRONG_CHANNEL,
        replace(ground(Regime.UNKNOWN), published=PUBLISHED),
        {M.DATE_RECEPTION, M.RIGHT_CHANNEL, M.AGENT},
    ),
    (
        Kind.DECISION,
        ground(Regime.SVR, sense=Sense.REFUSAL, decision="Refusée.", reasons="Largeur."),
        {M.DECISION, M.REASONS, M.SIGNATORY, M.AGENT} | APPEALS,
    ),
    (
        Kind.DECISION,
        ground(Regime.SVR, sense=Sense.ACCEPTANCE, decision="Accordée."),
        {M.DECISION, M.SIGNATORY, M.AGENT},
    ),
    (
        Kind.DECISION,
        ground(Regime.SVR, family=Family.CADA, sense=Sense.PARTIAL, decision="En partie.", reasons="Secret."),
        {M.DECISION, M.REASONS, M.SIGNATORY, M.AGENT, M.CADA_REFERRAL} | APPEALS,
    ),
    (Kind.ATTESTATION, ground(Regime.SVA, on=BORN), {M.TACIT_DATE, M.SERVICE, M.SIGNATORY, M.AGENT}),
    (Kind.ATTESTATION, ground(Regime.LUMP_SUM, on=BORN), {M.TACIT_DATE, M.SERVICE, M.SIGNATORY, M.AGENT}),
    (
        Kind.ATTESTATION,
        ground(Regime.RENUNCIATION, family=Family.DIA, on=BORN),
        {M.TACIT_DATE, M.SERVICE, M.SIGNATORY, M.AGENT},
    ),
    (
        Kind.WITHDRAWAL_HEARING,
        ground(Regime.SVA, on=BORN, reasons="Largeur.", deadline_on=date(2026, 7, 1)),
        {M.TACIT_DATE, M.REASONS, M.OBSERVATIONS, M.DEADLINE, M.WITHDRAWAL_LIMIT, M.SIGNATORY, M.AGENT},
    ),
    (
        Kind.WITHDRAWAL,
        ground(Regime.SVA, on=BORN, reasons="Largeur.", heard_on=date(2026, 5, 20)),
        {M.TACIT_DATE, M.REASONS, M.OBSERVATIONS, M.SIGNATORY, M.AGENT} | APPEALS,
    ),
]


@pytest.mark.parametrize(("kind", "asked", "wanted"), ACKNOWLEDGED)
def test_a_letter_bears_every_mention_its_text_prescribes(kind: Kind, asked: Ground, wanted: set[Mention]):
    composed = compose(kind, asked)
    assert composed.missing == []
    assert set(composed.mentions) == wanted


@pytest.mark.parametrize(("kind", "asked", "wanted"), ACKNOWLEDGED)
def test_every_mandatory_mention_of_the_law_is_asked_for(kind: Kind, asked: Ground, wanted: set[Mention]):
    law = mentions(notice_of(kind, asked.fields.sense), asked.regime, incomplete=bool(asked.fields.pieces))
    assert set(law) <= wanted


@pytest.mark.parametrize(("kind", "asked", "wanted"), ACKNOWLEDGED)
def test_no_date_is_printed_that_the_engine_or_a_person_did_not_give(kind: Kind, asked: Ground, wanted: set[Mention]):
    text = whole(compose(kind, asked), asked)
    given = {getattr(asked.fields, name) for name in ("deadline_on", "signed_on", "heard_on", "received_on")} | {
        asked.on,
        asked.published.on if asked.published else None,
    }
    known = {
        date.fromisoformat(value[:10])
        for value in asked.values.values()
        if isinstance(value, str) and value[:2] == "20"
    }
    for one in given | known:
        text = text.replace(day(one), "") if one is not None else text
    assert "\u00a02026" not in text, wanted


def missing(kind: Kind, asked: Ground) -> dict[Mention, tuple[str, str]]:
    return {one.mention: (one.article, one.where) for one in compose(kind, asked).missing}


def test_what_nobody_qualified_cannot_be_acknowledged():
    lacks = missing(Kind.ARE, ground(Regime.UNKNOWN))
    assert lacks == {
        M.SILENCE: ("CRPA R112-11-1", "qualification"),
        M.TERM: ("CRPA R112-11-1", "qualification"),
    }


LACKING = [
    (Kind.ARE, without_court(ground(Regime.SVR)), {M.APPEAL_ROUTES: ("CRPA R112-11-1", "papier à en-tête")}),
    (
        Kind.PIECES,
        ground(Regime.SVA),
        {
            M.MISSING_PIECES: ("CRPA L114-5 al.1 et 4, R112-11-4", "/fields/pieces"),
            M.DEADLINE: ("CRPA L114-5 al.1 et 4, R112-11-4", "/fields/deadline_on"),
            M.L114_5_RULE: ("CRPA L114-5 al.1 et 4, R112-11-4", "/fields/pieces"),
        },
    ),
    (
        Kind.PIECES,
        ground(Regime.UNKNOWN, **PIECES),
        {M.L114_5_RULE: ("CRPA L114-5 al.1 et 4, R112-11-4", "qualification")},
    ),
    (Kind.TRANSMISSION, ground(Regime.SVA), {M.RECIPIENT: ("CRPA L114-2, L114-4", "/fields/recipient")}),
    (
        Kind.DECISION,
        ground(Regime.SVR, decision="Refusée.", reasons="Largeur."),
        {M.DECISION: ("CRPA L211-2, L212-1 ; CJA R421-5", "/fields/sense")},
    ),
    (
        Kind.WITHDRAWAL,
        ground(Regime.SVA, on=BORN, reasons="Largeur."),
        {M.OBSERVATIONS: ("CRPA L242-1, L211-2 4°, L121-1 ; CJA R421-5", "/fields/heard_on")},
    ),
    (
        Kind.ARE,
        ground(Regime.SVR, family=Family.CESEDA),
        dict.fromkeys((M.APPEAL_ROUTES, M.APPEAL_PERIODS), ("CRPA R112-11-1", "/fields/mandatory_appeal"))
        | {M.MANDATORY_APPEAL: ("CRPA L412-3", "/fields/mandatory_appeal")},
    ),
    (
        Kind.ARE,
        replace(ground(Regime.NONE), head=Head()),
        {M.AGENT: ("CRPA L111-2", "/fields/agent_name")},
    ),
]


@pytest.mark.parametrize(("kind", "asked", "lacks"), LACKING)
def test_a_missing_mention_names_its_article_and_where_it_is_given(
    kind: Kind, asked: Ground, lacks: dict[Mention, tuple[str, str]]
):
    assert missing(kind, asked) == lacks


def test_an_electronic_acknowledgement_gives_either_address_and_a_paper_one_the_postal():
    by_mail = replace(ground(), office=replace(ground().office, postal_address=""))
    assert M.CONTACT not in missing(Kind.ARE, by_mail)
    by_post = replace(paper(Regime.SVA), office=replace(ground().office, postal_address=""))
    assert M.CONTACT in missing(Kind.AR, by_post)
    silent = replace(ground(), office=replace(ground().office, phone=""))
    assert M.CONTACT in missing(Kind.ARE, silent)


WORDED = [
    (Kind.ARE, ground(Regime.SVA), ["vaut acceptation", "attestation", "2 mai 2026"]),
    (Kind.ARE, ground(Regime.SVR), ["vaut rejet", "Télérecours", "R. 421-7"]),
    (Kind.ARE, ground(Regime.LUMP_SUM), ["montant forfaitaire"]),
    (Kind.ARE, ground(Regime.RENUNCIATION, family=Family.DIA), ["renonciation", "L. 213-2"]),
    (Kind.ARE, ground(Regime.NONE), ["ni acceptation, ni rejet"]),
    (Kind.ARE, ground(Regime.SVA, on=BORN), ["ne vous ayant été notifiée", "est réputée acceptée"]),
    (Kind.ARE, ground(Regime.SVR, family=Family.CADA), ["www.cada.fr", "2 avril 2026"]),
    (Kind.PIECES, ground(Regime.SVA, **PIECES), ["deuxième alinéa", "31 mars 2026"]),
    (Kind.PIECES, ground(Regime.SVR, **PIECES), ["troisième alinéa"]),
    (Kind.PIECES, ground(Regime.SVA, family=Family.URBANISME, pieces=("Plan",)), ["trois mois", "R*423-39"]),
    (Kind.ARE, ground(Regime.SVA, family=Family.URBANISME), ["3 avril 2026", "R*424-13"]),
    (Kind.WITHDRAWAL_HEARING, ground(Regime.SVA, on=BORN, reasons="L."), ["2 septembre 2026", "mandataire"]),
    (Kind.TRANSMISSION, ground(Regime.UNKNOWN, recipient="Département"), ["vaut rejet court", "vaut acceptation ne"]),
    (
        Kind.ARE,
        ground(Regime.SVR, family=Family.URBANISME),
        ["délai d'un mois seulement", "L. 600-12-2"],
    ),
    (Kind.ARE, ground(Regime.SVR, family=Family.RGPD), ["www.cnil.fr", "2 avril 2026"]),
    (Kind.ARE, ground(Regime.SVR, family=Family.MDPH), ["Aucun délai ne court encore", "complète et recevable"]),
    (
        Kind.ARE,
        ground(
            Regime.SVA,
            on="2026-03-20",
            events=({"type": "pieces_requested", "at": "2026-03-16T10:00", "deadline": "2026-03-31"},),
        ),
        ["aucun délai ne court", "réception de toutes les pièces"],
    ),
    (
        Kind.ARE,
        ground(
            Regime.SVA,
            on="2026-03-20",
            events=({"type": "express_decision", "at": "2026-03-16T10:00", "sense": "acceptance"},),
        ),
        ["Une décision vous a été notifiée le 16 mars 2026"],
    ),
]


@pytest.mark.parametrize(("kind", "asked", "words"), WORDED)
def test_each_effect_of_silence_has_its_own_words(kind: Kind, asked: Ground, words: list[str]):
    text = whole(compose(kind, asked), asked).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    assert [word for word in words if word not in text] == []


NOT_DUE = [
    (Kind.ARE, paper(Regime.SVA)),
    (Kind.AR, ground(Regime.SVA)),
    (Kind.ATTESTATION, ground(Regime.SVA)),
    (Kind.ATTESTATION, ground(Regime.SVR, on=BORN)),
    (Kind.ATTESTATION, ground(Regime.UNKNOWN, on=BORN)),
    (Kind.WITHDRAWAL_HEARING, ground(Regime.SVA)),
    (Kind.WITHDRAWAL, ground(Regime.SVA, on="2026-09-03")),
    (Kind.WRONG_CHANNEL, ground(Regime.SVA)),
    (Kind.WRONG_CHANNEL, paper(Regime.SVA)),
    (Kind.DECISION, ground(Regime.SVA, on=BORN, sense=Sense.REFUSAL)),
    (Kind.PIECES, ground(Regime.SVA, on=BORN, **PIECES)),
    (Kind.PIECES, ground(Regime.NONE)),
    (Kind.ARE, ground(Regime.SVR, family=Family.FPS)),
    (Kind.DECISION, ground(Regime.SVR, family=Family.ELECTORAL, sense=Sense.REFUSAL)),
    (Kind.PIECES, ground(Regime.RENUNCIATION, family=Family.DIA, **PIECES)),
]


@pytest.mark.parametrize(("kind", "asked"), NOT_DUE)
def test_a_letter_never_states_what_is_not_so(kind: Kind, asked: Ground):
    with pytest.raises(LetterNotDue) as refusal:
        compose(kind, asked)
    assert refusal.value.detail


def test_what_seizes_nobody_is_acknowledged_and_nothing_is_announced():
    terms = {"sve_terms_published": True, "published_since": "2026-01-01", "allowed_channels": ["webform"]}
    asked = ground(Regime.SVA, tenant=terms)
    composed = compose(Kind.ARE, asked)
    assert composed.missing == []
    assert set(composed.mentions) == ALWAYS
    assert "aucun délai ne court" in whole(composed, asked)


def test_the_last_day_to_withdraw_is_still_a_day():
    asked = ground(Regime.SVA, on="2026-09-02", reasons="Largeur.", heard_on=date(2026, 5, 20))
    assert compose(Kind.WITHDRAWAL, asked).missing == []


@pytest.mark.parametrize(("kind", "asked", "wanted"), ACKNOWLEDGED)
def test_the_short_text_is_shorter_and_priced_as_plain_letters(kind: Kind, asked: Ground, wanted: set[Mention]):
    composed = compose(kind, asked)
    short = brief(composed, asked)
    assert len(short) < len(whole(composed, asked)), wanted
    assert not {"\u00a0", "\u202f", "’", "…"} & set(short)
    for mention, shown in (
        (M.TERM, "2026"),
        (M.APPEAL_ROUTES, "Tribunal"),
        (M.AGENT, "Camille"),
        (M.ATTESTATION, "232-3"),
    ):
        assert mention not in composed.mentions or shown in short or "certificat" in short


def test_every_kind_has_a_name_fields_and_an_edition():
    for kind in Kind:
        assert NAMES[kind]
        assert FIELDS[kind]
        assert template_of(kind).startswith(f"{kind.value}/")
        assert not set(FIELDS[kind]) & set(EVERYWHERE)


def test_every_mention_a_letter_may_lack_has_a_place():
    assert set(PLACES) == set(Mention)
    assert set(Notice) >= {notice_of(kind, None) for kind in Kind}


def test_the_rule_of_missing_pieces_is_asked_for_where_pieces_are_named_once_qualified():
    where = {}
    for regime in (Regime.SVA, Regime.UNKNOWN):
        (rule,) = [one for one in compose(Kind.PIECES, ground(regime)).missing if one.mention is M.L114_5_RULE]
        where[regime] = rule.where
    assert where == {Regime.SVA: "/fields/pieces", Regime.UNKNOWN: "qualification"}
