"""Grounds of letters for tests: one request of a fictional town, as the engine reads it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.letters.ground import Fields, Ground, Head, Office, Published
from app.sve.simulation import simulate

OFFICE = Office(
    name="Commune de Villebourg",
    service="Accueil de la mairie",
    postal_address="1 place de la Mairie\n00000 Villebourg",
    email="contact@villebourg.example.fr",
    phone="+33 1 99 00 00 00",
)
HEAD = Head(
    place="Villebourg",
    signatory_name="Camille Exemple",
    signatory_title="Responsable de l'accueil",
    court="Tribunal administratif de Villebourg",
    court_address="2 rue du Palais, 00000 Villebourg",
    footer="Commune de Villebourg",
)
PUBLISHED = Published(on=date(2026, 1, 1), url="https://example.fr/sve", dedicated=("https://example.fr/terrasse",))
_SILENCE = {Regime.NONE: "none", Regime.UNKNOWN: "unknown"}
_BASED = {Family.URBANISME: {"permit": "DP"}, Family.DIA: {}}


def ground(
    regime: Regime = Regime.SVA,
    *,
    family: Family = Family.GENERAL,
    on: str = "2026-03-04",
    events: tuple[Mapping[str, Any], ...] = (),
    channel: str = "email",
    tenant: Mapping[str, Any] | None = None,
    **given: Any,
) -> Ground:
    """Reads a request received on 2 March 2026 with the engine itself; what a person gives is by name."""
    answer = simulate(
        {
            "territory": "METRO",
            "timezone": "Europe/Paris",
            "procedure": {
                "regime": family.value,
                "silence": _SILENCE.get(regime, regime.value),
                **_BASED.get(family, {}),
            },
            "events": [
                {"type": "received", "at": "2026-03-02T10:00", "channel": channel, "tenant": tenant},
                *events,
            ],
            "now": f"{on}T12:00",
        }
    )[0]
    reasons = {str(one["key"]): str(one["because"]) for one in answer.pop("reasons")}  # type: ignore[union-attr, index]
    return Ground(
        office=OFFICE,
        head=HEAD,
        reference="26-000123-K",
        subject="Terrasse",
        citizen="Usager Exemple",
        channel="Courriel",
        regime=regime,
        family=family,
        delay="2 mois",
        values=answer,
        reasons=reasons,
        state=str(answer["state"]),
        on=date.fromisoformat(on),
        published=None,
        fields=Fields(**given),
    )


def without_court(one: Ground) -> Ground:
    return replace(one, head=replace(one.head, court="", court_address=""))
