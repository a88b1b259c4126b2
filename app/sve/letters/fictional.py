"""A request that nobody made, in a town that does not exist: what unsaved words are read around.

Every name is invented and every address is of `example.fr`; the dates alone are true, read by the engine on a given day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.letters import happening
from app.sve.letters.french import NO_BREAK
from app.sve.letters.ground import Fields, Ground, Head, Office, Published, Sense
from app.sve.letters.values import Kind
from app.sve.simulation import simulate

ZONE = "Europe/Paris"
_OFFICE = Office(
    name="Commune fictive de Villebourg",
    service="Accueil de la mairie",
    postal_address="1 place de l'Exemple\n00000 Villebourg",
    email="contact@villebourg.example.fr",
    phone="+33 1 99 00 00 00",
)
_HEAD = Head(
    place="Villebourg",
    signatory_name="Camille Exemple",
    signatory_title="Responsable de l'accueil",
    court="Tribunal administratif de Villebourg",
    court_address="2 rue de l'Exemple, 00000 Villebourg",
    footer="Commune fictive de Villebourg",
)
_SHORTLY, _LONG_AGO = timedelta(days=2), timedelta(days=100)
_TIME_TO_ANSWER, _AFTER_HEARING = timedelta(days=21), timedelta(days=20)
_NOTHING = Fields()
_REASONS = "La terrasse demandée réduirait le passage des piétons à moins d'un mètre quarante."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """What makes a kind of letter due: the effect of silence, how and how long ago the request came, what is given."""

    regime: Regime = Regime.SVA
    channel: str = "email"
    ago: timedelta = _SHORTLY
    fields: Fields = _NOTHING
    reserved: bool = False  # the administration published that such a request has an address of its own


def fictional_ground(kind: Kind, *, on: date) -> Ground:
    """Returns what a letter of a kind is written from, for a fictional request, as it would be on a day."""
    story = _story(kind, on)
    values = dict(_reading(kind, story, on))
    reasons = values.pop("reasons")
    return Ground(
        office=_OFFICE,
        head=_HEAD,
        reference="26-000000-X",
        subject="Terrasse devant le café de l'Exemple",
        citizen="Dominique Exemple",
        channel="Courriel" if story.channel == "email" else "Courrier",
        regime=story.regime,
        family=Family.GENERAL,
        delay=f"2{NO_BREAK}mois",
        values=MappingProxyType(values),
        reasons={str(one["key"]): str(one["because"]) for one in reasons},
        state=str(values["state"]),
        on=on,
        published=Published(
            on=on - _LONG_AGO, url="https://example.fr/saisine", dedicated=["https://example.fr/terrasse"]
        )
        if story.reserved
        else None,
        fields=story.fields,
    )


def _story(kind: Kind, on: date) -> _Story:
    match kind:
        case Kind.ARE:
            return _Story()
        case Kind.AR:
            return _Story(channel="post")
        case Kind.PIECES:
            pieces = ("Plan de la terrasse", "Attestation d'assurance")
            basis = "l'arrêté municipal fictif du 2 janvier 2020"
            return _Story(fields=Fields(pieces=pieces, deadline_on=on + _TIME_TO_ANSWER, legal_basis=basis))
        case Kind.TRANSMISSION:
            return _Story(fields=Fields(recipient="Département de l'Exemple", recipient_address="00000 Villebourg"))
        case Kind.WRONG_CHANNEL:
            return _Story(reserved=True)
        case Kind.DECISION:
            decision = "Votre demande de terrasse est refusée."
            given = Fields(sense=Sense.REFUSAL, decision=decision, reasons=_REASONS)
            return _Story(regime=Regime.SVR, fields=given)
        case Kind.ATTESTATION:
            return _Story(ago=_LONG_AGO)
        case Kind.WITHDRAWAL_HEARING:
            given = Fields(reasons=_REASONS, deadline_on=on + _TIME_TO_ANSWER)
            return _Story(ago=_LONG_AGO, fields=given)
        case Kind.WITHDRAWAL:
            return _Story(ago=_LONG_AGO, fields=Fields(reasons=_REASONS, heard_on=on - _AFTER_HEARING))
        case _:
            assert_never(kind)


def _reading(kind: Kind, story: _Story, on: date) -> Mapping[str, Any]:
    """The engine's own reading: the law is no fiction."""
    now = datetime.combine(on, time(12), ZoneInfo(ZONE))
    asked = happening.asked(kind, story.fields, family=Family.GENERAL, at=now)
    events: Sequence[Mapping[str, Any]] = [
        {"type": "received", "at": f"{on - story.ago}T10:00", "channel": story.channel},
        *([asked] if asked else []),
    ]
    case = {
        "territory": "METRO",
        "timezone": ZONE,
        "procedure": {"regime": Family.GENERAL.value, "silence": story.regime.value},
        "events": events,
        "now": now.isoformat(),
    }
    (answer,) = simulate(case)
    return answer
