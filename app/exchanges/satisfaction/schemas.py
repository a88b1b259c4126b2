"""The satisfaction question, as the API reads and writes it."""

from datetime import date, datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.exchanges.satisfaction.repository import SatisfactionFigures
from app.exchanges.satisfaction.values import Grade, Opinion, SatisfactionSettings, Way
from app.rest.public_ids import SatisfactionId, TicketId

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_ASKED = "Si la question est posée aux personnes dont la demande est close par une réponse."
_DELAY = "Heures entre la clôture et la question ; quarante-huit pour deux jours."
_WAYS = "`mail` : par courriel à qui a une adresse ; `sms` : à qui a écrit par SMS."
_REST = "Jours pendant lesquels une même personne n'est pas interrogée de nouveau, quelle que soit la demande."
_GRADE = "De `very_satisfied` (très satisfait) à `very_dissatisfied` (pas du tout satisfait)."
_COMMENT = "Ce que la personne ajoute ; vide : rien."
# From five for the best: a mean is read as it is elsewhere.
SCORES = dict(zip(Grade, range(len(Grade), 0, -1), strict=True))


class NewSatisfactionSettings(BaseModel):
    """Si la question de satisfaction est posée, quand, par quels moyens, et à quel rythme."""

    model_config = ConfigDict(extra="forbid")
    asked: bool = Field(description=_ASKED, examples=[True])
    delay_hours: int = Field(ge=1, le=30 * 24, description=_DELAY, examples=[48])
    ways: list[Way] = Field(min_length=1, max_length=len(Way), description=_WAYS, examples=[["mail", "sms"]])
    rest_days: int = Field(ge=1, le=365, description=_REST, examples=[30])

    def settings(self) -> SatisfactionSettings:
        return SatisfactionSettings(
            asked=self.asked,
            delay=self.delay_hours * _HOUR,
            ways=frozenset(self.ways),
            rest=self.rest_days * _DAY,
        )


class SatisfactionSettingsOut(BaseModel):
    """Ce qui est choisi ; tant que rien ne l'est : personne n'est interrogé, et la version 0."""

    asked: bool = Field(description=_ASKED, examples=[True])
    delay_hours: int = Field(description=_DELAY, examples=[48])
    ways: list[Way] = Field(description=_WAYS, examples=[["mail", "sms"]])
    rest_days: int = Field(description=_REST, examples=[30])
    updated_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    updated_by: str | None = Field(examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, settings: SatisfactionSettings) -> Self:
        return cls(
            asked=settings.asked,
            delay_hours=settings.delay // _HOUR,
            ways=sorted(settings.ways),
            rest_days=settings.rest // _DAY,
            updated_at=settings.updated_at,
            updated_by=settings.updated_by,
            version=settings.version,
        )


class SatisfactionOut(BaseModel):
    """La réponse d'une personne à la question, au sujet d'une demande."""

    id: SatisfactionId
    grade: Grade = Field(description=_GRADE, examples=["satisfied"])
    comment: str = Field(description=_COMMENT, examples=["Une réponse claire, en deux jours."])
    asked_at: datetime = Field(description="Quand la question fut posée.")
    answered_at: datetime = Field(description="Quand la personne a répondu pour la première fois.")
    changed_at: datetime | None = Field(
        description="Quand elle a changé sa réponse pour la dernière fois.", examples=[None]
    )

    @classmethod
    def of(cls, one: Opinion) -> Self:
        return cls(
            id=one.id,
            grade=one.grade,
            comment=one.comment,
            asked_at=one.asked_at,
            answered_at=one.answered_at,
            changed_at=one.changed_at,
        )


class SatisfactionAnswerOut(SatisfactionOut):
    """Une réponse, et la demande dont elle parle."""

    ticket_id: TicketId
    reference: str = Field(description="Référence de la demande.", examples=["26-000123-K"])
    subject: str = Field(description="Objet de la demande.", examples=["Lampadaire éteint"])

    @classmethod
    def of(cls, one: Opinion) -> Self:
        own = SatisfactionOut.of(one)
        return cls(**dict(own), ticket_id=one.ticket_id, reference=one.reference, subject=one.subject)


class GradeCountOut(BaseModel):
    """Combien de personnes ont donné un degré."""

    grade: Grade = Field(description=_GRADE, examples=["satisfied"])
    answers: int = Field(description="Réponses.", examples=[18])


class SatisfactionFiguresOut(BaseModel):
    """Ce que les personnes interrogées pendant une période ont répondu."""

    first_on: date = Field(description="Premier jour où des personnes ont été interrogées.", examples=["2026-02-11"])
    last_on: date = Field(description="Dernier jour compté, inclus.", examples=["2026-03-12"])
    asked: int = Field(description="Questions posées.", examples=[120])
    answered: int = Field(description="Questions qui ont reçu une réponse.", examples=[42])
    answered_share: float | None = Field(
        description="Part des questions qui ont une réponse, de 0 à 1 ; `null` : aucune ne fut posée.", examples=[0.35]
    )
    satisfied_share: float | None = Field(
        description="Part des réponses « satisfait » ou « très satisfait », de 0 à 1 ; `null` : aucune réponse.",
        examples=[0.79],
    )
    mean: float | None = Field(
        description="Moyenne des degrés, de 1 (pas du tout satisfait) à 5 (très satisfait) ; `null` : aucune réponse.",
        examples=[4.1],
    )
    comments: int = Field(description="Réponses avec un commentaire.", examples=[12])
    grades: list[GradeCountOut] = Field(description="Les cinq degrés, le meilleur d'abord.")

    @classmethod
    def of(cls, found: SatisfactionFigures, *, first: date, last: date) -> Self:
        counts = dict(found.counts)
        happy = counts[Grade.VERY_SATISFIED] + counts[Grade.SATISFIED]
        return cls(
            first_on=first,
            last_on=last,
            asked=found.asked,
            answered=found.answered,
            answered_share=_share(found.answered, found.asked),
            satisfied_share=_share(happy, found.answered),
            mean=_mean(counts),
            comments=found.comments,
            grades=[GradeCountOut(grade=grade, answers=count) for grade, count in found.counts],
        )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(counts: dict[Grade, int]) -> float | None:
    answers = sum(counts.values())
    return round(sum(SCORES[grade] * count for grade, count in counts.items()) / answers, 2) if answers else None
