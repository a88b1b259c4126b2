"""The commands that open the house: on a real database, as the application's own role."""

import asyncio
import json
from pathlib import Path

import click
import pytest

from app.cli import awaiting
from app.db.embedded import Dsns
from app.db.transaction import Database
from tests.cli.conftest import Parvis, lines

MAIL = b"From: Usager <usager@example.org>\r\nSubject: Voirie\r\nMessage-ID: <%d@example.org>\r\n\r\nUn trou rue Haute.\r\n"
TOWN = {
    "--name": "Commune de Beaulieu",
    "--kind": "commune",
    "--service": "Accueil",
    "--address": "1 place de la Mairie, 00000 Beaulieu",
    "--email": "contact@beaulieu.example.fr",
    "--phone": "+33 1 99 00 00 01",
}


def options(values: dict[str, str]) -> list[str]:
    return [word for pair in values.items() for word in pair]


def test_an_administration_is_created_once(in_the_house: Parvis) -> None:
    created = in_the_house("tenants", "create", "beaulieu", *options(TOWN))
    assert created.stdout.startswith("ten_")
    again = in_the_house("tenants", "create", "beaulieu", *options(TOWN))
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    found = [line for line in lines(in_the_house("tenants", "list", "--json")) if line["slug"] == "beaulieu"]
    assert found == [
        {
            "id": created.stdout.strip(),
            "slug": "beaulieu",
            "name": "Commune de Beaulieu",
            "kind": "commune",
            "territory": "METRO",
            "time_zone": "Europe/Paris",
            "siret": None,
            "suspended_at": None,
            "closing_on": None,
        }
    ]


def test_the_siret_of_an_administration_is_declared_and_forgotten(in_the_house: Parvis) -> None:
    assert in_the_house("tenants", "create", "sirenes", *options(TOWN)).exit_code == 0

    def kept() -> str | None:
        return next(line for line in lines(in_the_house("tenants", "list", "--json")) if line["slug"] == "sirenes")[
            "siret"
        ]

    declared = in_the_house("tenants", "siret", "sirenes", "100 000 009 00017")
    assert (declared.exit_code, declared.stdout.strip()) == (0, "sirenes: declared"), declared.stderr
    assert kept() == "10000000900017"
    for slug, number in (("sirenes", "100 000 009 00018"), ("nulle-part", "100 000 009 00017")):
        assert in_the_house("tenants", "siret", slug, number).exit_code != 0
    assert kept() == "10000000900017"
    assert in_the_house("tenants", "siret", "sirenes").stdout.strip() == "sirenes: forgotten"
    assert kept() is None


@pytest.mark.parametrize(
    ("slug", "changed", "told"),
    [
        ("Beau Lieu", {}, "a slug is made of"),
        ("b", {"--territory": "ATLANTIS"}, "territory 'ATLANTIS'"),
        ("b", {"--time-zone": "Europe/Atlantis"}, "is unknown"),
        ("b", {"--kind": "empire"}, "empire"),
    ],
)
def test_an_administration_that_cannot_be_is_bad_usage(
    in_the_house: Parvis, slug: str, changed: dict[str, str], told: str
) -> None:
    result = in_the_house("tenants", "create", slug, *options(TOWN | changed))
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_key_is_shown_once_listed_without_itself_and_revoked(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str]
) -> None:
    slug, _ = a_town_with_a_mailbox
    asked = ("--tenant", slug, "--name", "Téléservice", "--scope", "intake:write", "--expires", "90d", "--json")
    (created,) = lines(in_the_house("keys", "create", *asked))
    assert created["key"].startswith("parvis_")
    listed = in_the_house("keys", "list", "--tenant", slug)
    assert created["id"] in listed.stdout
    assert created["key"] not in listed.stdout
    assert in_the_house("keys", "revoke", created["id"], "--tenant", slug).exit_code == 0
    (line,) = lines(in_the_house("keys", "list", "--tenant", slug, "--json"))
    assert line["revoked_at"] is not None
    again = in_the_house("keys", "revoke", created["id"], "--tenant", slug)
    assert (again.exit_code, again.stderr) == (1, "Error: no living key has this identifier\n")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("--scope", "everything"), 1, "choose among"),
        (("--scope", "tickets:read", "--expires", "soon"), 2, "write 90d"),
        (("--scope", "tickets:read", "--expires", "2020-01-01"), 2, "is past"),
        ((), 2, "--scope"),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], arguments: tuple[str, ...], status: int, told: str
) -> None:
    result = in_the_house("keys", "create", "--tenant", a_town_with_a_mailbox[0], "--name", "x", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert told in result.stderr


def test_an_administration_nobody_knows_is_refused(in_the_house: Parvis) -> None:
    result = in_the_house("keys", "list", "--tenant", "atlantis")
    assert (result.exit_code, "no administration is called" in result.stderr) == (1, True)


def test_mails_come_in_through_the_real_intake(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], tmp_path: Path
) -> None:
    _, address = a_town_with_a_mailbox
    (tmp_path / "one.eml").write_bytes(MAIL % 1)
    (tmp_path / "many.mbox").write_bytes(
        b"From usager Mon Mar  2 09:00:00 2026\n" + MAIL % 2 + b"\r\nFrom usager Mon Mar  2 09:00:00 2026\n" + MAIL % 3
    )
    arguments = ("ingest", "--channel", address, "one.eml", "many.mbox", "-", "--json")
    told = lines(in_the_house(*arguments, stdin=MAIL % 4))
    # Each is told as soon as it is settled.
    assert {(line["file"], line["number"]): line["state"] for line in told} == {
        ("one.eml", 1): "done",
        ("many.mbox", 1): "done",
        ("many.mbox", 2): "done",
        ("the standard input", 1): "done",
    }
    one = next(line for line in told if line["file"] == "one.eml")
    assert len({line["ticket_id"] for line in told}) == 4
    again = lines(in_the_house("ingest", "--channel", address, "one.eml", "--json"))
    assert [(line["state"], line["message_id"]) for line in again] == [("duplicate", one["message_id"])]
    checked = in_the_house("check")
    assert checked.exit_code == 0, checked.output
    assert "5 accepted = 4 done + 1 duplicate + 0 held + 0 queued" in checked.stdout


def test_mails_may_be_left_to_a_worker(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL % 1)
    (line,) = lines(in_the_house("ingest", "--channel", a_town_with_a_mailbox[1], "one.eml", "--no-wait", "--json"))
    assert line["state"] == "queued"
    assert line["receipt_id"].startswith("rcp_")


def test_what_cannot_be_taken_is_told_and_the_rest_is_kept(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARVIS_MAX_MAIL_BYTES", "65536")
    (tmp_path / "large.eml").write_bytes(MAIL % 1 + b"x" * 70_000)
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "good.eml").write_bytes(MAIL % 2)
    result = in_the_house(
        "ingest", "--channel", a_town_with_a_mailbox[1], "large.eml", "empty.eml", "good.eml", "--json"
    )
    assert result.exit_code == 1
    assert [json.loads(line)["state"] for line in result.stdout.splitlines()] == ["refused", "refused", "done"]


def test_a_channel_nobody_knows_is_refused(in_the_house: Parvis, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL % 1)
    for named in ("nobody@example.org", "chn_00000000000000000000000000", "key"):
        result = in_the_house("ingest", "--channel", named, "one.eml")
        told = [line for line in result.stderr.splitlines() if not line.startswith("{")]  # a slow machine logs beside
        assert (result.exit_code, told[0][:25]) == (1, "Error: no channel has the"), result.stderr


def test_the_check_is_one_line_each(in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str]) -> None:
    told = lines(in_the_house("check", "--json"))
    assert all(line["ok"] for line in told)
    names = {line["check"] for line in told}
    assert {"database version", "database role", "database schema", "clocks", "live bell"} <= names
    assert {
        f"{a_town_with_a_mailbox[0]}: {name}" for name in ("ledger", "queue", "held", "watch", "journal", "clocks")
    } <= names


def test_the_check_fails_on_a_role_that_passes_by_the_walls(
    in_the_house: Parvis, dsns: Dsns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARVIS_DATABASE_URL", dsns.owner)
    result = in_the_house("check")
    assert result.exit_code == 1
    assert "FAILED database role" in result.stdout
    served = in_the_house("serve", "--port", "0")
    assert (served.exit_code, served.stderr.startswith("Error: role parvis_owner")) == (1, True)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("PARVIS_DATABASE_URL", "postgresql://parvis@127.0.0.1:1/parvis", "PARVIS_DATABASE_URL did not answer within"),
        ("PARVIS_SECRET_KEY", "short", "PARVIS_SECRET_KEY"),
        ("PARVIS_SECRET_KEY", "demonstration-only-not-a-secret", "PARVIS_SECRET_KEY"),
        ("PARVIS_LISTEN", "nowhere", "PARVIS_LISTEN"),
        ("PARVIS_DATABASE_POOL", "many", "PARVIS_DATABASE_POOL"),
    ],
)
def test_serving_refuses_to_start_with_one_sentence(
    in_the_house: Parvis, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    """T125, F31: a wrong setting is named; nothing starts half-way."""
    monkeypatch.setattr("app.cli.awaiting.WITHIN_S", 0.0)
    monkeypatch.setenv(variable, value)
    result = in_the_house("serve", *(() if variable == "PARVIS_LISTEN" else ("--port", "0")))
    assert (result.exit_code, result.stdout) == (1, "")
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1


async def test_whoever_waits_for_a_database_leaves_when_asked_to() -> None:
    database, stop = Database("postgresql://parvis_app@127.0.0.1:1/parvis"), asyncio.Event()
    stop.set()
    with pytest.raises(click.exceptions.Exit) as left:
        await awaiting.answered(database, within_s=60, stop=stop)
    assert left.value.exit_code == 0
    await database.close()


def test_serving_mail_alone_needs_a_mail_door(in_the_house: Parvis) -> None:
    result = in_the_house("serve", "--smtp-only")
    assert (result.exit_code, "PARVIS_SMTP_LISTEN" in result.stderr) == (1, True)


def test_a_schema_is_shown_and_moved(in_the_house: Parvis, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = in_the_house("migrate", "--show")
    assert (refused.exit_code, "PARVIS_MIGRATION_URL" in refused.stderr) == (1, True)
    monkeypatch.setenv("PARVIS_MIGRATION_URL", owner_url)
    shown = in_the_house("migrate", "--show").stdout
    newest = shown.split()[-1]
    assert shown.startswith(f"the schema stands at {newest}")
    assert in_the_house("migrate").stdout == f"the schema stands at {newest}\n"
    assert in_the_house("migrate", "--to", "9999").exit_code == 2
    back = in_the_house("migrate", "--to", "0001")
    assert (back.exit_code, "--down" in back.stderr) == (1, True)


def test_an_unmigrated_schema_is_refused(in_the_house: Parvis, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.harness import postgres

    empty = postgres.unmigrated()
    try:
        monkeypatch.setenv("PARVIS_DATABASE_URL", empty.app)
        result = in_the_house("serve", "--port", "0")
        assert (result.exit_code, "run `parvis migrate`" in result.stderr) == (1, True)
    finally:
        postgres.drop(empty)


def test_an_account_is_opened_listed_and_suspended_from_the_machine(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str]
) -> None:
    slug, _ = a_town_with_a_mailbox
    words = ("--tenant", slug, "--name", "Camille Exemple")
    first = in_the_house("users", "create", "Camille@villebourg.example.fr", *words, "--role", "administrator")
    assert "/invitation/parvis_i_" in first.stdout, first.output
    assert "not shown again" in first.stderr
    again = in_the_house("users", "create", "camille@VILLEBOURG.example.fr", *words)
    assert again.exit_code == 1
    assert in_the_house("users", "create", "nobody", *words).exit_code != 0
    assert in_the_house("users", "create", "a@example.fr", *words, "--role", "emperor").exit_code == 2
    other = json.loads(in_the_house("users", "create", "a@example.fr", *words, "--json").stdout)
    assert (other["role"], other["state"]) == ("agent", "invited")
    listed = in_the_house("users", "list", "--tenant", slug).stdout
    assert listed.count("usr_") == 2
    assert "parvis_i_" not in listed
    assert in_the_house("users", "suspend", " A@example.fr", "--tenant", slug).stdout.startswith(other["id"])
    assert in_the_house("users", "suspend", "none@example.fr", "--tenant", slug).exit_code == 1
    # The only administrator stays, and nothing is said of what the password is.
    assert in_the_house("users", "suspend", "camille@villebourg.example.fr", "--tenant", slug).exit_code == 1
    states = [line["state"] for line in lines(in_the_house("users", "list", "--tenant", slug, "--json"))]
    assert states == ["invited", "suspended"]
