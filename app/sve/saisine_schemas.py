"""A saisine in full, what is done to it, and what the watch shows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.instants import WrittenInstant
from app.rest.pages import Page
from app.rest.public_ids import AlertId, MessageId, SaisineId, TicketId
from app.sensitive import masked
from app.sve.acknowledged import Acknowledgement, Standing, acknowledgements
from app.sve.cases import ASKED, dismissal
from app.sve.dismissing import DismissalReason
from app.sve.law.regime import Regime
from app.sve.law.risk import Risk
from app.sve.schemas import LegalEventOut, SaisineBrief
from app.sve.values import Alert, Duty, LegalEvent, Owed, Saisine, Watched

_STRICT = ConfigDict(extra="forbid")
_VALUES = {"reception_date": "2026-03-02", "term_date": "2026-05-02", "possible_tacit_acceptance": True}


class ReasonOut(BaseModel):
    """Pourquoi une valeur est ce qu'elle est."""

    key: str = Field(examples=["term_date"])
    value: Any = Field(examples=["2026-05-02"])
    source: str = Field(description="L'article.", examples=["CRPA L231-1"])
    because: str = Field(examples=["deux mois de silence valent acceptation."])


class DutyOut(BaseModel):
    """Un accusé dû pour un envoi électronique (CRPA L112-11)."""

    ticket_id: TicketId
    message_id: MessageId
    kind: str = Field(description="`AEE` enregistrement, `ARE` réception.", examples=["ARE"])
    due_on: date = Field(description="Dernier jour.", examples=["2026-03-16"])
    source: str = Field(examples=["CRPA R112-11-2"])
    done_at: datetime | None = Field(examples=[None])
    waived_at: datetime | None = Field(examples=[None])
    waived_reason: str | None = Field(examples=[None])
    blocked_because: str | None = Field(
        description="Pourquoi il ne peut pas encore s'écrire ; il reste dû.", examples=[None]
    )

    @classmethod
    def of(cls, duty: Duty) -> Self:
        return cls(**{name: getattr(duty, name) for name in cls.model_fields})


class DutyLine(DutyOut):
    """Un accusé encore dû, et la demande qu'il accuse."""

    reference: str = Field(examples=["26-000123-K"])
    subject: str = Field(
        description="Objet de la demande ; un numéro de sécurité sociale, un IBAN ou une carte y sont masqués.",
        examples=["Demande d'autorisation de terrasse"],
    )

    @classmethod
    def told(cls, owed: Owed) -> Self:
        own = {name: getattr(owed.duty, name) for name in DutyOut.model_fields}
        return cls(**own, reference=owed.reference, subject=masked(owed.subject))


class AcknowledgementOut(BaseModel):
    """Un accusé que la loi date, et où il en est."""

    kind: str = Field(description="`AEE` enregistrement, `ARE` réception, `AR` papier.", examples=["AEE"])
    due_on: date = Field(description="Dernier jour.", examples=["2026-03-03"])
    standing: Standing = Field(
        description="`owed` dû, et en retard une fois ce jour passé ; `done` parti, ou un autre en a tenu lieu ; `waived` "
        "dispensé ; `over` la demande est décidée ou close.",
        examples=["owed"],
    )
    because: str | None = Field(description="Pourquoi il est dispensé.", examples=[None])

    @classmethod
    def of(cls, one: Acknowledgement) -> Self:
        return cls(kind=one.kind, due_on=one.due_on, standing=one.standing, because=one.because)


class SaisineOut(SaisineBrief):
    """Une saisine et son délai, chaque date avec sa raison. Rien ne la calcule ailleurs."""

    ticket_id: TicketId
    message_id: MessageId
    ordinal: int = Field(
        description="0 : celle que le message a ouverte d'elle-même ; au-delà, ce qu'il demande aussi.", examples=[0]
    )
    asks: str | None = Field(description="Ce que le message demande aussi, dit par une personne.", examples=[None])
    dismissed: DismissalReason | None = Field(
        description="Pourquoi elle n'est pas une demande, si une personne l'a dit.", examples=[None]
    )
    joined_to: SaisineId | None = Field(
        description="La même demande, reçue avant par une autre voie : c'est son délai qui compte.", examples=[None]
    )
    procedure: str | None = Field(description="Démarche du catalogue.", examples=["URB-DP"])
    procedure_version: str | None = Field(
        description="Version du catalogue appliquée ; `null` quand une personne a donné l'effet elle-même.",
        examples=["2026-11-22 urbanisme_permis.toml"],
    )
    certainty: str | None = Field(
        description="Jusqu'où le catalogue avait lu les textes : `read`, `partly`, `unverified`.", examples=["read"]
    )
    family: str | None = Field(description="Règles propres qui mènent le délai, s'il y en a.", examples=["URBANISME"])
    delay: str | None = Field(description="Délai qualifié, ISO 8601.", examples=["P2M"])
    qualified_by: str | None = Field(examples=[None])
    qualified_at: datetime | None = Field(examples=[None])
    qualified_reason: str | None = Field(examples=[None])
    received_at: datetime
    received_on: date = Field(description="Jour civil de réception.", examples=["2026-03-02"])
    state: str = Field(description="État du délai à la dernière lecture.", examples=["running"])
    effect: str = Field(description="Ce que le silence ferait.", examples=["UNKNOWN"])
    alert_because: str | None = Field(
        description="Pourquoi `alert_on`.", examples=["non qualifiée : peut-être accordée"]
    )
    values: dict[str, Any] = Field(description="Toutes les valeurs, par leur nom de simulation.", examples=[_VALUES])
    reasons: list[ReasonOut] = Field(description="Dans l'ordre où elles furent établies.")
    events: list[LegalEventOut]
    acknowledgements: list[AcknowledgementOut] = Field(description="Les accusés que la loi date, dus ou non.")
    rules_version: str = Field(description="Textes consolidés lus.", examples=["CRPA 2026-08-20"])
    closed_at: datetime | None = Field(examples=[None])
    version: int = Field(description="Celle de l'ETag.", examples=[2])

    @classmethod
    def in_full(cls, saisine: Saisine, events: Sequence[LegalEvent], duties: Sequence[Duty]) -> Self:
        reading = saisine.reading
        own = {name: getattr(saisine, name) for name in _COLUMNS}
        return cls(
            **own,
            asks=next((str(event.payload.get("asks")) for event in events if event.type == ASKED), None),
            dismissed=_dismissed(events),
            state=str(reading["state"]),
            effect=str(reading["effect"]),
            alert_because=reading.get("alert_because"),
            values=dict(reading["values"]),
            reasons=[ReasonOut.model_validate(reason) for reason in reading["reasons"]],
            events=[LegalEventOut.of(event, saisine_id=saisine.id) for event in events],
            acknowledgements=[AcknowledgementOut.of(one) for one in acknowledgements(saisine, events, duties)],
        )


def _dismissed(events: Sequence[LegalEvent]) -> DismissalReason | None:
    said = dismissal(events)
    return None if said is None else DismissalReason(said.payload["reason"])


_COLUMNS = frozenset(SaisineOut.model_fields) - {
    *("state", "effect", "alert_because", "values", "reasons", "events", "acknowledgements", "asks", "dismissed"),
}


class JoinOut(BaseModel):
    """Deux saisines réunies ou séparées, relues."""

    kept: SaisineOut = Field(description="Celle dont le délai compte.")
    joined: SaisineOut = Field(description="L'autre ; les accusés de son message restent dus.")
    warnings: list[str] = Field(description="À vérifier.", examples=[[]])


class NewQualification(BaseModel):
    """Ce que vaut le silence, dit par une personne ; ou la démarche seule, dont le catalogue dit l'effet ce jour-là."""

    model_config = _STRICT
    regime: Regime | None = Field(
        default=None,
        description="`SVA` accepte, `SVR` rejette, `none` : rien n'est demandé. Absent : celui de `procedure`.",
        examples=["SVA"],
    )
    delay: str | None = Field(
        default=None, max_length=20, description="Délai, s'il n'est pas de deux mois (ISO 8601).", examples=["P2M"]
    )
    procedure: str | None = Field(
        default=None, max_length=100, description="Démarche du catalogue, par son code.", examples=["URB-DP"]
    )
    reason: str = Field(
        min_length=3,
        max_length=2000,
        description="Pourquoi ; gardé avec la saisine.",
        examples=["Liste du code : SVA."],
    )


class NewTransfer(BaseModel):
    """Une transmission à l'autorité compétente (CRPA L114-2)."""

    model_config = _STRICT
    to: str = Field(min_length=2, max_length=200, description="À qui.", examples=["Département de Villebourg"])
    received_at: WrittenInstant | None = Field(
        default=None, description="Quand l'autorité l'a reçue ; absent : maintenant."
    )
    saisine_id: SaisineId | None = Field(default=None, description="Une seule ; absent : toutes celles qui courent.")
    note: str | None = Field(
        default=None, max_length=5000, description="Pour les collègues.", examples=["Par courriel."]
    )


class WatchLine(BaseModel):
    """Ce que le silence déciderait."""

    saisine: SaisineBrief
    ticket_id: TicketId
    reference: str = Field(examples=["26-000123-K"])
    subject: str = Field(examples=["Demande d'autorisation de terrasse"])
    channel: str = Field(examples=["email"])
    contact_name: str | None = Field(examples=["Usager Exemple"])
    procedure: str | None = Field(examples=[None])
    received_on: date = Field(examples=["2026-03-02"])
    alert_because: str | None = Field(examples=["non qualifiée : peut-être accordée"])
    reply_closes_at: datetime | None = Field(
        description="Jusqu'à quand le canal laisse répondre ; `null` sans limite.", examples=[None]
    )

    @classmethod
    def of(cls, watched: Watched) -> Self:
        saisine = watched.saisine
        return cls(
            saisine=SaisineBrief.of(saisine),
            ticket_id=saisine.ticket_id,
            reference=watched.reference,
            subject=watched.subject,
            channel=watched.channel_type,
            contact_name=watched.contact_name,
            procedure=saisine.procedure,
            received_on=saisine.received_on,
            alert_because=saisine.reading.get("alert_because"),
            reply_closes_at=watched.reply_closes_at,
        )


class WatchPage(Page[WatchLine]):
    """Une page de la veille, et combien de saisines ouvertes à chaque risque."""

    counts: dict[Risk, int] = Field(examples=[{"born": 0, "critical": 1, "near": 4, "unqualified": 12}])


class AlertOut(BaseModel):
    """Une alerte : quelqu'un doit savoir."""

    id: AlertId
    saisine_id: SaisineId
    ticket_id: TicketId
    threshold: str = Field(description="Seuil franchi.", examples=["J-15"])
    alert_on: date = Field(description="Date dont elle parle.", examples=["2026-05-02"])
    due_on: date = Field(description="Jour ouvré où elle devait être levée.", examples=["2026-04-17"])
    because: str = Field(
        description="Pourquoi ce jour-là.",
        examples=["J-15 : le silence peut accorder le 2 mai 2026 à minuit."],
    )
    closes_at: datetime | None = Field(
        description="Instant où le canal ne laisse plus répondre, pour `window_closes`.", examples=[None]
    )
    late: bool = Field(description="Levée après son jour.", examples=[False])
    raised_at: datetime
    acknowledged_at: datetime | None = Field(examples=[None])
    acknowledged_by: str | None = Field(examples=[None])
    escalated_at: datetime | None = Field(
        description="Quand elle a été signalée plus haut, faute de prise en charge.", examples=[None]
    )

    @classmethod
    def of(cls, alert: Alert) -> Self:
        return cls(**{name: getattr(alert, name) for name in cls.model_fields})


EXAMPLE_CASE = {
    "territory": "METRO",
    "timezone": "Europe/Paris",
    "procedure": {"regime": "CRPA", "silence": "SVA", "delay": "P2M"},
    "events": [{"type": "received", "at": "2026-03-02T10:00", "channel": "email", "authority": "competent"}],
}
EXAMPLE_ANSWER = {
    "reception_date": "2026-03-02",
    "term_date": "2026-05-02",
    "tacit_acceptance": True,
    "reasons": [
        {"key": "term_date", "value": "2026-05-02", "source": "CRPA L231-1", "because": "deux mois de silence."}
    ],
}
