"""Forms of legal events, and what recording one would change, as the API writes them."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, Field

from app.clock import civil_day
from app.ids import Prefix, public_id
from app.rest.languages import Language, say
from app.sve.event_forms import Choice, EventField, FieldKind
from app.sve.event_offering import Offer
from app.sve.foreseeing import ForeseenEvent, Recordable
from app.sve.neighbours import Neighbour
from app.sve.saisine_schemas import SaisineOut
from app.sve.schemas import MarkOut, SaisineBrief
from app.sve.values import Duty, LegalEvent


class EventChoiceOut(BaseModel):
    """Une réponse proposée."""

    value: str = Field(examples=["favourable"])
    label: str = Field(examples=["Accord"])

    @classmethod
    def of(cls, choice: Choice, language: Language) -> Self:
        return cls(value=choice.value, label=say(choice.label, language))


class EventFieldOut(BaseModel):
    """Un champ de l'événement, sous le nom que `POST …/events` lui donne."""

    name: str = Field(examples=["signed_at"])
    label: str = Field(examples=["Signée le"])
    kind: FieldKind = Field(
        description="`moment` un instant, à l'heure de l'administration ; `day` un jour ; `line`, `lines` des mots, une ligne "
        "chacun pour `lines` ; `period` une durée (ISO 8601) ; `choice` une des réponses ; `tick` vrai ou faux.",
        examples=["moment"],
    )
    hint: str = Field(examples=[""])
    required: bool
    said_only: bool = Field(description="Une case laissée vide ne dit rien : elle n'est pas envoyée.", examples=[False])
    choices: list[EventChoiceOut] = Field(examples=[[]])

    @classmethod
    def of(cls, field: EventField, language: Language, others: Sequence[EventChoiceOut]) -> Self:
        return cls(
            name=field.name,
            label=say(field.label, language),
            kind=field.kind,
            hint=say(field.hint, language) if field.hint else "",
            required=field.required,
            said_only=field.said_only,
            choices=[EventChoiceOut.of(one, language) for one in field.choices] or list(others),
        )


class EventFormOut(BaseModel):
    """Un événement qu'on peut consigner à la main : ses champs, le texte à lire, et ce qui s'y opposerait aujourd'hui."""

    type: str = Field(
        description="Le type de l'événement ; quand un champ s'appelle `type`, c'est lui qui le dit.",
        examples=["express_decision"],
    )
    title: str = Field(examples=["Décision signée"])
    source: str = Field(description="Le texte, vide quand il dépend du cas.", examples=["CRPA L212-1, L221-8"])
    fields: list[EventFieldOut]
    refused_because: str | None = Field(
        description="Pourquoi il serait refusé s'il avait lieu maintenant ; un jour passé peut l'être encore.",
        examples=[None],
    )
    refused_source: str | None = Field(description="Le texte de ce refus.", examples=[None])

    @classmethod
    def of(cls, offer: Offer, others: Sequence[EventChoiceOut], language: Language) -> Self:
        form, refused = offer.form, offer.refused
        return cls(
            type=form.name,
            title=say(form.title, language),
            source=form.source,
            fields=[
                EventFieldOut.of(one, language, others)
                for one in form.fields
                if one.kind is not FieldKind.CHOICE or one.choices or others
            ],
            refused_because=None
            if refused is None
            else refused.because_en
            if language is Language.EN
            else refused.because,
            refused_source=refused.source if refused else None,
        )


class EventFormsOut(BaseModel):
    """Ce qu'on peut consigner d'une saisine telle qu'elle est."""

    forms: list[EventFormOut] = Field(description="Dans l'ordre où cela arrive le plus souvent.")
    joinable: list[EventChoiceOut] = Field(
        description="Les saisines de la même personne, reçues avant, à qui `POST …/joins` peut la réunir.",
        examples=[[]],
    )

    @classmethod
    def of(cls, found: Recordable, language: Language) -> Self:
        others = [_named(one, found.zone) for one in found.others]
        return cls(
            forms=[EventFormOut.of(one, others, language) for one in found.offers],
            joinable=[_named(one, found.zone) for one in found.earlier],
        )


class ForeseenEventOut(BaseModel):
    """Ce qu'un événement changerait ; rien n'est consigné."""

    before: SaisineBrief = Field(description="Telle qu'elle est.")
    after: SaisineOut = Field(description="Telle qu'elle serait, chaque date avec sa raison.")
    marks: list[MarkOut] = Field(description="Ce que la loi en dirait, quand elle le prive d'effet ou l'encadre.")

    @classmethod
    def of(cls, foreseen: ForeseenEvent, events: Sequence[LegalEvent], duties: Sequence[Duty]) -> Self:
        return cls(
            before=SaisineBrief.of(foreseen.before),
            after=SaisineOut.in_full(foreseen.after, events, duties),
            marks=[MarkOut(code=one.code, source=one.source, because=one.because) for one in foreseen.marks],
        )


def _named(other: Neighbour, zone: str) -> EventChoiceOut:
    """Names a saisine by its request: its reference, its object, the day it was received."""
    words = (other.reference, other.subject, civil_day(other.received_at, zone).isoformat())
    return EventChoiceOut(value=public_id(Prefix.SAISINE, other.id), label=" · ".join(filter(None, words)))
