"""Cases of a second reading: procedures of many families counted by hand at the ends of months, overseas and on feast days."""

from tests.sve.law.own_cases import (
    CADA,
    DIA,
    PERMIT,
    RGPD,
    SVA,
    SVR,
    Row,
    happened,
    on,
    received,
    refusal,
)

REUNION, MARTINIQUE = on("LA_REUNION", "Indian/Reunion"), on("MARTINIQUE", "America/Martinique")
TOLD = {"mentions_appeal": True}


def acknowledged(at):
    return happened("ack_sent", at, kind="ARE", complete_mentions=True)


def filed(at):
    """A file sent electronically, whose registration leaves at once: planning periods start with it."""
    return [received(at, channel="teleservice"), happened("ack_sent", at, kind="AEE")]


MONTHS = [
    Row(
        # 30 November + 3 months: no 30 February.
        "a nursery school enrolment waits three months, to the last day of February",
        {**SVA, "delay": "P3M", "basis": "Décret 2015-1460"},
        [received("2025-11-30T10:00")],
        {"term_date": "2026-02-28", "tacit_decision_dated": "2026-02-28", "withdrawal_last_date": "2026-06-28"},
        "CPC 641 ; CRPA L231-6, L242-1",
    ),
    Row(
        # 31 October + 4 months = 28 February 2027, a Sunday; + 2 months = 28 April, the day after: Thursday 29.
        "a service of limited capacity rejects after four months; the court is counted the shorter way",
        {**SVR, "delay": "P4M", "basis": "Décret 2016-625"},
        [received("2026-10-31T10:00"), acknowledged("2026-11-02T10:00")],
        {"term_date": "2027-02-28", "appeal_opposable": True, "appeal_last_date": "2027-04-29"},
        "Décret 2016-625 ; CJA R421-2",
    ),
    Row(
        # 31 August + 6 months.
        "six months from 31 August end on 28 February",
        {**SVR, "delay": "P6M"},
        [received("2026-08-31T10:00")],
        {"term_date": "2027-02-28"},
        "CPC 641",
    ),
    Row(
        # 30 November + 3 months = 28 February; + 14 days = 14 March.
        "months are counted before days",
        {**SVA, "delay": "P3M14D"},
        [received("2026-11-30T10:00")],
        {"term_date": "2027-03-14"},
        "CPC 641 al.3",
    ),
    Row(
        # 30 September + 5 months; born the day after; three months from 1 March.
        "a permit before a national commission is born on 1 March",
        {**PERMIT, "delay": "P5M"},
        filed("2026-09-30T10:00"),
        {"term_date": "2027-02-28", "tacit_decision_dated": "2027-03-01", "withdrawal_last_date": "2027-06-01"},
        "C. urb. R*423-27, L424-5 ; CE 14 nov. 2025 n°496754",
    ),
    Row(
        # Six weeks are forty-two days: 2 March + 42.
        "the mediation commission has six weeks for a shelter",
        {"regime": "CRPA", "silence": "none", "delay": "P6W", "basis": "CCH R441-18"},
        [received()],
        {"reply_due_date": "2026-04-13", "term_date": None},
        "CCH R441-18",
    ),
    Row(
        # 31 March + 2 months = 31 May; + 4 months: no 31 September.
        "four months from 31 May end on 30 September",
        SVA,
        [received("2026-03-31T10:00")],
        {"term_date": "2026-05-31", "withdrawal_last_date": "2026-09-30"},
        "CRPA L242-1",
    ),
    Row(
        # Half past midnight on 1 January in Paris: + 2 months = 1 March, not 28 February.
        "an e-mail of half past eleven in the evening UTC is of the new year",
        SVA,
        [received("2025-12-31T23:30:00Z")],
        {"reception_date": "2026-01-01", "term_date": "2026-03-01"},
        "Décret 2017-292",
    ),
    Row(
        "half past eleven in the evening of 31 December is still of the old year",
        SVA,
        [received("2025-12-31T23:30")],
        {"reception_date": "2025-12-31", "term_date": "2026-02-28"},
        "Décret 2017-292",
    ),
]

STOPS = [
    Row(
        # The competent one has it on 31 December: + 2 months. The rejection would have run from the 30th.
        "a transfer moves an acceptance",
        SVA,
        [
            received("2025-12-30T10:00", authority="incompetent"),
            happened("transferred", "2025-12-31T10:00", received_at="2025-12-31T10:00", to="competent"),
        ],
        {"term_date": "2026-02-28"},
        "CRPA L114-3 al.2",
    ),
    Row(
        # From 2 March, whatever the transfer of the 12th.
        "a transfer leaves a rejection where it was",
        SVR,
        [
            received(authority="incompetent"),
            happened("transferred", "2026-03-12T10:00", received_at="2026-03-12T10:00", to="competent"),
        ],
        {"term_date": "2026-05-02", "are_due_date": "2026-03-26"},
        "CRPA L114-3 al.1 ; R112-11-2",
    ),
    Row(
        # 31 December + 2 months = 28 February; five days from 10 to 15 January.
        "days of suspension are added to a term at the end of February",
        SVR,
        [
            received("2025-12-31T10:00"),
            happened("pieces_requested", "2026-01-10T10:00", deadline_date="2026-01-20"),
            happened("pieces_received", "2026-01-15T10:00", complete=True),
        ],
        {"term_date": "2026-03-05", "suspended_days": 5},
        "CRPA L114-5 al.3",
    ),
    Row(
        # Four days (16 to 20 March), then ten (1 to 11 April): 2 May + 14.
        "two lists suspend a rejection twice",
        SVR,
        [
            received(),
            happened("pieces_requested", "2026-03-16T10:00", deadline_date="2026-03-31"),
            happened("pieces_received", "2026-03-20T10:00", complete=True),
            happened("pieces_requested", "2026-04-01T10:00", deadline_date="2026-04-11"),
        ],
        {"term_date": "2026-05-16", "suspended_days": 14},
        "CRPA L114-5 al.3",
    ),
    Row(
        "pieces given the day they are asked suspend nothing",
        SVR,
        [
            received(),
            happened("pieces_requested", "2026-03-16T10:00", deadline_date="2026-03-31"),
            happened("pieces_received", "2026-03-16T16:00", complete=True),
        ],
        {"term_date": "2026-05-02", "suspended_days": 0},
        "CRPA L114-5 al.3",
    ),
    Row(
        # Complete on 31 December: + 2 months.
        "pieces of 31 December restart an acceptance whole",
        SVA,
        [
            received("2025-12-01T10:00"),
            happened("pieces_requested", "2025-12-10T10:00", deadline_date="2025-12-31"),
            happened("pieces_received", "2025-12-31T23:30", complete=True),
        ],
        {"term_date": "2026-02-28"},
        "CRPA L114-5 al.2",
    ),
    Row(
        # Thirty-one days from 16 March to 16 April: 2 May + 31.
        "a fraud suspension lifted early adds its days",
        {**SVR, "public_aid": True},
        [
            received(),
            happened("fraud_suspension_notified", "2026-03-16T10:00"),
            happened("fraud_suspension_lifted", "2026-04-16T10:00"),
        ],
        {"term_date": "2026-06-02", "suspended_days": 31},
        "CRPA L115-3, R115-5",
    ),
    Row(
        # 26 February leaves two days to 28 February: a month at least, hence 26 March.
        "a declaration of intent keeps a month after its documents",
        DIA,
        [
            *filed("2026-12-31T10:00"),
            happened("documents_requested", "2027-02-20T10:00"),
            happened("documents_received", "2027-02-26T10:00"),
        ],
        {"term_date": "2027-03-26"},
        "C. urb. L213-2, R213-7 I",
    ),
    Row(
        # Three months from 30 November, then five from the same origin: 30 April.
        "a childminder's three months become five from their origin",
        {"regime": "CASF", "silence": "SVA", "delay": "P3M", "prolongation": "P2M", "basis": "CASF L421-6"},
        [
            received("2025-11-30T10:00"),
            happened("prolongation_notified", "2026-02-10T10:00", added="P2M"),
        ],
        {"term_date": "2026-04-30"},
        "CASF L421-6 al.2",
    ),
]

OVERSEAS = [
    Row(
        # Friday 18 December; 20 December is a Sunday and a feast. 21, 22, 23, 24, 28 to 31, 4 and 5 January.
        "La Réunion counts its own feast and those of everybody",
        SVA,
        [received("2026-12-18T17:00")],
        {"aee_due_date": "2026-12-21", "are_due_date": "2027-01-05", "term_date": "2027-02-18"},
        "C. trav. L3422-2 6°",
        REUNION,
    ),
    Row(
        # Wednesday 27 May is worked by nobody: 28, 29, 1 to 5 June, 8, 9, 10.
        "Guadeloupe does not work on 27 May",
        SVA,
        [received("2026-05-26T10:00")],
        {"aee_due_date": "2026-05-28", "are_due_date": "2026-06-10", "term_date": "2026-07-26"},
        "C. trav. L3422-2",
        on("GUADELOUPE", "America/Guadeloupe"),
    ),
    Row(
        # Friday 22 May is a feast, then Whit Monday.
        "an AEE of Martinique waits from Thursday to Tuesday",
        SVA,
        [received("2026-05-21T10:00")],
        {"aee_due_date": "2026-05-26", "term_date": "2026-07-21"},
        "C. trav. L3422-2 ; CRPA R112-11-2",
        MARTINIQUE,
    ),
    Row(
        # 21 March + 2 months + 1 day = Friday 22 May, a feast; Saturday, Sunday, Whit Monday: Tuesday.
        "the court of Martinique is open until Tuesday",
        SVR,
        [received("2026-02-02T10:00"), refusal("2026-03-21T10:00", **TOLD)],
        {"appeal_last_date": "2026-05-26"},
        "CJA R421-1 ; CE n°312682 ; C. trav. L3422-2",
        MARTINIQUE,
    ),
    Row(
        "Guyane does not work on 10 June",
        SVA,
        [received("2026-06-09T10:00")],
        {"aee_due_date": "2026-06-11"},
        "C. trav. L3422-2",
        on("GUYANE", "America/Cayenne"),
    ),
    Row(
        # Friday 24 April; Monday 27 is a feast.
        "Mayotte does not work on 27 April",
        SVA,
        [received("2026-04-24T10:00")],
        {"aee_due_date": "2026-04-28"},
        "C. trav. L3422-2",
        on("MAYOTTE", "Indian/Mayotte"),
    ),
    Row(
        "Saint-Barthélemy does not work on 9 October",
        SVA,
        [received("2026-10-08T10:00")],
        {"aee_due_date": "2026-10-12"},
        "C. trav. L3422-2",
        on("SAINT_BARTHELEMY", "America/St_Barthelemy"),
    ),
    Row(
        # Midnight there, two hours behind UTC in summer.
        "a decision is relied on from midnight in Saint-Pierre-et-Miquelon",
        SVA,
        [received("2026-03-08T10:00")],
        {"term_date": "2026-05-08", "tacit_effective_from_utc": "2026-05-09T02:00:00Z"},
        "CPC 642 al.1 ; décret 2017-292",
        on("SAINT_PIERRE_ET_MIQUELON", "America/Miquelon"),
    ),
    Row(
        # Half past noon on 30 June in Papeete.
        "Papeete is still in June",
        SVA,
        [received("2026-06-30T22:30:00Z")],
        {"reception_date": "2026-06-30", "term_date": "2026-08-30"},
        "Décret 2017-292",
        on("POLYNESIE_FRANCAISE", "Pacific/Tahiti"),
    ),
    Row(
        # 20 December 2026 is a Sunday and a feast there: Monday 21.
        "a reply about personal data is postponed past a feast",
        RGPD,
        [received("2026-11-20T10:00")],
        {"reply_due_date": "2026-12-21"},
        "RGPD art. 12(3) ; règl. 1182/71",
        REUNION,
    ),
    Row(
        # The night of 25 October has twenty-five hours; its midnight is two hours ahead of UTC.
        "the night when clocks go back begins in summer time",
        SVA,
        [received("2026-08-24T10:00")],
        {"term_date": "2026-10-24", "tacit_effective_from_utc": "2026-10-24T22:00:00Z"},
        "CPC 642 al.1 ; décret 2017-292",
    ),
    Row(
        "the night when clocks go forward begins in winter time",
        SVA,
        [received("2026-01-28T10:00")],
        {"term_date": "2026-03-28", "tacit_effective_from_utc": "2026-03-28T23:00:00Z"},
        "CPC 642 al.1 ; décret 2017-292",
    ),
]

COURT = (
    [
        Row(
            f"a refusal notified on {notified} may be contested until {last}",
            SVR,
            [received("2025-11-03T10:00"), refusal(f"{notified}T10:00", **TOLD)],
            {"appeal_last_date": last},
            "CJA R421-1 ; CE n°409579, n°312682",
        )
        for notified, last in (
            ("2025-12-31", "2026-03-02"),  # 28 February; the day after is a Sunday
            ("2026-01-01", "2026-03-02"),  # 1 March; 2 March is a Monday
        )
    ]
    + [
        Row(
            f"a refusal notified in time on {notified} may be contested until {last}",
            SVR,
            [received("2026-03-02T10:00"), refusal(f"{notified}T10:00", **TOLD)],
            {"appeal_last_date": last},
            "CJA R421-1 ; CE n°409579, n°312682",
        )
        for notified, last in (
            ("2026-03-07", "2026-05-11"),  # 8 May is a feast, and a Friday
            ("2026-03-13", "2026-05-15"),  # Ascension is on 14 May
            ("2026-03-24", "2026-05-26"),  # Whit Monday is on 25 May
            ("2026-04-30", "2026-07-01"),  # 30 June + 1
        )
    ]
    + [
        Row(
            # 30 June + 2 months = 30 August, the day after: Monday 31; counted from 1 July it would be 1 September.
            "the shorter of two counts is shown at the end of June",
            SVR,
            [received("2026-06-01T10:00"), refusal("2026-06-30T10:00", **TOLD)],
            {"appeal_last_date": "2026-08-31"},
            "CE n°409579",
        ),
        Row(
            # 2 February + 2 months + 1 = Good Friday, which is certain nowhere.
            "Good Friday postpones no period of the court",
            SVR,
            [received("2026-01-05T10:00"), refusal("2026-02-02T10:00", **TOLD)],
            {"appeal_last_date": "2026-04-03"},
            "C. trav. L3134-13",
            on("ALSACE_MOSELLE", "Europe/Paris"),
        ),
        Row(
            # Four months in all: 2 July, the day after.
            "who lives abroad has two months more",
            SVR,
            [received("2026-02-02T10:00"), refusal("2026-03-02T10:00", applicant_residence="abroad", **TOLD)],
            {"appeal_last_date": "2026-07-03"},
            "CJA R421-7",
        ),
        Row(
            # Made available on 20 April, opened on 4 May, the fourteenth day: after the term of 2 May.
            "a refusal opened after the term lets silence grant",
            SVA,
            [
                received(),
                happened(
                    "express_decision", sense="refusal", made_available_at="2026-04-20T10:00", express_consent=True
                ),
                happened("opened", "2026-05-04T10:00"),
            ],
            {"tacit_acceptance": True, "notified_on": "2026-05-04"},
            "CRPA R112-20 al.1",
        ),
        Row(
            # Never opened in fifteen days: notified on the day it was made available.
            "a refusal never opened is notified before the term",
            SVA,
            [
                received(),
                happened(
                    "express_decision", sense="refusal", made_available_at="2026-04-20T10:00", express_consent=True
                ),
            ],
            {"tacit_acceptance": False, "notified_on": "2026-04-20", "closed_by": "express_decision"},
            "CRPA R112-20 al.2",
        ),
        Row(
            "without consent a deposit notifies nothing",
            SVA,
            [
                received(),
                happened(
                    "express_decision", sense="refusal", made_available_at="2026-04-20T10:00", express_consent=False
                ),
            ],
            {"tacit_acceptance": True, "notified_on": None},
            "CRPA L112-15 al.2",
        ),
        Row(
            # Sent on 1 May, notified on 2 May, the day of the term.
            "a planning refusal deposited on the eve of the term is in time",
            PERMIT,
            [
                *filed("2026-03-02T09:00"),
                happened(
                    "express_decision", sense="refusal", deposit_notice_sent_at="2026-05-01T10:00", express_consent=True
                ),
            ],
            {"tacit_acceptance": False, "notified_on": "2026-05-02"},
            "C. urb. R474-1 II 2°",
        ),
        Row(
            # From the competent one, 31 January: + 1 month = 28 February.
            "a document asked of another service counts from the competent one",
            CADA,
            [
                received("2026-01-30T10:00", authority="incompetent"),
                happened("transferred", "2026-01-31T10:00", received_at="2026-01-31T10:00", to="competent"),
            ],
            {"term_date": "2026-02-28"},
            "CRPA R311-13",
        ),
    ]
)

CERTIFICATE = {**PERMIT, "delay": "P1M", "permit": "certificate"}
INCREASED = happened("delay_increase_notified", "2026-03-10T10:00", added="P1M")
MENDED = [
    Row(
        # 31 January + 1 month; four months from the day after, L424-5 being for permits and declarations.
        "a certificate is one, whatever the language it is named in",
        CERTIFICATE,
        filed("2026-01-31T10:00"),
        {"term_date": "2026-02-28", "tacit_decision_dated": "2026-03-01", "withdrawal_last_date": "2026-07-01"},
        "C. urb. R*410-10, R*410-12 ; CRPA L242-1",
    ),
    Row(
        # 2 March + 2 + 2 months, not + 1 + 2.
        "two increases do not add up: the longer counts, and somebody is told",
        PERMIT,
        [*filed("2026-03-02T10:00"), INCREASED, happened("delay_increase_notified", "2026-03-20T10:00", added="P2M")],
        {"term_date": "2026-07-02", "alert_on": "2026-07-02", "warning": "increases_do_not_add_up"},
        "C. urb. R423-24, R*423-25",
    ),
    Row(
        "nor do they in the other order",
        PERMIT,
        [*filed("2026-03-02T10:00"), {**INCREASED, "added": "P2M"}, {**INCREASED, "at": "2026-03-20T10:00"}],
        {"term_date": "2026-07-02", "warning": "increases_do_not_add_up"},
        "C. urb. R423-24, R*423-25",
    ),
    Row(
        # First presented on 28 February, the last day of the month from 31 January: + 3 months.
        "an increase presented on the last day of February is in time",
        PERMIT,
        [
            *filed("2026-01-31T10:00"),
            happened("delay_increase_notified", first_presented_at="2026-02-28T10:00", added="P1M"),
        ],
        {"increase_notify_last_date": "2026-02-28", "term_date": "2026-04-30"},
        "C. urb. R*423-42 ; CPC 641",
    ),
    Row(
        # Asked on 28 February: three months end on 28 May; complete that evening, two months more.
        "a file completed on the last evening is complete",
        PERMIT,
        [
            *filed("2026-01-31T10:00"),
            happened("pieces_requested", first_presented_at="2026-02-28T10:00"),
            happened("pieces_received", "2026-05-28T23:00", complete=True),
        ],
        {"pieces_due_date": "2026-05-28", "term_date": "2026-07-28", "tacit_decision_dated": "2026-07-29"},
        "C. urb. R*423-39",
    ),
    Row(
        "and rejected by silence when it is completed the next morning",
        PERMIT,
        [
            *filed("2026-01-31T10:00"),
            happened("pieces_requested", first_presented_at="2026-02-28T10:00"),
            happened("pieces_received", "2026-05-29T09:00", complete=True),
        ],
        {"term_date": "2026-05-28", "tacit_rejection": True, "tacit_acceptance": False},
        "C. urb. R*423-39 b",
    ),
    Row(
        # 15 June + 2 months = Saturday 15 August, a feast; + 1 = Sunday: Monday 17.
        "an acknowledgement sent after the rejection is flagged; the period is counted from it",
        SVR,
        [received(), acknowledged("2026-06-15T10:00")],
        {"appeal_opposable": True, "appeal_last_date": "2026-08-17", "warning": "acknowledged_after_rejection"},
        "CRPA L112-12",
    ),
    Row(
        # 31 December + 1 month = Saturday 31 January: Monday 2 February is still in the month; + 3 months from the origin.
        "an extension told on the postponed last day is in time",
        RGPD,
        [received("2025-12-31T10:00"), happened("extension_notified", "2026-02-02T10:00", added="P2M")],
        {"reply_due_date": "2026-03-31"},
        "RGPD art. 12(3) ; règl. 1182/71",
    ),
    Row(
        "and without effect the day after",
        RGPD,
        [received("2025-12-31T10:00"), happened("extension_notified", "2026-02-03T10:00", added="P2M")],
        {"reply_due_date": "2026-02-02", "alert_on": "2026-01-31", "warning": "extension_too_late"},
        "RGPD art. 12(3)",
    ),
    Row(
        # 31 October + 1; referral; registered on 31 January: + 2 months = 31 March; + 2 months + 1 = 1 June.
        "after the CADA two months run from the registration, then two francs",
        CADA,
        [
            received("2026-10-31T10:00"),
            acknowledged("2026-11-02T10:00"),
            happened("cada_registration", "2027-01-31T10:00"),
        ],
        {"cada_opinion_due_date": "2027-02-28", "term_date": "2027-03-31", "appeal_last_date": "2027-06-01"},
        "CRPA R343-3 à R343-5 ; CJA R421-2",
    ),
]

HANDED_OVER = happened("transferred", "2026-03-12T10:00", received_at="2026-03-12T10:00", to="competent")
MISSING = [
    happened("pieces_requested", "2026-03-20T10:00", deadline_date="2026-04-03"),
    happened("pieces_received", "2026-03-30T10:00", complete=True),
]
FAMILIES = [
    Row(
        # Complete on 30 March at the competent one: + 2 months.
        "a transfer, then pieces: an acceptance runs from the completion",
        SVA,
        [received(authority="incompetent"), HANDED_OVER, *MISSING],
        {"term_date": "2026-05-30", "clock_start_date": "2026-03-30", "are_due_date": "2026-03-26"},
        "CRPA L114-3 al.2, L114-5 al.2",
    ),
    Row(
        # 2 March + 2 months + the ten days from 20 to 30 March.
        "a transfer, then pieces: a rejection runs from the first reception, suspended",
        SVR,
        [received(authority="incompetent"), HANDED_OVER, *MISSING],
        {"term_date": "2026-05-12", "suspended_days": 10},
        "CRPA L114-3 al.1, L114-5 al.3",
    ),
    Row(
        # 12 June + 2 months, though the first reception is three months older.
        "an acceptance handed over after two months has not been born",
        SVA,
        [
            received(authority="incompetent"),
            happened("transferred", "2026-06-12T10:00", received_at="2026-06-12T10:00", to="competent"),
        ],
        {"term_date": "2026-08-12"},
        "CRPA L114-3 al.2",
    ),
    Row(
        # Six months overseas: 2 March + 6.
        "the mediation commission of La Réunion has six months",
        {"regime": "CRPA", "silence": "none", "delay": "P3M", "basis": "CCH R441-15"},
        [received()],
        {"reply_due_date": "2026-09-02", "term_date": None},
        "CCH R441-15",
        REUNION,
    ),
    Row(
        # Recevable on 31 October: + 4 months.
        "a file of the MDPH counts from the day it is recevable, to the end of February",
        {"regime": "CASF", "silence": "SVR", "delay": "P4M", "basis": "CASF R241-33"},
        [received("2025-10-01T10:00"), happened("recevable", "2025-10-31T10:00")],
        {"clock_start_date": "2025-10-31", "term_date": "2026-02-28"},
        "CASF R241-33",
    ),
    Row(
        # 30 December + 2 months; + 10 days for the receipt.
        "an APA file of the end of December is granted for a lump sum at the end of February",
        {"regime": "CASF", "silence": "LUMP_SUM", "delay": "P2M", "basis": "CASF L232-14"},
        [received("2025-12-30T10:00")],
        {"term_date": "2026-02-28", "tacit_lump_sum": True, "receipt_due_date": "2026-01-09"},
        "CASF L232-14, R232-23",
    ),
    Row(
        # Two months: 28 February; the silence stays that of documents: 31 January; forty-eight hours: 2 January.
        "an old medical file is owed after its silence has rejected",
        {**CADA, "medical_file": True, "older_than_five_years": True},
        [received("2025-12-31T10:00")],
        {"reply_due_date": "2026-02-28", "term_date": "2026-01-31", "earliest_on": "2026-01-02"},
        "CSP L1111-7 ; CRPA R311-13",
    ),
    Row(
        # 31 May + 2 months = 31 July, the day after a Saturday: Monday 3 August.
        "third parties of a panel of 31 May have until Monday",
        PERMIT,
        [*filed("2026-03-02T10:00"), happened("display_started", "2026-05-31T10:00")],
        {"third_party_appeal_last_date": "2026-08-03", "third_party_appeal_opposable": True},
        "C. urb. R*600-2",
    ),
    Row(
        "works completed on 31 August bar everybody at the end of February",
        PERMIT,
        [*filed("2026-03-02T10:00"), happened("completion_declared", "2026-08-31T10:00")],
        {"third_party_bar_date": "2027-02-28"},
        "C. urb. R*600-3",
    ),
    Row(
        # Asked on the last day, 3 July; given on 1 August: + 2 months = 1 October, the day after.
        "reasons asked on the last day open the court again once they are given",
        SVR,
        [
            received(),
            acknowledged("2026-03-03T10:00"),
            happened("reasons_requested", "2026-07-03T10:00"),
            happened("reasons_communicated", "2026-08-01T10:00"),
        ],
        {"reasons_due_date": "2026-08-03", "appeal_last_date": "2026-10-02"},
        "CRPA L232-4",
    ),
    Row(
        "a registered letter first presented on the day of the term is in time",
        SVA,
        [
            received(),
            happened(
                "express_decision",
                sense="refusal",
                signed_at="2026-04-28T10:00",
                posted_at="2026-04-29T10:00",
                first_presented_at="2026-05-02T10:00",
                mentions_appeal=True,
            ),
        ],
        {"closed_by": "express_decision", "notified_on": "2026-05-02", "appeal_last_date": "2026-07-03"},
        "CRPA L221-8 ; CE 24 mai 2024 n°472321",
    ),
]

REVIEWED = [*MONTHS, *STOPS, *OVERSEAS, *COURT, *MENDED, *FAMILIES]
