"""Preferences over HTTP: each their own, on any machine, at the version they read."""

import pytest

from app.identity.preference_schemas import PreferencesChange, PreferencesOut
from tests.api.conftest import Town
from tests.api.test_sight import someone

PATH = "/me/preferences"


def at(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


async def test_what_one_likes_is_kept_for_oneself_at_its_version(town: Town) -> None:
    one, other = await someone(town), await someone(town, role="reader")
    usual = await one.ask("GET", PATH)
    assert (usual.status_code, usual.headers["etag"]) == (200, '"0"'), usual.text
    assert usual.json() == PreferencesOut.of({}, 0).model_dump(mode="json")

    wished = {
        "keys": {"next": "b", "go_inbox": "g é"},
        "theme": "dark",
        "columns": ["risk", "subject", "custom_field:quartier"],
    }
    kept = await one.ask("PATCH", PATH, json=wished, headers=at(0))
    assert (kept.status_code, kept.headers["etag"]) == (200, '"1"'), kept.text
    again = await one.ask("PATCH", PATH, json={"keys_on": False, "language": "en"}, headers=at(1))
    assert {name: again.json()[name] for name in (*wished, "keys_on", "language")} == {
        **wished,
        "keys_on": False,
        "language": "en",
    }
    same = await one.ask("PATCH", PATH, json={"language": "en"}, headers=at(2))
    assert same.headers["etag"] == '"2"'  # nothing changed
    for version in (0, 1):  # another window wrote meanwhile
        stale = await one.ask("PATCH", PATH, json={"theme": "light"}, headers=at(version))
        assert (stale.status_code, stale.headers["etag"]) == (412, '"2"')
    assert (await one.ask("PATCH", PATH, json={"theme": "light"})).status_code == 428
    assert (await one.ask("GET", PATH)).json()["theme"] == "dark"
    assert (await other.ask("GET", PATH)).json()["version"] == 0

    told = await town.facts("preferences.changed")
    assert [one_.get("data") for one_ in told] == [{"user_id": one.id}] * 2  # that they changed, not what


@pytest.mark.parametrize(
    ("wished", "where"),
    [
        ({"keys": {"next": "F1"}}, "/keys/next"),
        ({"keys": {"Next!": "b"}}, "/keys/Next!"),
        ({"theme": "pink"}, "/theme"),
        ({"columns": ["risk", "secret"]}, "/columns"),
        ({"columns": ["custom_field:Non"]}, "/columns"),
        ({"anything": "else"}, "/anything"),
    ],
)
async def test_nothing_else_is_ever_kept_there(town: Town, wished: dict[str, object], where: str) -> None:
    refused = await (await someone(town)).ask("PATCH", PATH, json=wished, headers=at(0))
    assert refused.status_code == 422
    assert any(flaw["pointer"].startswith(where) for flaw in refused.json()["errors"]), refused.text


async def test_a_program_has_none(town: Town) -> None:
    assert (await town.http.get(f"/api/v1{PATH}")).status_code == 403
    assert (await town.http.patch(f"/api/v1{PATH}", json={}, headers=at(0))).status_code == 403


def test_what_stands_where_nothing_was_chosen_is_said_once() -> None:
    assert PreferencesChange().wishes() == {}
    assert set(PreferencesOut.model_fields) == {*PreferencesChange.model_fields, "version"}
