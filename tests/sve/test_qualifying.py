"""Every procedure of the catalogue gives a clock the engine reads, or says what is missing."""

from datetime import UTC, date, datetime

import pytest

from app.errors import Invalid
from app.sve.cases import stored_case
from app.sve.catalogue import built_in
from app.sve.law import read
from app.sve.law.regime import Regime
from app.sve.qualifying import qualification
from app.tenants.values import Tenant, TenantKind

ON = date(2026, 3, 2)
TENANT = Tenant(
    id=None,
    slug="v",
    name="Villebourg",
    kind=TenantKind.COMMUNE,
    territory="METRO",
    time_zone="Europe/Paris",
    service_name="Accueil",
    postal_address="1 place de la Mairie",
    email="contact@villebourg.example.fr",
    phone="+33 1 99 00 00 00",
    terms=(),
)
RECEIVED = {"type": "received", "at": "2026-03-02T09:00:00Z", "authority": "competent", "channel": "email"}
CODES = [entry.code for entry in built_in().list()]


def qualified(code, *, delay=None, on=ON):
    return qualification(built_in(), on, regime=None, delay=delay, procedure=code)


@pytest.mark.parametrize("code", CODES)
def test_it_reads_and_what_may_grant_always_alarms(code: str) -> None:
    version = built_in().find(code, on=ON).version
    found = qualified(code, delay=None if version.has_term else "P2M")
    case = stored_case(
        TENANT,
        regime=found.regime.value,
        delay=found.delay,
        family=found.family,
        permit=found.permit,
        basis=found.basis,
        events=[RECEIVED],
    )
    assert case.procedure.family is version.family
    assert case.procedure.permit is version.permit
    reading = read(case, now=datetime(2026, 3, 3, tzinfo=UTC))
    if version.effect is Regime.NONE:
        assert (reading.term_on, reading.alert_on) == (None, None)
    else:
        assert reading.effect is version.effect
        assert reading.alert_on is not None, "a request whose silence decides must wake somebody"


@pytest.mark.parametrize("code", [code for code in CODES if not built_in().find(code, on=ON).version.has_term])
def test_without_a_delay_of_its_own_a_person_gives_it(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        qualified(code)
    assert refused.value.flaws[0].pointer == "/delay"


def test_a_day_without_version_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        qualified("URB-PC-EVALENV", on=date(2025, 12, 1))
    assert refused.value.flaws[0].code == "no-version"


def test_the_version_applied_is_named() -> None:
    assert qualified("URB-PC-EVALENV").procedure_version.endswith(
        "urbanisme_permis_particuliers.toml, depuis le 2025-12-31"
    )
