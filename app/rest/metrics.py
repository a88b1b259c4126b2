"""What is counted, by names an operator can alarm on; labels are closed sets, never an address or an identifier."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

RECEPTIONS = Counter(
    "parvis_receptions",
    "Deliveries kept, by channel type and door (hook, smtp, lmtp, imap, form, api, cli, desk, chat, stream).",
    ["channel", "door"],
    registry=REGISTRY,
)
REFUSED = Counter(
    "parvis_refused_deliveries",
    "Deliveries not kept, by channel type and reason: the sender was told.",
    ["channel", "reason"],
    registry=REGISTRY,
)
OUTBOUND = Counter(
    "parvis_outbound_attempts",
    "Attempts to send, by channel type and what became of them (ok, retry, throttled, permanent, unknown…).",
    ["channel", "outcome"],
    registry=REGISTRY,
)
REQUESTS = Histogram(
    "parvis_request_seconds",
    "Time to answer a request, by method, address template and class of status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
JOBS_SET_ASIDE = Counter(
    "parvis_jobs_set_aside",
    "Jobs that were refused or failed and are kept for somebody to look at, by task; alarm on any.",
    ["task"],
    registry=REGISTRY,
)
READY = Gauge("parvis_ready", "1 when the named check passed at the last look, else 0.", ["check"], registry=REGISTRY)
WATCH_ROUND_AGE = Gauge(
    "parvis_watch_round_age_seconds",
    "Seconds since the watch of legal terms last went round, where it did longest ago; alarm past 300.",
    registry=REGISTRY,
)
WATCH_DUE_AGE = Gauge(
    "parvis_watch_oldest_due_seconds",
    "Seconds since the oldest day on which a legal clock was due to be looked at and was not; 0 when none is.",
    registry=REGISTRY,
)

INTAKE_WAIT = Gauge(
    "parvis_intake_oldest_wait_seconds",
    "Seconds for which the oldest delivery accepted and due to be read has waited; alarm past 300.",
    registry=REGISTRY,
)
OUTBOX_WAIT = Gauge(
    "parvis_outbox_oldest_wait_seconds",
    "Seconds for which the oldest sending that is due has waited; alarm past 900.",
    registry=REGISTRY,
)
HELD = Gauge("parvis_held_deliveries", "Deliveries that wait for a person in quarantine.", registry=REGISTRY)
UNSETTLED = Gauge(
    "parvis_unsettled_sendings",
    "Sendings that wait for a person: outcome unknown, or failed (refused, given up, returned).",
    ["outcome"],
    registry=REGISTRY,
)
CHANNELS = Gauge(
    "parvis_channels_in_trouble",
    "Channels, not paused, that are silent longer than is usual for them, or that must be connected again.",
    ["trouble"],
    registry=REGISTRY,
)
ALERTS_OPEN = Gauge("parvis_alerts_open", "Alerts on legal terms of which nobody has taken charge.", registry=REGISTRY)
SAISINES = Gauge(
    "parvis_open_saisines", "Open saisines by risk: how near a term is, whether born.", ["risk"], registry=REGISTRY
)
LEDGER = Gauge(
    "parvis_ledger_receptions",
    "Deliveries accepted in two days, by what became of them; `unexplained` must be 0, `late` waited past 15 minutes.",
    ["state"],
    registry=REGISTRY,
)
LEDGER_AGE = Gauge(
    "parvis_ledger_age_seconds",
    "Seconds since the ledger was last counted, where it was longest ago; counted every hour, alarm past 7200.",
    registry=REGISTRY,
)
CLOCK_SKEW = Gauge(
    "parvis_clock_skew_seconds",
    "How far the database's time is ahead of this process's machine; alarm past 5 either way.",
    registry=REGISTRY,
)
DAMAGED = Gauge(
    "parvis_damaged",
    "What was read again and is no longer what was kept, by kind (original, journal, clock); 0, or somebody is needed.",
    ["kind"],
    registry=REGISTRY,
)
OPEN_STREAMS = Gauge(
    "parvis_open_streams",
    "Streams of events that this process holds open: one for each screen and each program that listens.",
    registry=REGISTRY,
)
LOG_COVERED = Gauge(
    "parvis_event_log_covered_seconds",
    "Seconds until the end of the last month made for the event log; workers keep three months ahead.",
    registry=REGISTRY,
)
LOG_STRAYED = Gauge(
    "parvis_event_log_strayed_bytes",
    "What the default part of the event log holds because no month was made for it: must be 0.",
    registry=REGISTRY,
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(method: str, *, route: str, status: int, seconds: float) -> None:
    """Counts one answered request; a method nobody defined is `other`, so that callers cannot grow the table."""
    word = method if method in _METHODS else "other"
    REQUESTS.labels(word, route, f"{status // 100}xx").observe(seconds)
