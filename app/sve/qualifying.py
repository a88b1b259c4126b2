"""What a qualification comes to: the effect a person gives, or what the catalogue says of a procedure that day."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.sve.cases import checked_delay
from app.sve.catalogue import Catalogue, InForce
from app.sve.catalogue.families import word_of
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime

# Kept with the event: the period is a person's own, and stays whatever the catalogue says of it later.
DELAY_GIVEN = "delay_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """Everything the clock of a saisine is then read with. From the catalogue: which version, and how sure it is."""

    regime: Regime
    delay: str | None
    procedure: str | None
    procedure_version: str | None = None
    certainty: str | None = None
    family: str | None = None
    permit: str | None = None
    basis: str | None = None

    def columns(self) -> dict[str, Any]:
        """Returns what is stored: what another qualification had left is gone."""
        return {**asdict(self), "regime": self.regime.value}

    def told(self) -> dict[str, Any]:
        """Returns what the event keeps."""
        always = {"regime", "delay", "procedure"}
        return {name: value for name, value in self.columns().items() if value is not None or name in always}


def qualification(
    catalogue: Catalogue, on: date, *, regime: Regime | None, delay: str | None, procedure: str | None
) -> Qualification:
    """Settles a qualification for a request received on a day.

    A regime given by a person stands as it is. Without one, the version of the procedure in force that day applies;
    the delay given, if any, stands for the whole period. Raises `Invalid`, naming the field and what to do.
    """
    if delay is not None:
        _check_delay(delay)
    if regime is not None:
        return Qualification(regime=regime, delay=delay, procedure=procedure)
    if procedure is None:
        raise _refused(
            "/regime",
            "missing",
            Said("dites ce que vaut le silence, ou la démarche", en="say what silence means, or which procedure"),
        )
    found = catalogue.find(procedure, on=on)
    if found is None:
        raise _unknown(catalogue, procedure, on)
    if delay is None and not found.version.has_term:
        raise _refused(
            "/delay",
            "missing",
            Said(
                "le catalogue ne donne pas à lui seul le délai de cette démarche : donnez-le en entier",
                en="the catalogue alone does not give the period of this procedure: give it whole",
            ),
        )
    return _applied(catalogue, found, delay)


def _applied(catalogue: Catalogue, found: InForce, delay: str | None) -> Qualification:
    entry, version = found.entry, found.version
    since = f", depuis le {version.valid_from}" if version.valid_from else ""
    # What nobody has established rests on the principle (CRPA L231-1), not on the procedure's own articles.
    known = version.effect is not Regime.UNKNOWN
    return Qualification(
        regime=version.effect,
        delay=delay or (str(version.delay) if version.delay else None),
        procedure=entry.code,
        procedure_version=f"{catalogue.edition} {entry.file}{since}",
        certainty=entry.certainty.value,
        family=None if version.family is Family.GENERAL else word_of(version.family),
        permit=version.permit.value if version.permit else None,
        basis=" ; ".join(version.basis) or None if known else None,
    )


def _unknown(catalogue: Catalogue, procedure: str, on: date) -> Invalid:
    if catalogue.get(procedure) is None:
        told = Said(
            "cette démarche n'est pas au catalogue : voir /api/v1/sve/procedures, ou donnez l'effet du silence",
            en="this procedure is not in the catalogue: see /api/v1/sve/procedures, or say what silence means",
        )
        return _refused("/procedure", "unknown-procedure", told)
    told = Said(
        f"le catalogue ne dit rien de cette démarche au {on.isoformat()} : donnez l'effet du silence",
        en=f"the catalogue says nothing of this procedure on {on.isoformat()}: say what silence means",
    )
    return _refused("/procedure", "no-version", told)


def _check_delay(delay: str) -> None:
    try:
        checked_delay(delay)
    except ValueError:
        told = Said("une période ISO 8601, comme P2M ou P15D", en="an ISO 8601 period, such as P2M or P15D")
        raise _refused("/delay", "period", told) from None


def _refused(pointer: str, code: str, told: Said) -> Invalid:
    return Invalid(flaws=[Flaw(pointer, code, told)])
