"""T125: what a house that is no demonstration does not start with; each message names the setting."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.bootstrap.refusing import refuse_settings
from app.errors import Misconfigured
from app.settings import DEMO_SECRET, Settings
from tests.harness.houses import MovableClock, house

GOOD = "6f1b0c7f25a94ad3b8e07d5c4e9a2b3317d8"


def read(tmp_path: Path, **given: Any) -> Settings:
    whole = {"secret_key": SecretStr(GOOD), "base_url": "https://relation.villebourg.example.fr", **given}
    return Settings(_env_file=None, data_dir=tmp_path, **whole)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"secret_key": SecretStr("")}, "PARVIS_SECRET_KEY"),
        ({"secret_key": SecretStr("short")}, "PARVIS_SECRET_KEY"),
        ({"secret_key": SecretStr(DEMO_SECRET)}, "PARVIS_SECRET_KEY"),
        ({"secret_key": SecretStr("a" * 64)}, "PARVIS_SECRET_KEY"),
        ({"secret_key": SecretStr("changeme" * 8)}, "PARVIS_SECRET_KEY"),
        ({"previous_secret_keys": [SecretStr(GOOD)]}, "PARVIS_PREVIOUS_SECRET_KEYS"),
        ({"base_url": "http://relation.villebourg.example.fr"}, "PARVIS_BASE_URL"),
        ({"base_url": "relation.villebourg.example.fr"}, "PARVIS_BASE_URL"),
        ({"base_url": "https://"}, "PARVIS_BASE_URL"),
        ({"log_level": "debug"}, "PARVIS_LOG_LEVEL"),
        ({"direct_url": SecretStr("postgresql://parvis_app@db.example.fr/parvis")}, "PARVIS_DATABASE_URL"),
        ({"log_level": "DEBUG"}, "PARVIS_LOG_LEVEL"),
    ],
)
def test_what_is_not_to_be_served_with_is_refused_by_name(tmp_path: Path, given: dict[str, Any], setting: str) -> None:
    with pytest.raises(Misconfigured, match=setting) as refused:
        refuse_settings(read(tmp_path, **given), embedded=False)
    assert "\n" not in str(refused.value)
    assert GOOD not in str(refused.value)


def test_what_is_as_it_should_be_starts(tmp_path: Path) -> None:
    refuse_settings(read(tmp_path), embedded=False)
    refuse_settings(
        read(tmp_path, base_url="http://127.0.0.1:8000"), embedded=False
    )  # behind nothing yet: this machine
    refuse_settings(read(tmp_path, secret_key=None, base_url="http://192.0.2.7:8000", log_level="debug"), embedded=True)


async def test_the_house_itself_asks(database_url: str, tmp_path: Path) -> None:
    for given in ({"secret_key": SecretStr("a" * 64)}, {"secret_key": None}, {"log_level": "debug"}):
        with pytest.raises(Misconfigured, match="PARVIS_"):
            async with house(database_url, tmp_path, clock=MovableClock(), **given):  # type: ignore[arg-type]
                pass
