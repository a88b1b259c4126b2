"""`parvis sve recompute`: open clocks read again from the command line, told to people and to programs."""

from pathlib import Path

import psycopg

from tests.cli.conftest import Parvis, lines

MAIL = b"From: Usager <usager@example.org>\r\nSubject: Voirie\r\nMessage-ID: <%d@example.org>\r\n\r\nUne demande.\r\n"


def with_a_message(parvis: Parvis, address: str, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL % 1)
    result = parvis("ingest", "--channel", address, "a.eml")
    assert result.exit_code == 0, result.output


def to_the_far_east(owner_url: str, slug: str) -> None:
    """Whatever the hour of the test, midnight in Nouméa does not fall with that of Pago Pago's neighbours."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY")
        connection.execute("UPDATE tenants SET territory = 'NOUVELLE_CALEDONIE' WHERE slug = %s", (slug,))
        connection.execute("ALTER TABLE tenants FORCE ROW LEVEL SECURITY")


def test_what_would_change_is_told_then_done(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], tmp_path: Path, owner_url: str
) -> None:
    slug, address = a_town_with_a_mailbox
    with_a_message(in_the_house, address, tmp_path)
    nothing = in_the_house("sve", "recompute", "--tenant", slug, "--reason", "essai")
    assert nothing.stdout == f"{slug}: 1 read, 0 changed, 0 of them earlier, 0 unreadable\n"

    to_the_far_east(owner_url, slug)
    asked = ["sve", "recompute", "--tenant", slug, "--reason", "Territoire corrigé", "--json"]
    trial = lines(in_the_house(*asked, "--dry-run"))
    done = lines(in_the_house(*asked))
    for told in (trial, done):
        ends = [line for line in told if line.get("ended")]
        assert [(line["tenant"], line["seen"]) for line in ends] == [(slug, 1)]
    assert [line.get("changed") for line in trial] == [line.get("changed") for line in done]
    again = lines(in_the_house(*asked))
    assert [line["changed"] for line in again if line.get("ended")] == [0]


def test_there_is_nothing_to_resume_when_all_is_ended(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str]
) -> None:
    result = in_the_house("sve", "recompute", "--tenant", a_town_with_a_mailbox[0], "--resume")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_recomputation_says_why(in_the_house: Parvis) -> None:
    for wrong in ([], ["--reason", "a", "--resume"], ["--resume", "--dry-run"]):
        result = in_the_house("sve", "recompute", *wrong)
        assert (result.exit_code, "--reason" in result.stderr) == (2, True)
