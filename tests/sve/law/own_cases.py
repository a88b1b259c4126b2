"""Worked cases of our own: facts and figures of the texts, at least one for every article the engine applies.

Each row: a sentence, the procedure, the events, what must come out, and the article. Written in the vocabulary of
`parvis sve simulate`; METRO and Europe/Paris unless the row says otherwise.
"""

from dataclasses import dataclass, field

SVA = {"regime": "CRPA", "silence": "SVA", "delay": "P2M"}
SVR = {"regime": "CRPA", "silence": "SVR", "delay": "P2M"}
PERMIT = {"regime": "URBANISME", "silence": "SVA", "delay": "P2M"}
DIA = {"regime": "URBANISME", "silence": "RENUNCIATION", "delay": "P2M"}
CADA = {"regime": "CADA", "silence": "SVR", "delay": "P1M"}
RGPD = {"regime": "RGPD", "silence": "SVR", "delay": "P1M"}


@dataclass(frozen=True)
class Row:
    sentence: str
    procedure: dict
    events: list
    expected: dict
    article: str
    place: dict = field(default_factory=dict)

    @property
    def document(self):
        where = {"territory": "METRO", "timezone": "Europe/Paris", **self.place}
        return {**where, "procedure": self.procedure, "events": self.events}


def received(at="2026-03-02T09:00", /, **more):
    return {"type": "received", "at": at, "authority": "competent", "channel": "email", **more}


def happened(what, at=None, /, **more):
    return {"type": what, **({"at": at} if at else {}), **more}


def refusal(notified_at, /, **more):
    return {"type": "express_decision", "sense": "refusal", "notified_at": notified_at, **more}


def on(name, zone):
    return {"territory": name, "timezone": zone}


ARE_COMPLETE = happened("ack_sent", "2026-03-03T10:00", kind="ARE", complete_mentions=True)
ASKED = happened("pieces_requested", "2026-03-16T10:00", deadline_date="2026-03-31")
TERM = [
    Row(
        "the last day of a longer month clamps to the end of February",
        SVA,
        [received(day)],
        {"term_date": "2026-02-28"},
        "CPC 641",
    )
    for day in ("2025-12-28T10:00", "2025-12-29T10:00", "2025-12-30T10:00", "2025-12-31T10:00")
] + [
    Row("29 February gives 29 April", SVA, [received("2028-02-29T10:00")], {"term_date": "2028-04-29"}, "CPC 641"),
    Row("31 July gives 30 September", SVA, [received("2026-07-31T10:00")], {"term_date": "2026-09-30"}, "CPC 641"),
    Row(
        "a term on a Sunday stays on it",
        SVA,
        [received("2026-03-03T10:00")],
        {"term_date": "2026-05-03"},
        "CRPA L231-1",
    ),
    Row(
        "a term on a holiday stays on it",
        SVA,
        [received("2026-03-01T10:00")],
        {"term_date": "2026-05-01"},
        "CRPA L231-1",
    ),
    Row(
        "a term in days counts from the day after reception",
        {**SVA, "delay": "P15D"},
        [received()],
        {"term_date": "2026-03-17"},
        "CRPA L231-6",
    ),
    Row(
        "a letter received on a Monday is rejected by silence two months later",
        SVR,
        [received(channel="post")],
        {"term_date": "2026-05-02", "tacit_rejection": True, "tacit_acceptance": False, "appeal_opposable": False},
        "CRPA L231-4, L112-6",
    ),
    Row(
        "a refusal notified on the day of the term is in time",
        SVA,
        [received(), refusal("2026-05-02T23:59", mentions_appeal=True)],
        {"tacit_acceptance": False, "closed_by": "express_decision", "tacit_decision_dated": None},
        "CRPA L221-8",
    ),
    Row(
        "an applicant who gives up ends the clock",
        SVA,
        [received(), happened("request_withdrawn", "2026-03-20T10:00")],
        {"tacit_acceptance": False, "closed_by": "request_withdrawn"},
        "CRPA L110-1",
    ),
    Row(
        "a withdrawal nobody verified changes nothing",
        SVA,
        [received(), happened("request_withdrawn", "2026-03-20T10:00", verified=False)],
        {"tacit_acceptance": True},
        "CRPA L231-1",
    ),
    Row(
        "an acceptance after an implicit rejection stays possible",
        SVR,
        [received(), {"type": "express_decision", "sense": "acceptance", "notified_at": "2026-06-20T10:00"}],
        {"tacit_rejection": True, "late_acceptance_is": "allowed in the beneficiary's interest"},
        "CRPA L243-1",
    ),
    Row(
        "a reception at half past eight in the evening in Nouméa is another day in UTC",
        SVA,
        [received("2026-06-30T14:30:00Z")],
        {"reception_date": "2026-07-01", "term_date": "2026-09-01", "tacit_effective_from_utc": "2026-09-01T13:00:00Z"},
        "Décret 2017-292",
        on("NOUVELLE_CALEDONIE", "Pacific/Noumea"),
    ),
    Row(
        "Saint-Pierre-et-Miquelon has its summer time on 8 March 2026",
        SVA,
        [received("2026-03-15T02:30:00Z")],
        {"reception_date": "2026-03-15"},
        "Décret 2017-292",
        on("SAINT_PIERRE_ET_MIQUELON", "America/Miquelon"),
    ),
    Row(
        "half past midnight in Paris is the evening before in Cayenne",
        SVR,
        [received("2026-06-30T22:30:00Z")],
        {"reception_date": "2026-06-30", "term_date": "2026-08-30"},
        "Décret 2017-292",
        on("GUYANE", "America/Cayenne"),
    ),
]

ACKNOWLEDGEMENTS = [
    Row(
        "an e-mail of Good Friday evening is registered on Tuesday in Paris",
        SVA,
        [received("2026-04-03T18:30")],
        {"aee_due_date": "2026-04-07", "are_due_date": "2026-04-20", "are_done": False},
        "CRPA R112-11-2",
    ),
    Row(
        "26 December is not worked in Strasbourg",
        SVA,
        [received("2025-12-24T16:00")],
        {"aee_due_date": "2025-12-29", "are_due_date": "2026-01-12"},
        "C. travail L3134-13",
        on("ALSACE_MOSELLE", "Europe/Paris"),
    ),
    Row(
        "Good Friday is worked in a commune without a Protestant temple",
        SVA,
        [received("2026-04-02T10:00", tenant={"protestant_temple": False})],
        {"aee_due_date": "2026-04-03"},
        "C. travail L3134-13",
        on("ALSACE_MOSELLE", "Europe/Paris"),
    ),
    Row(
        "Good Friday is not worked in a commune with one",
        SVA,
        [received("2026-04-02T10:00", tenant={"protestant_temple": True})],
        {"aee_due_date": "2026-04-07"},
        "C. travail L3134-13",
        on("ALSACE_MOSELLE", "Europe/Paris"),
    ),
    Row(
        "Saint-Martin keeps 27 May unless its tenant says 28",
        SVA,
        [received("2026-05-26T10:00")],
        {"aee_due_date": "2026-05-28"},
        "C. travail L3422-2 3°",
        on("SAINT_MARTIN", "America/Marigot"),
    ),
    *(
        Row(
            f"the abolition of slavery is not worked in {name}",
            SVA,
            [received(at)],
            {"aee_due_date": due},
            "C. travail L3422-2",
            on(name, zone),
        )
        for name, zone, at, due in (
            ("GUADELOUPE", "America/Guadeloupe", "2026-05-26T10:00", "2026-05-28"),
            ("MARTINIQUE", "America/Martinique", "2026-05-21T10:00", "2026-05-26"),
            ("GUYANE", "America/Cayenne", "2026-06-09T10:00", "2026-06-11"),
            ("MAYOTTE", "Indian/Mayotte", "2026-04-24T10:00", "2026-04-28"),
            ("SAINT_BARTHELEMY", "America/St_Barthelemy", "2026-10-08T10:00", "2026-10-12"),
        )
    ),
    Row(
        "a misdirected request is acknowledged from the competent administration",
        SVR,
        [received(authority="incompetent"), happened("transferred", received_at="2026-03-12T10:00", to="competent")],
        {"are_due_date": "2026-03-26", "term_date": "2026-05-02"},
        "CRPA L114-3 al.1, L114-4",
    ),
    Row(
        "nothing is due by whom is not competent yet",
        SVA,
        [received(authority="incompetent")],
        {"are_due_date": None, "term_date": None, "tacit_acceptance": False},
        "CRPA L114-3 al.2",
    ),
    Row(
        "an ARE without its mentions is not done",
        SVR,
        [received(), happened("ack_sent", "2026-03-03T10:00", kind="ARE", complete_mentions=False)],
        {"are_done": False},
        "CRPA R112-11-1",
    ),
    Row(
        "the delivery of a document on paper is not acknowledged",
        {"regime": "CRPA", "silence": "none", "mere_delivery": True},
        [received(channel="post")],
        {"ar_required": False},
        "CRPA R112-4 2°",
    ),
    Row(
        "an abusive letter is not acknowledged",
        SVR,
        [received(channel="post", flags=["abusive"])],
        {"ar_required": False},
        "CRPA L112-3 1°",
    ),
    Row(
        "an incomplete ARE lists the pieces",
        SVA,
        [received(complete=False)],
        {
            "are_mentions": [
                "date_reception",
                "service",
                "contact",
                "silence",
                "date_terme",
                "sous_reserve_complete",
                "attestation_l232_3",
                "pieces_manquantes",
                "delai_imparti",
                "regle_l114_5",
            ],
            "warning": "incomplete_never_asked",
            "term_date": "2026-05-02",
        },
        "CRPA R112-11-1, R112-11-4",
    ),
]

SAISINE = [
    Row(
        "a message in private seizes when nothing was published and its author is known",
        SVA,
        [
            received(
                channel="social_dm",
                identity={"nom": True, "prenom": True, "adresse_postale": True, "adresse_electronique": True},
                tenant={"sve_terms_published": False},
            )
        ],
        {"valid_saisine": True, "valid_saisine_from": "2026-03-02", "term_date": "2026-05-02"},
        "CRPA R112-9-2 al.2",
    ),
    Row(
        "a postal address alone does not identify",
        SVA,
        [received(channel="social_dm", identity={"nom": True, "adresse_postale": True})],
        {"valid_saisine": False, "term_date": None},
        "CRPA R112-9-1",
    ),
    *(
        Row("a number identifies", SVA, [received(identity={number: True})], {"valid_saisine": True}, "CRPA R112-9-1")
        for number in ("siret", "rna", "franceconnect")
    ),
    Row(
        "the channel published is the one to use",
        SVA,
        [received(channel="web_form", tenant={"sve_terms_published": True, "allowed_channels": ["web_form"]})],
        {"valid_saisine": True, "term_date": "2026-05-02"},
        "CRPA L112-9 al.2",
    ),
    Row(
        "another address than the published one does not seize",
        SVA,
        [
            received(
                recipient="maire@ville.example",
                tenant={"sve_terms_published": True, "allowed_channels": ["email:contact@"]},
            )
        ],
        {"valid_saisine": False},
        "CRPA L112-9 al.2",
    ),
    Row(
        "the dedicated téléservice seizes",
        SVA,
        [received(channel="teleservice", tenant={"dedicated_teleservice_for_procedure": True})],
        {"valid_saisine": True, "term_date": "2026-05-02"},
        "CRPA L112-9 al.3",
    ),
    Row(
        "the desk stays open beside a dedicated téléservice",
        SVA,
        [received(channel="front_desk", tenant={"dedicated_teleservice_for_procedure": True})],
        {"term_date": "2026-05-02"},
        "CE 27 nov. 2019 n°422516",
    ),
    Row(
        "a procedure excluded by decree is not seized electronically",
        {**SVA, "sve_excluded": True},
        [received()],
        {"valid_saisine": False, "term_date": None},
        "CRPA L112-10",
    ),
    Row(
        "the second sending, by the right channel, starts the clock",
        SVA,
        [
            received(channel="social_dm", tenant={"sve_terms_published": True, "allowed_channels": ["web_form"]}),
            received(
                "2026-03-09T10:00",
                channel="web_form",
                tenant={"sve_terms_published": True, "allowed_channels": ["web_form"]},
            ),
        ],
        {"reception_date": "2026-03-09", "valid_saisine": True, "term_date": "2026-05-09"},
        "CRPA L112-9",
    ),
    Row(
        "a water service run by an EPIC is outside the rules of silence",
        {**SVA, "operator": "epic"},
        [received()],
        {"crpa_applies": False, "term_date": None},
        "CRPA L100-3 1°",
    ),
    Row(
        "a commune running its water itself stays a collectivité",
        {**SVA, "operator": "regie"},
        [received()],
        {"term_date": "2026-05-02"},
        "CRPA L100-3 1°",
    ),
    Row(
        "the postmark does not help a public contract",
        {**SVR, "public_contract": True},
        [
            happened("user_deadline", date="2026-03-31"),
            received("2026-04-03T10:00", channel="post", postmark="2026-03-31"),
        ],
        {"date_faisant_foi": "2026-04-03", "in_time": False},
        "CRPA L112-1 al.2",
    ),
    Row(
        "an e-mail received on the last minute of the last day is in time",
        SVR,
        [happened("user_deadline", date="2026-03-31"), received("2026-03-31T23:59")],
        {"date_faisant_foi": "2026-03-31", "in_time": True},
        "CRPA L112-13",
    ),
]

PIECES = [
    Row(
        "pieces in time restart an acceptance",
        SVA,
        [received(), ASKED, happened("pieces_received", "2026-03-25T10:00")],
        {"term_date": "2026-05-25"},
        "CRPA L114-5 al.2",
    ),
    Row(
        "pieces in time suspend a rejection",
        SVR,
        [received(), ASKED, happened("pieces_received", "2026-03-25T10:00")],
        {"term_date": "2026-05-11", "suspended_days": 9},
        "CRPA L114-5 al.3",
    ),
    Row(
        "pieces never sent suspend a rejection until the deadline",
        SVR,
        [received(), ASKED],
        {"term_date": "2026-05-17", "suspended_days": 15},
        "CRPA L114-5 al.3",
    ),
    Row(
        "late pieces restart an acceptance all the same",
        SVA,
        [received(), ASKED, happened("pieces_received", "2026-04-10T10:00")],
        {"term_date": "2026-06-10"},
        "CRPA L114-5 al.2",
    ),
    Row(
        "late pieces change nothing to a rejection",
        SVR,
        [received(), ASKED, happened("pieces_received", "2026-04-10T10:00")],
        {"term_date": "2026-05-17"},
        "CRPA L114-5 al.3",
    ),
    Row(
        "part of the pieces restarts nothing",
        SVA,
        [received(), ASKED, happened("pieces_received", "2026-03-25T10:00", complete=False)],
        {"term_date": None},
        "CRPA L114-5 al.2",
    ),
    Row(
        "pieces asked on the last day still stop an acceptance",
        SVA,
        [received(), happened("pieces_requested", "2026-05-02T23:00", deadline_date="2026-05-31")],
        {"term_date": None, "tacit_acceptance": False},
        "CRPA L114-5 al.2",
    ),
    Row(
        "pieces asked after the term stop nothing",
        SVA,
        [received(), happened("pieces_requested", "2026-05-03T09:00", deadline_date="2026-05-31")],
        {"term_date": "2026-05-02", "tacit_acceptance": True},
        "CRPA L114-5",
    ),
    Row(
        "a deadline counted from reception starts when the letter arrives",
        SVR,
        [
            received(),
            happened(
                "pieces_requested", "2026-03-16T10:00", received_by_applicant_at="2026-03-18T10:00", deadline_days=15
            ),
        ],
        {"pieces_due_date": "2026-04-02", "suspended_days": 15, "term_date": "2026-05-17"},
        "CRPA L114-5 al.3 (« pendant le délai imparti »)",
    ),
    Row(
        "the competent administration starts an acceptance",
        SVA,
        [received(authority="incompetent"), happened("transferred", received_at="2026-03-12T10:00", to="competent")],
        {"term_date": "2026-05-12", "clock_start_date": "2026-03-12"},
        "CRPA L114-3 al.2",
    ),
    Row(
        "a request without a deadline is flagged",
        SVA,
        [received(), happened("pieces_requested", "2026-03-16T10:00")],
        {"term_date": None, "warning": "l114_5_deadline_missing"},
        "CRPA L114-5 al.1",
    ),
    Row(
        "a fraud suspension never lifted ends at its three months",
        {**SVR, "domain": "aide publique"},
        [received(), happened("fraud_suspension_notified", "2026-04-01T10:00")],
        {"suspended_days": 91, "term_date": "2026-08-01"},
        "CRPA L115-3, R115-5",
    ),
    Row(
        "a fraud suspension may be renewed for the same time",
        {**SVR, "domain": "aide publique"},
        [
            received(),
            happened("fraud_suspension_notified", "2026-04-01T10:00"),
            happened("fraud_suspension_renewed", "2026-07-01T10:00"),
        ],
        {"suspended_days": 183, "term_date": "2026-11-01"},
        "CRPA L115-3",
    ),
    Row(
        "a request of before 1 March 2026 is not suspended for fraud",
        {**SVR, "domain": "aide publique"},
        [received("2026-02-27T10:00"), happened("fraud_suspension_notified", "2026-04-01T10:00")],
        {"term_date": "2026-04-27", "warning": "fraud_suspension_not_applicable"},
        "CRPA R115-5 (décret 2025-1369)",
    ),
]

APPEALS = [
    Row(
        "a franc period postponed from Tuesday's eve",
        SVR,
        [refusal("2024-11-12T10:00", mentions_appeal=True)],
        {"appeal_last_date": "2025-01-13"},
        "CJA R421-1",
    ),
    Row(
        "a franc period postponed past Easter Monday",
        SVR,
        [refusal("2026-02-05T10:00", mentions_appeal=True)],
        {"appeal_last_date": "2026-04-07", "citizen_safe_date": "2026-04-05"},
        "CJA R421-1",
    ),
    Row(
        "a complete ARE opens the period of an implicit rejection",
        SVR,
        [received(), ARE_COMPLETE],
        {"appeal_opposable": True, "appeal_last_date": "2026-07-03"},
        "CJA R421-2",
    ),
    Row(
        "an express refusal inside the period makes it run again",
        SVR,
        [received(), ARE_COMPLETE, refusal("2026-06-15T10:00", mentions_appeal=True)],
        {"tacit_rejection": True, "appeal_last_date": "2026-08-17"},
        "CJA R421-2",
    ),
    Row(
        "an express refusal after the period confirms and opens nothing",
        SVR,
        [received(), ARE_COMPLETE, refusal("2026-07-15T10:00", mentions_appeal=True)],
        {"appeal_last_date": "2026-07-03"},
        "CJA R421-2",
    ),
    Row(
        "an express refusal notified before the term cures a missing ARE",
        SVR,
        [received(), refusal("2026-04-15T10:00", mentions_appeal=True)],
        {"tacit_rejection": False, "appeal_opposable": True, "appeal_last_date": "2026-06-16"},
        "CRPA L112-12, second sentence",
    ),
    Row(
        "an agent's period runs without any acknowledgement",
        SVR,
        [received(sender="agent")],
        {"appeal_opposable": True, "appeal_last_date": "2026-07-03"},
        "CE 3 déc. 2018 n°417292",
    ),
    Row(
        "the request of 23 June is rejected on 23 August and the court open until 24 October",
        SVR,
        [received("2017-06-23T10:00", sender="agent")],
        {"tacit_decision_dated": "2017-08-23", "appeal_last_date": "2017-10-24"},
        "CE 3 déc. 2018 n°417292",
    ),
    Row(
        "silence never bars where an assembly must decide",
        {**SVR, "collegial": True},
        [received(), ARE_COMPLETE],
        {"appeal_opposable": False, "appeal_last_date": None},
        "CJA R421-3 1°",
    ),
    Row(
        "silence never bars the execution of a judgment",
        {**SVR, "executes_judgment": True},
        [received(), ARE_COMPLETE],
        {"appeal_opposable": False},
        "CJA R421-3 2°",
    ),
    Row(
        "a resident of La Réunion has a month more before a metropolitan court",
        SVR,
        [refusal("2026-03-05T10:00", mentions_appeal=True, applicant_residence="LA_REUNION")],
        {"appeal_last_date": "2026-06-08"},
        "CJA R421-7",
    ),
    Row(
        "a metropolitan resident has a month more before the court of La Réunion",
        SVR,
        [refusal("2026-03-05T10:00", mentions_appeal=True, applicant_residence="METRO")],
        {"appeal_last_date": "2026-06-08"},
        "CJA R421-7",
        on("LA_REUNION", "Indian/Reunion"),
    ),
    Row(
        "reasons never given leave one year from the day they were asked",
        SVR,
        [received(), ARE_COMPLETE, happened("reasons_requested", received_at="2026-06-20T10:00")],
        {"reasons_due_date": "2026-07-20", "appeal_last_date": None, "reasonable_period_end": "2027-06-20"},
        "CE avis 2 oct. 2025 n°504677",
    ),
    Row(
        "reasons given late are capped at one year",
        SVR,
        [
            received(),
            ARE_COMPLETE,
            happened("reasons_requested", received_at="2026-06-20T10:00"),
            happened("reasons_communicated", "2027-06-01T10:00"),
        ],
        {"appeal_last_date": "2027-06-20"},
        "CE avis 2 oct. 2025 n°504677",
    ),
    Row(
        "an appeal never acknowledged leaves the court open",
        SVR,
        [
            refusal("2026-03-05T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-04-20T10:00"),
        ],
        {"in_time": True, "appeal_term_date": "2026-06-20", "appeal_opposable": False, "appeal_last_date": None},
        "CRPA L411-3",
    ),
    Row(
        "an appeal received a day late interrupts nothing",
        SVR,
        [
            refusal("2026-03-05T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-05-07T10:00"),
        ],
        {"in_time": False, "appeal_last_date": "2026-05-06"},
        "CRPA L411-2",
    ),
    Row(
        "an express rejection of the appeal opens the period again",
        SVR,
        [
            refusal("2026-03-05T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-04-20T10:00"),
            happened("administrative_appeal_rejected", notified_at="2026-05-12T10:00", mentions_appeal=True),
        ],
        {"appeal_last_date": "2026-07-13"},
        "CRPA L411-2",
    ),
    Row(
        "an application posted on the last day is in time",
        SVR,
        [
            refusal("2026-03-05T10:00", mentions_appeal=True),
            happened("court_seized", "2026-05-09T10:00", postmark="2026-05-06"),
        ],
        {"in_time": True},
        "CE Sect. 13 mai 2024 n°466541",
    ),
    Row(
        "a mediation under way leaves no last day",
        SVR,
        [refusal("2026-06-01T10:00", mentions_appeal=True), happened("mediation_agreed", "2026-07-01T10:00")],
        {"appeal_last_date": None},
        "CRPA L421-3",
    ),
    Row(
        "a mediation agreed too late interrupts nothing",
        SVR,
        [
            refusal("2026-06-01T10:00", mentions_appeal=True),
            happened("mediation_agreed", "2026-08-10T10:00"),
            happened("mediation_ended", "2026-09-15T10:00"),
        ],
        {"appeal_last_date": "2026-08-03"},
        "CJA L213-6",
    ),
    Row(
        "a gracious appeal preserves nothing where another appeal is mandatory",
        {**SVR, "mandatory_appeal": True},
        [
            refusal("2026-03-05T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-04-20T10:00", appeal_kind="gracious"),
        ],
        {"rapo_last_date": "2026-05-05", "warning": "gracious_appeal_preserves_nothing"},
        "CRPA L412-4",
    ),
    Row(
        "proven knowledge of a silence starts the reasonable year",
        SVR,
        [received(), happened("knowledge_established", "2026-06-10T10:00")],
        {"appeal_opposable": False, "reasonable_period_end": "2027-06-10"},
        "CE 18 mars 2019 n°417270",
    ),
    Row(
        "since 28 November 2025 a gracious appeal against a planning refusal prolongs nothing",
        PERMIT,
        [
            refusal("2026-03-05T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-03-30T10:00"),
            happened("ack_sent", "2026-03-31T10:00", kind="AR", complete_mentions=True),
        ],
        {"in_time": True, "appeal_term_date": "2026-05-30", "appeal_last_date": "2026-05-06"},
        "C. urb. L600-12-2",
    ),
    Row(
        "and it is late after one month",
        PERMIT,
        [
            refusal("2026-03-05T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-04-07T10:00"),
        ],
        {"in_time": False, "appeal_last_date": "2026-05-06"},
        "C. urb. L600-12-2",
    ),
    Row(
        "before that day it interrupted the period",
        PERMIT,
        [
            refusal("2025-11-20T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-01-10T10:00"),
            happened("ack_sent", "2026-01-11T10:00", kind="AR", complete_mentions=True),
        ],
        {"appeal_term_date": "2026-03-10", "appeal_last_date": "2026-05-11"},
        "CRPA L411-2",
    ),
]

WITHDRAWAL = [
    Row(
        "an illegal acceptance is withdrawn within four months",
        SVA,
        [received("2026-03-03T10:00")],
        {"withdrawal_last_date": "2026-09-03"},
        "CRPA L242-1",
    ),
    Row(
        "four months from 31 October end on 28 February",
        SVA,
        [happened("tacit_acceptance", dated="2026-10-31")],
        {"withdrawal_last_date": "2027-02-28"},
        "CRPA L242-1",
    ),
    Row(
        "a tacit permit is born the day after its term",
        PERMIT,
        [received("2016-09-28T10:00", channel="front_desk")],
        {"term_date": "2016-11-28", "tacit_decision_dated": "2016-11-29", "withdrawal_last_date": "2017-02-28"},
        "CE 14 nov. 2025 n°496754 ; C. urb. L424-5",
    ),
    Row(
        "a withdrawal without hearing the beneficiary is flagged",
        SVA,
        [
            happened("tacit_acceptance", dated="2026-05-04"),
            happened(
                "withdrawal_decision", signed_at="2026-06-01T10:00", notified_at="2026-06-02T10:00", contradictory=False
            ),
        ],
        {"withdrawal_in_time": True, "warning": "withdrawal_without_contradictory_procedure"},
        "CRPA L121-1",
    ),
]

URBANISME = [
    Row(
        "a file never completed is tacitly rejected after three months",
        PERMIT,
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("pieces_requested", first_presented_at="2026-02-09T10:00"),
        ],
        {
            "pieces_due_date": "2026-05-09",
            "tacit_rejection": True,
            "tacit_acceptance": False,
            "tacit_decision_dated": "2026-05-09",
        },
        "C. urb. R*423-39 b",
    ),
    Row(
        "pieces asked after the month have no effect",
        PERMIT,
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("pieces_requested", first_presented_at="2026-02-11T10:00"),
        ],
        {"term_date": "2026-03-10", "tacit_acceptance": True, "warning": "pieces_asked_too_late"},
        "C. urb. R*423-41",
    ),
    Row(
        "a piece outside the code's list has no effect",
        PERMIT,
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("pieces_requested", first_presented_at="2026-01-20T10:00", required_by_text=False),
        ],
        {"term_date": "2026-03-10"},
        "CE 9 déc. 2022 n°454521",
    ),
    Row(
        "a second list inside the month replaces the first",
        PERMIT,
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("pieces_requested", first_presented_at="2026-01-20T10:00"),
            happened("pieces_requested", first_presented_at="2026-02-05T10:00"),
        ],
        {"pieces_due_date": "2026-05-05"},
        "C. urb. R*423-40",
    ),
    Row(
        "an increase notified after the month is without effect",
        PERMIT,
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("delay_increase_notified", "2026-02-11T10:00", delay="P3M"),
        ],
        {"term_date": "2026-03-10", "warning": "increase_notified_too_late"},
        "C. urb. R*423-43",
    ),
    Row(
        "an increased delay also runs from completion",
        PERMIT,
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("pieces_requested", first_presented_at="2026-02-01T10:00"),
            happened("delay_increase_notified", "2026-02-05T10:00", delay="P3M"),
            happened("pieces_received", "2026-03-20T10:00"),
        ],
        {"term_date": "2026-06-20"},
        "C. urb. R423-24, R*423-39 c",
    ),
    Row(
        "the ABF does not turn a declaration into a rejection",
        {**PERMIT, "delay": "P1M"},
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("abf_opinion", sense="unfavourable", notified_at="2026-01-25T10:00"),
        ],
        {"term_date": "2026-02-10", "tacit_acceptance": True},
        "C. urb. R*424-3",
    ),
    Row(
        "prescriptions of the ABF turn a permit into a rejection",
        {**PERMIT, "delay": "P3M"},
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("abf_opinion", sense="favourable_with_prescriptions", notified_at="2026-03-01T10:00"),
        ],
        {"tacit_rejection": True, "tacit_decision_dated": "2026-04-10"},
        "C. urb. R*424-3",
    ),
    Row(
        "a late opinion of the ABF changes nothing",
        {**PERMIT, "delay": "P3M"},
        [
            received("2026-01-10T10:00", channel="front_desk"),
            happened("abf_opinion", sense="unfavourable", notified_at="2026-03-20T10:00", in_time=False),
        ],
        {"tacit_acceptance": True},
        "C. urb. R*423-59, R*423-67",
    ),
    Row(
        "silence rejects a project under environmental assessment filed since 31 December 2025",
        {**PERMIT, "environmental_assessment": True},
        [received("2025-12-31T10:00", channel="front_desk")],
        {"tacit_rejection": True},
        "C. urb. R424-2-1",
    ),
    Row(
        "silence grants the same project filed the day before",
        {**PERMIT, "environmental_assessment": True},
        [received("2025-12-30T10:00", channel="front_desk")],
        {"tacit_acceptance": True},
        "C. urb. R424-2-1",
    ),
    Row(
        "silence rejects where R*424-2 says so",
        {**PERMIT, "public_inquiry": True},
        [received("2026-01-10T10:00", channel="front_desk")],
        {"tacit_rejection": True},
        "C. urb. R*424-2",
    ),
    Row(
        "after a public inquiry two months run from the report",
        {**PERMIT, "delay": "P3M"},
        [received("2026-01-10T10:00", channel="front_desk"), happened("inquiry_report_received", "2026-03-20T10:00")],
        {"term_date": "2026-05-20"},
        "C. urb. R*423-20, R*423-32",
    ),
    Row(
        "a changed project nobody answered keeps its term",
        PERMIT,
        [received("2026-01-12T10:00", channel="front_desk"), happened("request_modified", "2026-03-05T10:00")],
        {"term_date": "2026-03-12"},
        "CE 14 nov. 2025 n°496754",
    ),
    Row(
        "a new period announced after the tacit permit is too late",
        PERMIT,
        [
            received("2026-01-12T10:00", channel="front_desk"),
            happened("request_modified", "2026-03-05T10:00"),
            happened("new_period_notified", "2026-03-13T10:00"),
        ],
        {"term_date": "2026-03-12", "tacit_acceptance": True},
        "CE 1er déc. 2023 n°448905",
    ),
    Row(
        "a notice of deposit sent on the day of the term is a day late",
        PERMIT,
        [
            received("2026-02-05T10:00", channel="teleservice"),
            happened("ack_sent", "2026-02-05T10:00", kind="AEE"),
            {
                "type": "express_decision",
                "sense": "refusal",
                "deposit_notice_sent_at": "2026-04-05T10:00",
                "express_consent": True,
            },
        ],
        {"notified_on": "2026-04-06", "tacit_acceptance": True},
        "C. urb. R474-1 II 2°",
    ),
    Row(
        "an e-registered letter notifies the day after its information",
        PERMIT,
        [
            received("2026-02-05T10:00", channel="front_desk"),
            {
                "type": "express_decision",
                "sense": "refusal",
                "lre_information_sent_at": "2026-04-04T10:00",
                "express_consent": True,
            },
        ],
        {"notified_on": "2026-04-05", "tacit_acceptance": False},
        "C. urb. R474-1 II 1°",
    ),
    Row(
        "a person may file on paper where companies may not",
        {**PERMIT, "delay": "P3M"},
        [received(channel="post", tenant={"teleprocedure_l423_3": True})],
        {"term_date": "2026-06-02"},
        "C. urb. R423-2-1",
    ),
    Row(
        "a declaration of intent starts with its first acknowledgement",
        DIA,
        [received("2026-03-06T19:40", channel="teleservice"), happened("ack_sent", "2026-03-09T08:05", kind="AEE")],
        {"clock_start_date": "2026-03-09", "term_date": "2026-05-09"},
        "C. urb. R213-7 I",
    ),
    Row(
        "more than a month left is kept after the documents",
        DIA,
        [
            received("2026-03-10T10:00", channel="front_desk"),
            happened("documents_requested", received_by_owner_at="2026-03-20T10:00"),
            happened("documents_received", "2026-04-10T10:00"),
        ],
        {"term_date": "2026-05-31", "suspended_days": 21},
        "C. urb. L213-2",
    ),
    Row(
        "documents never sent leave the declaration suspended",
        DIA,
        [
            received("2026-03-10T10:00", channel="front_desk"),
            happened("documents_requested", received_by_owner_at="2026-03-20T10:00"),
        ],
        {"term_date": None, "tacit_renunciation": False},
        "C. urb. L213-2",
    ),
    Row(
        "a visit suspends as documents do",
        DIA,
        [
            received("2026-03-10T10:00", channel="front_desk"),
            happened("visit_requested", received_by_owner_at="2026-05-01T10:00"),
            happened("visit_refused", "2026-05-08T10:00"),
        ],
        {"term_date": "2026-06-08"},
        "C. urb. L213-2, D213-13-1",
    ),
    Row(
        "a pre-emption notified in time ends the silence",
        DIA,
        [
            received("2026-03-10T10:00", channel="front_desk"),
            {"type": "express_decision", "sense": "preemption", "notified_at": "2026-05-10T10:00"},
        ],
        {"closed_by": "express_decision", "tacit_renunciation": False},
        "C. urb. L213-2",
    ),
    Row(
        "a pre-emption notified after is unlawful",
        DIA,
        [
            received("2026-03-10T10:00", channel="front_desk"),
            {"type": "express_decision", "sense": "preemption", "notified_at": "2026-05-11T10:00"},
        ],
        {"tacit_renunciation": True, "late_refusal_is": "unlawful pre-emption after renunciation"},
        "C. urb. L213-2",
    ),
    Row(
        "an e-mailed declaration was excluded until November 2018",
        DIA,
        [received("2018-11-06T10:00")],
        {"valid_saisine": False},
        "Décret 2016-1491",
    ),
    Row(
        "a shop sign never completed is tacitly rejected",
        {"regime": "ENV", "silence": "SVA", "delay": "P2M"},
        [received("2026-03-05T10:00"), happened("pieces_requested", received_by_applicant_at="2026-03-20T10:00")],
        {"pieces_due_date": "2026-05-20", "tacit_rejection": True},
        "C. env. R581-10",
    ),
    Row(
        "a complete shop sign is granted in two months",
        {"regime": "ENV", "silence": "SVA", "delay": "P2M"},
        [received("2026-03-05T10:00")],
        {"receipt_due_date": "2026-04-05", "term_date": "2026-05-05", "tacit_acceptance": True},
        "C. env. R581-13",
    ),
]

SPECIAL = [
    Row(
        "a refusal which names the CADA opens two months to refer",
        CADA,
        [refusal("2026-03-05T10:00", mentions_cada=True)],
        {"cada_referral_last_date": "2026-05-05", "appeal_opposable": True},
        "CRPA R343-1",
    ),
    Row(
        "a complete ARE makes the referral binding",
        CADA,
        [received("2026-01-31T10:00"), happened("ack_sent", "2026-02-02T10:00", kind="ARE", complete_mentions=True)],
        {"term_date": "2026-02-28", "cada_referral_last_date": "2026-04-28", "appeal_opposable": True},
        "CRPA R311-15, R343-1",
    ),
    Row(
        "a document request counts from the competent administration",
        CADA,
        [received(authority="incompetent"), happened("transferred", received_at="2026-03-12T10:00", to="competent")],
        {"term_date": "2026-04-12"},
        "CRPA R311-13",
    ),
    Row(
        "the CADA answers in a month, the administration in another",
        CADA,
        [happened("cada_registration", "2026-04-01"), happened("cada_opinion", "2026-04-28")],
        {"cada_opinion_due_date": "2026-05-01", "position_due_date": "2026-05-28", "term_date": "2026-06-01"},
        "CRPA R343-3",
    ),
    Row(
        "a reply due on a Sunday is due on Monday",
        RGPD,
        [received("2026-04-10T10:00")],
        {"reply_due_date": "2026-05-11"},
        "RGPD art. 12(3) ; règl. 1182/71",
    ),
    Row(
        "a month from 31 January ends with February, and on Monday",
        RGPD,
        [received("2026-01-31T10:00")],
        {"reply_due_date": "2026-03-02"},
        "RGPD art. 12(3)",
    ),
    Row(
        "an extension in time gives two months more",
        RGPD,
        [received("2026-03-05T10:00"), happened("extension_notified", "2026-04-01T10:00")],
        {"reply_due_date": "2026-06-05", "late": False},
        "RGPD art. 12(3)",
    ),
    Row(
        "a doubt on identity pauses the reply",
        RGPD,
        [
            received("2026-03-05T10:00"),
            happened("identity_requested", "2026-03-10T10:00"),
            happened("identity_provided", "2026-03-20T10:00"),
        ],
        {"suspended_days": 10, "reply_due_date": "2026-04-15"},
        "RGPD art. 12(6)",
    ),
    Row(
        "an incomplete APA file starts nothing",
        {"regime": "CASF", "silence": "SVA", "delay": "P2M", "basis": "CASF L232-14 APA", "effect": "lump sum"},
        [received("2026-03-10T10:00", complete=False)],
        {"term_date": None},
        "CASF R232-23",
    ),
    Row(
        "a completed APA file counts from completion",
        {"regime": "CASF", "silence": "LUMP_SUM", "delay": "P2M"},
        [received("2026-03-10T10:00", complete=False), happened("pieces_received", "2026-03-31T10:00")],
        {"term_date": "2026-05-31", "tacit_lump_sum": True},
        "CASF R232-23",
    ),
    Row(
        "a MDPH file not recevable starts nothing",
        {"regime": "CASF", "silence": "SVR", "delay": "P4M"},
        [received("2026-03-10T10:00")],
        {"term_date": None},
        "CASF R241-33",
    ),
    Row(
        "a childminder waits three months",
        {"regime": "CASF", "silence": "SVA", "delay": "P3M", "basis": "CASF L421-6"},
        [received("2026-03-10T10:00")],
        {"term_date": "2026-06-10", "tacit_acceptance": True},
        "CASF L421-6",
    ),
    Row(
        "a host family counts from the acknowledgement of its complete file",
        {"regime": "CASF", "silence": "SVA", "delay": "P4M", "basis": "CASF R441-4 accueillant familial"},
        [received("2026-03-10T10:00"), happened("ack_sent", "2026-03-18T10:00", kind="AR")],
        {"receipt_due_date": "2026-03-20", "term_date": "2026-07-18"},
        "CASF R441-4",
    ),
    Row(
        "the electoral commission which does not rule rejects",
        {"regime": "ELECTORAL", "silence": "SVR", "delay": "P30D"},
        [
            refusal("2026-03-04T10:00", mentions_appeal=True),
            happened("administrative_appeal_received", "2026-03-09T10:00"),
            happened("commission_met", "2026-03-20T10:00"),
        ],
        {"in_time": True, "appeal_term_date": "2026-03-20", "appeal_last_date": "2026-03-27"},
        "C. électoral L18 III, L20",
    ),
    Row(
        "an appeal against a parking fine posted on the last day is in time",
        {"regime": "CGCT", "silence": "SVR", "delay": "P1M"},
        [
            happened("fps_notice_notified", "2026-03-10T10:00"),
            happened("administrative_appeal_received", "2026-04-14T10:00", channel="post", postmark="2026-04-10"),
        ],
        {"in_time": True, "term_date": "2026-05-14"},
        "CGCT R2333-120-13 ; CE 25 juill. 2005",
    ),
    Row(
        "a death of 11 July 2024 keeps the six days",
        {"regime": "CGCT", "silence": "none"},
        [happened("death", "2024-07-11T10:00")],
        {"latest_date": "2024-07-18"},
        "CGCT R2213-33 (rédaction antérieure)",
    ),
    Row(
        "a funeral waits twenty-four elapsed hours across the change of time",
        {"regime": "CGCT", "silence": "none"},
        [happened("death", "2026-03-28T10:00")],
        {"earliest_local": "2026-03-29T11:00", "latest_date": "2026-04-11"},
        "CGCT R2213-33",
    ),
    Row(
        "an attestation d'accueil refused goes to the préfet first",
        {"regime": "CESEDA", "silence": "SVR", "delay": "P1M"},
        [received("2026-03-31T10:00", channel="front_desk")],
        {"term_date": "2026-04-30", "rapo_last_date": "2026-06-30", "rapo_opposable": False},
        "CESEDA R313-12",
    ),
]

NOTIFICATION = [
    Row(
        "a deposit opened after fifteen days is notified on its first day",
        SVA,
        [
            received("2026-02-03T09:00"),
            {
                "type": "express_decision",
                "sense": "refusal",
                "made_available_at": "2026-04-01T10:00",
                "express_consent": True,
            },
            happened("document_opened", "2026-04-17T10:00"),
        ],
        {"notified_on": "2026-04-01", "tacit_acceptance": False},
        "CRPA R112-20 al.2",
    ),
    Row(
        "a deposit opened on the fifteenth day is notified that day",
        SVA,
        [
            received("2026-02-03T09:00"),
            {
                "type": "express_decision",
                "sense": "refusal",
                "made_available_at": "2026-04-01T10:00",
                "express_consent": True,
            },
            happened("document_opened", "2026-04-16T10:00"),
        ],
        {"notified_on": "2026-04-16", "tacit_acceptance": True},
        "CRPA R112-20 al.1",
    ),
    Row(
        "a letter counts at its first presentation",
        SVA,
        [
            received("2026-02-03T09:00"),
            {
                "type": "express_decision",
                "sense": "refusal",
                "posted_at": "2026-04-01T10:00",
                "first_presented_at": "2026-04-03T10:00",
            },
        ],
        {"notified_on": "2026-04-03", "tacit_acceptance": False},
        "CRPA L221-8",
    ),
    Row(
        "a letter only posted notifies nothing",
        SVA,
        [
            received("2026-02-03T09:00"),
            {"type": "express_decision", "sense": "refusal", "posted_at": "2026-04-01T10:00"},
        ],
        {"notified_on": None, "tacit_acceptance": True},
        "CRPA L221-8",
    ),
]

CLASSIFICATION = [
    Row(
        "what nobody qualified is a possible approval",
        {"regime": "CRPA", "silence": "unknown"},
        [received()],
        {
            "silence": "unknown",
            "term_date": "2026-05-02",
            "possible_tacit_acceptance": True,
            "review_by": "2026-03-16",
            "flag": "possible_tacit_approval",
            "alert_on": "2026-05-02",
        },
        "CRPA L231-1",
    ),
    Row(
        "what nobody qualified nor identified stays a possible approval",
        {"regime": "CRPA", "silence": "unknown"},
        [received(channel="social_dm", identity={"pseudonyme": True})],
        {"valid_saisine": False, "term_date": None, "possible_tacit_acceptance": True, "alert_on": "2026-05-02"},
        "CRPA R112-9-1, L231-1",
    ),
    Row(
        "what nobody qualified never waits longer than two months",
        {"regime": "CRPA", "silence": "unknown", "delay": "P4M"},
        [received()],
        {"term_date": "2026-05-02"},
        "CRPA L231-1",
    ),
    Row(
        "what nobody qualified on paper is qualified as fast",
        {"regime": "CRPA", "silence": "unknown"},
        [received(channel="post")],
        {"review_by": "2026-03-16"},
        "CRPA R112-11-2",
    ),
    Row(
        "money is refused by silence",
        {"regime": "CRPA", "silence": "?"},
        [received(text="Demande de subvention pour notre association")],
        {"is_demande": True, "silence": "SVR", "term_date": "2026-05-02"},
        "CRPA L231-4 3°",
    ),
    Row(
        "a complaint is refused by silence",
        {"regime": "CRPA", "silence": "?"},
        [received(text="Réclamation contre ma facture")],
        {"silence": "SVR"},
        "CRPA L231-4 2°, L411-7",
    ),
    Row(
        "a request for works is refused by silence",
        {"regime": "CRPA", "silence": "?"},
        [received(text="Merci d'installer un ralentisseur rue Haute")],
        {"silence": "SVR"},
        "CRPA L231-4 1°",
    ),
    Row(
        "words which say nothing leave the request unknown",
        {"regime": "CRPA", "silence": "?"},
        [received(text="Bonjour, je voudrais une autorisation")],
        {"silence": "unknown", "flag": "possible_tacit_approval"},
        "CRPA L231-1",
    ),
    Row(
        "an individual decision a text provides for is presumed granted",
        {"regime": "CRPA", "silence": "?", "founded_on_text": True, "individual": True},
        [received()],
        {"silence": "SVA", "term_date": "2026-05-02", "flag": "presumed_tacit_approval"},
        "CRPA L231-1",
    ),
    Row(
        "a local service of limited capacity refuses by four months of silence",
        {"regime": "CRPA", "silence": "?", "local_category": "limited_capacity"},
        [received()],
        {"silence": "SVR", "term_date": "2026-07-02"},
        "Décret 2016-625",
    ),
    Row(
        "a local rule with an expert opinion grants by four months of silence",
        {"regime": "CRPA", "silence": "?", "local_category": "expert_opinion"},
        [received()],
        {"silence": "SVA", "term_date": "2026-07-02"},
        "Décret 2016-677",
    ),
    Row(
        "an agent's request is refused by silence whatever was said",
        SVA,
        [received(sender="agent")],
        {"silence": "SVR", "tacit_rejection": True},
        "CRPA L231-4 5°",
    ),
    Row(
        "a request for an authorisation which concerns others is published",
        {**SVA, "third_party_publicity": True},
        [received()],
        {"request_publication_required": True},
        "CRPA L232-2",
    ),
    Row(
        "a file older than the principle is flagged",
        SVA,
        [received("2014-10-01T10:00")],
        {"warning": "before_silence_means_acceptance"},
        "Loi 2013-1005 art. 1",
    ),
]

ROWS = [
    *TERM,
    *ACKNOWLEDGEMENTS,
    *SAISINE,
    *PIECES,
    *APPEALS,
    *WITHDRAWAL,
    *URBANISME,
    *SPECIAL,
    *NOTIFICATION,
    *CLASSIFICATION,
]
