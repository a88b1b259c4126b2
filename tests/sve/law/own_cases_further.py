"""Further worked cases of our own: kinds the shared file does not hold, each with its arithmetic and its article."""

from tests.sve.law.own_cases import (
    ARE_COMPLETE,
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

FPS = {"regime": "CGCT", "silence": "SVR", "delay": "P1M", "basis": "CGCT R2333-120-13"}
ACCUEIL = {"regime": "CESEDA", "silence": "SVR", "delay": "P1M"}
ELECTORAL = {"regime": "ELECTORAL", "silence": "SVR", "delay": "P30D"}
DALO = {"regime": "CRPA", "silence": "none", "delay": "P3M", "basis": "CCH L441-2-3 II, R441-14, R441-15"}
DESK = received("2026-01-10T10:00", channel="front_desk")
INVITED = happened("regularisation_requested", "2026-03-10T10:00", deadline_date="2026-03-31")


def seen(at):
    """Reads the case as of an instant rather than after everything."""
    return {"now": at}


FORMAL_DEFECT = [
    Row(
        # L114-6 gives no effect on the clock: 2 March + 2 months.
        "an invitation to mend a defect of form leaves the silence running",
        SVR,
        [received(), ARE_COMPLETE, INVITED, happened("regularised", "2026-03-20T10:00")],
        {
            "regularisation_due_date": "2026-03-31",
            "regularised": True,
            "term_date": "2026-05-02",
            "appeal_opposable": True,
            "warning": "regularisation_does_not_stop_silence",
        },
        "CRPA L114-6 al.1",
    ),
    Row(
        "an invitation which cites no text loses the appeal periods",
        SVR,
        [received(), ARE_COMPLETE, {**INVITED, "states_texts": False}],
        {"appeal_opposable": False, "appeal_last_date": None, "warning": "regularisation_indications_missing"},
        "CRPA L114-6 al.2",
    ),
    Row(
        # 12 March + 15 days.
        "its deadline may count from the day the letter arrives",
        SVR,
        [
            received(),
            happened(
                "regularisation_requested",
                "2026-03-10T10:00",
                received_by_applicant_at="2026-03-12T10:00",
                deadline_days=15,
            ),
        ],
        {"regularisation_due_date": "2026-03-27", "regularised": False},
        "CRPA L114-6 al.1",
    ),
    Row(
        # 15 April + 1 year: the refusal makes itself known, so the reasonable period runs.
        "a refusal for a curable defect nobody was invited to mend opens no period",
        SVR,
        [received(), refusal("2026-04-15T10:00", mentions_appeal=True, curable_defect=True)],
        {"appeal_opposable": False, "appeal_last_date": None, "reasonable_period_end": "2027-04-15"},
        "CRPA L114-6 al.2 ; CE Ass. 13 juill. 2016 n°387763",
    ),
    Row(
        "a defect mended after its deadline is not mended in time",
        SVR,
        [received(), INVITED, happened("regularised", "2026-04-02T10:00")],
        {"regularised": False},
        "CRPA L114-6 al.1",
    ),
]

REFUSALS = [
    Row(
        # 2 May + 4 months.
        "an implicit rejection which is illegal is withdrawn within four months",
        SVR,
        [received()],
        {"term_date": "2026-05-02", "refusal_withdrawal_last_date": "2026-09-02"},
        "CRPA L243-3",
    ),
    Row(
        # Édicted on 30 October, no 30 February: 28 February 2027.
        "the four months of a refusal count from its signature",
        SVA,
        [received("2026-09-10T10:00"), refusal("2026-11-03T10:00", signed_at="2026-10-30T10:00", mentions_appeal=True)],
        {"closed_by": "express_decision", "refusal_withdrawal_last_date": "2027-02-28"},
        "CRPA L243-3 (« édiction »)",
    ),
    Row(
        "a refusal taken back leaves a request to decide, and wakes the watch at once",
        SVA,
        [received(), refusal("2026-04-15T10:00"), happened("withdrawal_decision", notified_at="2026-06-01T10:00")],
        {"withdrawal_in_time": True, "warning": "request_pending_again", "alert_on": "2026-05-02"},
        "CRPA L243-3",
    ),
    Row(
        # 15 April + 4 months = 15 August.
        "a refusal taken back after four months is taken back too late",
        SVA,
        [received(), refusal("2026-04-15T10:00"), happened("withdrawal_decision", notified_at="2026-08-16T10:00")],
        {"refusal_withdrawal_last_date": "2026-08-15", "withdrawal_in_time": False},
        "CRPA L243-3",
    ),
]

ON_REQUEST = [
    Row(
        # 4 May + 4 months = 4 September.
        "the beneficiary who asks in four months has the illegal acceptance withdrawn",
        SVA,
        [happened("tacit_acceptance", dated="2026-05-04"), happened("withdrawal_requested", "2026-08-01T10:00")],
        {"withdrawal_last_date": "2026-09-04", "withdrawal_on_request": "due_if_illegal"},
        "CRPA L242-3",
    ),
    Row(
        "who asks a day later cannot require it",
        SVA,
        [happened("tacit_acceptance", dated="2026-05-04"), happened("withdrawal_requested", "2026-09-05T10:00")],
        {"withdrawal_on_request": "too_late"},
        "CRPA L242-3",
    ),
    Row(
        "a more favourable decision replaces the first at any time, and nobody need be heard",
        SVA,
        [
            happened("tacit_acceptance", dated="2026-05-04"),
            happened("withdrawal_requested", "2027-03-01T10:00", more_favourable=True),
            happened(
                "withdrawal_decision",
                signed_at="2027-04-01T10:00",
                notified_at="2027-04-02T10:00",
                on_request=True,
                more_favourable=True,
                contradictory=False,
            ),
        ],
        {"withdrawal_on_request": "possible_at_any_time", "withdrawal_in_time": True},
        "CRPA L242-4",
    ),
    Row(
        # Born 6 April, + 3 months = 6 July; asked by its holder, a permit is withdrawn after that too.
        "a permit is withdrawn at any time when its holder asks",
        PERMIT,
        [
            received("2026-02-05T10:00", channel="front_desk"),
            happened("withdrawal_requested", "2026-10-01T10:00"),
            happened("withdrawal_decision", first_presented_at="2026-10-10T10:00", on_request=True),
        ],
        {
            "withdrawal_last_date": "2026-07-06",
            "withdrawal_on_request": "possible_at_any_time",
            "withdrawal_in_time": True,
        },
        "C. urb. L424-5",
    ),
    Row(
        "an acceptance first taken back too late stays taken back by nobody",
        SVA,
        [
            happened("tacit_acceptance", dated="2026-05-04"),
            happened("withdrawal_decision", signed_at="2026-09-05T10:00", notified_at="2026-09-06T10:00"),
        ],
        {"withdrawal_last_date": "2026-09-04", "withdrawal_in_time": False},
        "CRPA L242-1",
    ),
]

# Filed on 12 January, two months: term 12 March, tacit permit of 13 March.
PERMITTED = received("2026-01-12T10:00", channel="front_desk")
PANEL = [
    Row(
        # 20 March + 2 months = 20 May, + 1 day = Thursday 21 May.
        "third parties have two months francs from the first day of a continuous display",
        PERMIT,
        [PERMITTED, happened("display_started", "2026-03-20T08:00")],
        {"third_party_appeal_last_date": "2026-05-21", "third_party_appeal_opposable": True},
        "C. urb. R*600-2",
    ),
    Row(
        "nobody knows yet whether a display will have been continuous",
        PERMIT,
        [PERMITTED, happened("display_started", "2026-03-20T08:00")],
        {"third_party_appeal_last_date": "2026-05-21", "third_party_appeal_opposable": None},
        "C. urb. R*600-2",
        seen("2026-04-10T10:00"),
    ),
    Row(
        "a display interrupted opens nothing",
        PERMIT,
        [
            PERMITTED,
            happened("display_started", "2026-03-20T08:00"),
            happened("display_interrupted", "2026-04-25T08:00"),
        ],
        {"third_party_appeal_last_date": None, "third_party_appeal_opposable": False},
        "C. urb. R*600-2",
    ),
    Row(
        # 4 May + 2 months = 4 July, + 1 = Sunday 5 July, moved to Monday 6.
        "a display begun again opens the period from its new first day",
        PERMIT,
        [
            PERMITTED,
            happened("display_started", "2026-03-20T08:00"),
            happened("display_ended", "2026-04-25T08:00"),
            happened("display_started", "2026-05-04T08:00"),
        ],
        {"third_party_appeal_last_date": "2026-07-06", "third_party_appeal_opposable": True},
        "C. urb. R*600-2 ; CE 5 juin 2009 n°312682",
    ),
    Row(
        "a panel silent about the right to appeal opens nothing",
        PERMIT,
        [PERMITTED, happened("display_started", "2026-03-20T08:00", complete_mentions=False)],
        {"third_party_appeal_opposable": False},
        "C. urb. A424-17",
    ),
    Row(
        "a panel older than the permit shows no permit",
        PERMIT,
        [PERMITTED, happened("display_started", "2026-03-10T08:00")],
        {"third_party_appeal_opposable": False},
        "C. urb. R*424-15",
    ),
    Row(
        # 15 September + 6 months.
        "six months after the works are finished nobody may ask the annulment",
        PERMIT,
        [PERMITTED, happened("completion_declared", "2026-09-15T10:00")],
        {"third_party_bar_date": "2027-03-15"},
        "C. urb. R*600-3 (décret 2018-617)",
    ),
    Row(
        "for works finished in 2017 the rule of the time was not read",
        PERMIT,
        [happened("tacit_acceptance", dated="2016-11-29"), happened("completion_declared", "2017-05-10T10:00")],
        {"third_party_bar_date": None},
        "C. urb. R*600-3 (rédaction antérieure non relue)",
    ),
]

DECLARED = received("2026-03-10T10:00", channel="front_desk")
ASKED_TO_VISIT = happened("visit_requested", received_by_owner_at="2026-04-20T10:00")
VISIT = [
    Row(
        # 20 April + 8 days = 28 April; 10 May + 8 days = 18 May, but a month must be left: 28 May.
        "an owner who does not answer refuses the visit on the eighth day",
        DIA,
        [DECLARED, ASKED_TO_VISIT],
        {"visit_tacitly_refused_on": "2026-04-28", "suspended_days": 8, "term_date": "2026-05-28"},
        "C. urb. D213-13-3",
    ),
    Row(
        # Suspended from 20 April to 6 May: 16 days; 10 May + 16 = 26 May, a month from the visit = 6 June.
        "a visit accepted in time resumes the period on its day",
        DIA,
        [
            DECLARED,
            ASKED_TO_VISIT,
            happened("visit_accepted", "2026-04-24T10:00"),
            happened("visit_done", "2026-05-06T10:00"),
        ],
        {"visit_last_date": "2026-05-09", "suspended_days": 16, "term_date": "2026-06-06"},
        "C. urb. L213-2, D213-13-2",
    ),
    Row(
        "a visit accepted after the eighth day changes nothing",
        DIA,
        [
            DECLARED,
            ASKED_TO_VISIT,
            happened("visit_accepted", "2026-04-30T10:00"),
            happened("visit_done", "2026-05-06T10:00"),
        ],
        {"term_date": "2026-05-28", "warning": "visit_after_tacit_refusal"},
        "CAA Versailles 10 nov. 2022 n°21VE00107",
    ),
    Row(
        # Declared 6 May 2019: 6 July. Asked on 19 June: tacit refusal 27 June, + 1 month.
        "the case the court of Versailles judged",
        DIA,
        [
            received("2019-05-06T10:00", channel="front_desk"),
            happened("visit_requested", received_by_owner_at="2019-06-19T10:00"),
            happened("visit_accepted", "2019-07-03T10:00"),
        ],
        {"visit_tacitly_refused_on": "2019-06-27", "term_date": "2019-07-27"},
        "CAA Versailles 10 nov. 2022 n°21VE00107",
    ),
    Row(
        "while the owner may still answer, the watch counts with a refusal by silence",
        DIA,
        [DECLARED, ASKED_TO_VISIT],
        {"term_date": None, "alert_on": "2026-05-28", "state": "suspended"},
        "C. urb. D213-13-3",
        seen("2026-04-22T10:00"),
    ),
]

ABF = [
    Row(
        # Consulted on 20 January, two months: 20 March. Filed 10 January, three months: 10 April.
        "an opinion of the ABF on the last day of its two months turns the silence",
        {**PERMIT, "delay": "P3M"},
        [
            DESK,
            happened("abf_consulted", received_at="2026-01-20T10:00", place="abords"),
            happened("abf_opinion", sense="unfavourable", notified_at="2026-03-20T10:00"),
        ],
        {"abf_due_date": "2026-03-20", "tacit_rejection": True, "term_date": "2026-04-10"},
        "C. urb. R*423-67, R*424-3",
    ),
    Row(
        "one notified the next day turns nothing",
        {**PERMIT, "delay": "P3M"},
        [
            DESK,
            happened("abf_consulted", received_at="2026-01-20T10:00", place="abords"),
            happened("abf_opinion", sense="unfavourable", notified_at="2026-03-21T10:00"),
        ],
        {"tacit_acceptance": True, "abf_deemed_favourable": True},
        "C. urb. R*423-67, R*424-3",
    ),
    Row(
        # A declaration: 12 January + 1 month.
        "on a declaration the ABF has one month",
        {**PERMIT, "delay": "P1M"},
        [DESK, happened("abf_consulted", received_at="2026-01-12T10:00", place="abords")],
        {"abf_due_date": "2026-02-12", "abf_deemed_favourable": True, "tacit_acceptance": True},
        "C. urb. R*423-59",
    ),
    Row(
        "an opinion whose time nobody can establish is flagged",
        {**PERMIT, "delay": "P3M"},
        [DESK, happened("abf_opinion", sense="unfavourable", notified_at="2026-03-01T10:00")],
        {"tacit_rejection": True, "warning": "abf_timeliness_unknown"},
        "C. urb. R*424-3",
    ),
    Row(
        "without the place of the project nobody knows how long the ABF has",
        {**PERMIT, "delay": "P3M"},
        [DESK, happened("abf_consulted", received_at="2026-01-20T10:00")],
        {"abf_due_date": None},
        "C. urb. R*423-59, R*423-67",
    ),
]

MANDATORY = [
    Row(
        # Received 10 March: one month of silence, one month for the court.
        "what is received about a parking fine is the mandatory appeal itself",
        FPS,
        [received("2026-03-10T10:00"), happened("ack_sent", "2026-03-11T10:00", kind="ARE", complete_mentions=True)],
        {
            "term_date": "2026-04-10",
            "tacit_rejection": True,
            "appeal_opposable": True,
            "appeal_last_date": "2026-05-10",
        },
        "CGCT R2333-120-13",
    ),
    Row(
        "without a complete acknowledgement its silence opposes nothing",
        FPS,
        [received("2026-03-10T10:00")],
        {"appeal_opposable": False, "appeal_last_date": None, "citizen_safe_date": "2026-05-10"},
        "CRPA L112-12",
    ),
    Row(
        # Notified 25 March + 1 month.
        "an express answer to it opens the month before the court",
        FPS,
        [
            happened("fps_notice_notified", "2026-03-01T10:00"),
            received("2026-03-10T10:00"),
            refusal("2026-03-25T10:00", mentions_appeal=True),
        ],
        {
            "rapo_last_date": "2026-04-01",
            "in_time": True,
            "closed_by": "express_decision",
            "appeal_answered_on": "2026-03-25",
            "appeal_last_date": "2026-04-25",
        },
        "CGCT R2333-120-13 ; CJA R421-5",
    ),
    Row(
        # 20 May + 2 months = 20 July, + 1 = Tuesday 21 July.
        "an express answer to the préfet's appeal takes the place of its silence",
        ACCUEIL,
        [
            received("2026-03-31T10:00", channel="front_desk"),
            refusal("2026-04-10T10:00", mentions_appeal=True),
            happened("rapo_received", "2026-05-05T10:00"),
            happened("appeal_rejected", notified_at="2026-05-20T10:00", mentions_appeal=True),
        ],
        {
            "in_time": True,
            "appeal_term_date": "2026-06-05",
            "appeal_answered_on": "2026-05-20",
            "appeal_opposable": True,
            "appeal_last_date": "2026-07-21",
        },
        "CESEDA R313-12 ; CRPA L412-7",
    ),
    Row(
        # 25 March + 7 days.
        "an express refusal of the electoral commission opens seven days",
        ELECTORAL,
        [
            refusal("2026-03-04T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-03-09T10:00"),
            happened("appeal_rejected", notified_at="2026-03-25T10:00", mentions_appeal=True),
        ],
        {"appeal_answered_on": "2026-03-25", "appeal_last_date": "2026-04-01"},
        "C. électoral L20",
    ),
]

DOCUMENTS = [
    Row(
        "a request of a series before the CADA keeps its own dates",
        CADA,
        [happened("cada_registration", "2026-04-01", series=True)],
        {"term_date": "2026-06-01", "warning": "cada_series"},
        "CRPA R343-3-1, R343-5",
    ),
    Row(
        # 2 March + 8 days; the silence of a document request: 1 month.
        "a recent medical file is due in eight days, not before two",
        {**CADA, "medical_file": True},
        [received()],
        {"reply_due_date": "2026-03-10", "earliest_on": "2026-03-04", "term_date": "2026-04-02"},
        "CSP L1111-7 al.2",
    ),
    Row(
        "one older than five years in two months",
        {**CADA, "medical_file": True, "older_than_five_years": True},
        [received()],
        {"reply_due_date": "2026-05-02"},
        "CSP L1111-7 al.2",
    ),
    Row(
        # 27 April + 1 month = 27 May, abolition of slavery in Guadeloupe: 28 May.
        "a reply due on the day of abolition is due the next day",
        RGPD,
        [received("2026-04-27T10:00")],
        {"reply_due_date": "2026-05-28"},
        "RGPD art. 12(3) ; C. travail L3422-2",
        on("GUADELOUPE", "America/Guadeloupe"),
    ),
]

OWN_TERM = [
    Row(
        "the housing commission decides in three months, though its silence decides nothing",
        DALO,
        [received()],
        {"reply_due_date": "2026-06-02", "reply_done": False, "term_date": None, "state": "no_silence"},
        "CCH R441-15",
    ),
    Row(
        "and in six overseas",
        DALO,
        [received("2026-03-02T09:00")],
        {"reply_due_date": "2026-09-02"},
        "CCH R441-15",
        on("LA_REUNION", "Indian/Reunion"),
    ),
    Row(
        "from the competent administration when it was misdirected",
        DALO,
        [received(authority="incompetent"), happened("transferred", received_at="2026-03-12T10:00", to="competent")],
        {"reply_due_date": "2026-06-12"},
        "CRPA L114-2 ; CCH R441-15",
    ),
    Row(
        # 42 days after 2 March: 13 April.
        "a shelter in six weeks",
        {**DALO, "delay": "P6W", "basis": "CCH L441-2-3 III, R441-18"},
        [received()],
        {"reply_due_date": "2026-04-13"},
        "CCH R441-18",
    ),
    Row(
        "the mayor's opinion on a family reunion in two months",
        {**DALO, "delay": "P2M", "basis": "CESEDA L434-10, R434-23"},
        [received()],
        {"reply_due_date": "2026-05-02", "reply_done": False},
        "CESEDA R434-23",
    ),
    Row(
        # 2 March + 15 days; a delegate is outside the code, not outside its own text.
        "a water contract ends in fifteen days, even with a delegate",
        {"regime": "CRPA", "silence": "none", "delay": "P15D", "basis": "CGCT L2224-12", "operator": "delegataire"},
        [received()],
        {"crpa_applies": False, "reply_due_date": "2026-03-17"},
        "CGCT L2224-12",
    ),
    Row(
        "a conclusive answer ends what was due",
        DALO,
        [received(), happened("message_out", "2026-05-10T10:00", kind="reply")],
        {"reply_due_date": "2026-06-02", "reply_done": True},
        "CCH R441-15",
    ),
    Row(
        # 15 worked days after 2 March: 4 to the 6th, 9 to the 13th, 14 to the 20th, the 15th is Monday 23.
        "an urgent disability aid counts worked days",
        {**DALO, "delay": "P15D", "basis": "CASF R245-36"},
        [received()],
        {"reply_due_date": "2026-03-23"},
        "CASF R245-36",
    ),
    Row(
        "the five days of a birth bind the parents, not the town hall",
        {**DALO, "delay": "P5D", "basis": "C. civil 55"},
        [received()],
        {"reply_due_date": None},
        "C. civil 55",
    ),
]

LIMITS = [
    Row(
        # 5 February + 2 months = 5 April, the next day 6 April; L424-5 does not name it: + 4 months.
        "a tacit certificat d'urbanisme is withdrawn within the general four months",
        {**PERMIT, "kind": "CUb"},
        [received("2026-02-05T10:00", channel="front_desk")],
        {"term_date": "2026-04-05", "withdrawal_last_date": "2026-08-06"},
        "CRPA L242-1 ; C. urb. L424-5",
    ),
    Row(
        # 10 days of suspension: 12 May; the alert counts with the text which may not exist.
        "a suspension no text is known to allow moves the term, not the alert",
        SVA,
        [received(), happened("suspension_notified", "2026-04-01T10:00", until="2026-04-11")],
        {"term_date": "2026-05-12", "alert_on": "2026-05-02", "warning": "suspension_text_not_established"},
        "CRPA L231-1",
    ),
    Row(
        # 1 to 16 April: 15 days; nobody said that an aid was asked.
        "a fraud suspension of what may be no public aid moves the term, not the alert",
        SVR,
        [
            received(),
            happened("fraud_suspension_notified", "2026-04-01T10:00"),
            happened("fraud_suspension_lifted", "2026-04-16T10:00"),
        ],
        {"term_date": "2026-05-17", "alert_on": "2026-05-02", "warning": "fraud_suspension_aid_not_established"},
        "CRPA L115-3",
    ),
    Row(
        "no agent lengthens a silence no text lets lengthen",
        SVA,
        [received(), happened("extension_notified", "2026-04-01T10:00")],
        {"term_date": "2026-05-02", "warning": "extension_without_text"},
        "CRPA L231-1, L231-6",
    ),
    Row(
        # One month, two when told in time: 2 May.
        "a text which allows it lengthens from the origin",
        {**SVR, "delay": "P1M", "prolongation": "P1M", "basis": "CGFP R123-6"},
        [received(), happened("extension_notified", "2026-03-20T10:00")],
        {"term_date": "2026-05-02"},
        "CGFP R123-6",
    ),
    Row(
        # 61 days after 1 July: 31 August, a day before two months.
        "what nobody qualified keeps the shorter of two terms on the calendar",
        {"regime": "CRPA", "silence": "unknown", "delay": "P61D"},
        [received("2026-07-01T10:00")],
        {"term_date": "2026-08-31"},
        "CRPA L231-1",
    ),
    Row(
        # Were it a rejection, 15 days of suspension: 2 May + 15 = 17 May.
        "what nobody qualified is watched even while pieces are awaited",
        {"regime": "CRPA", "silence": "unknown"},
        [received(), happened("pieces_requested", "2026-03-16T10:00", deadline_date="2026-03-31")],
        {"term_date": None, "alert_on": "2026-05-17", "possible_tacit_acceptance": True},
        "CRPA L114-5 al.2-3, L231-1",
    ),
    Row(
        "what nobody qualified is watched even on a channel nobody published",
        {"regime": "CRPA", "silence": "unknown"},
        [received(channel="social_dm", tenant={"sve_terms_published": True, "allowed_channels": ["web_form"]})],
        {"valid_saisine": False, "term_date": None, "alert_on": "2026-05-02"},
        "CRPA L112-9, L231-1",
    ),
    Row(
        # 30 April + 14 days; the permission itself: 1 May + 2 months.
        "a burial has its limit and its permission its silence",
        {"regime": "CGCT", "silence": "SVR", "delay": "P2M"},
        [happened("death", "2026-04-30T10:00"), received("2026-05-01T09:00", channel="front_desk")],
        {"latest_date": "2026-05-14", "term_date": "2026-07-01", "tacit_rejection": True},
        "CGCT R2213-33 ; CRPA L231-4",
    ),
    Row(
        "for a death of 2010 the rule was not read",
        {"regime": "CGCT", "silence": "none"},
        [happened("death", "2010-06-01T10:00")],
        {"latest_date": None},
        "CGCT R2213-33 (rédaction antérieure)",
    ),
    Row(
        "a request older than the code is flagged",
        SVR,
        [received("2015-12-20T10:00", channel="front_desk")],
        {"term_date": "2016-02-20", "warning": "before_the_code"},
        "Ordonnance 2015-1341 art. 10",
    ),
    Row(
        "a month from 31 January, in the first year of the new permit to divide",
        {**SVA, "delay": "P1M", "basis": "CCH L126-20"},
        [received("2026-01-31T10:00")],
        {"term_date": "2026-02-28", "tacit_acceptance": True},
        "CCH L126-20",
    ),
    Row(
        # 31 October + 6 months, told as a whole.
        "a childminder's longer period may be told as a whole",
        {"regime": "CASF", "silence": "SVA", "delay": "P4M", "prolongation": "P2M"},
        [received("2025-10-31T10:00"), happened("prolongation_notified", "2026-02-10T10:00", delay="P6M")],
        {"term_date": "2026-04-30"},
        "CASF L421-6 al.2",
    ),
]

FURTHER = [
    *FORMAL_DEFECT,
    *REFUSALS,
    *ON_REQUEST,
    *PANEL,
    *VISIT,
    *ABF,
    *MANDATORY,
    *DOCUMENTS,
    *OWN_TERM,
    *LIMITS,
]
