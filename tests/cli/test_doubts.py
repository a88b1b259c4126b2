"""After a recovery to a point in time: what may have left is listed, compared with a relay's log, decided of (F38)."""

from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from app.db.embedded import Dsns
from app.ids import Prefix, new_id, parse_id
from tests.cli.conftest import Parvis, lines

MAIL = (
    b"From: Usager <usager%d@example.org>\r\nSubject: Voirie\r\nMessage-ID: <doute-%d@example.org>\r\n\r\nUn trou.\r\n"
)


def in_the_rows(dsns: Dsns, tenant_id: UUID, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsns.app) as connection:
        connection.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant_id)])
        return connection.execute(statement, [tenant_id]).fetchall()


def test_what_may_have_left_is_listed_compared_and_decided_of(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], dsns: Dsns, tmp_path: Path
) -> None:
    slug, address = a_town_with_a_mailbox
    for number in range(4):
        (tmp_path / f"{number}.eml").write_bytes(MAIL % (number, number))
    in_the_house("ingest", "--channel", address, *(f"{number}.eml" for number in range(4)))
    known = {line["slug"]: line["id"] for line in lines(in_the_house("tenants", "list", "--json"))}
    tenant_id = parse_id(Prefix.TENANT, known[slug])
    in_the_rows(
        dsns,
        tenant_id,
        "UPDATE outbound SET state = 'frozen', settled_at = NULL, next_attempt_at = now() + interval '1 day' "
        "WHERE tenant_id = %s RETURNING id",
    )
    assert "4 messages in doubt" in in_the_house("outbox", "stop", "--tenant", slug).stdout
    listed = lines(in_the_house("outbox", "list", "--tenant", slug, "--json"))
    assert [line["to"] for line in listed] == ["u…@example.org"] * 4
    assert "peut-être parti" in listed[0]["detail"]
    assert "usager0" not in in_the_house("outbox", "list", "--tenant", slug).stdout

    had_left, to_send, *others = listed
    domain, lost, notice = address.rpartition("@")[2], new_id(), new_id()
    (tmp_path / "mail.log").write_text(
        f"postfix/cleanup[1]: 4FX: message-id=<{had_left['trace']}.{'t' * 30}@{domain}>\n"
        f"postfix/cleanup[1]: 4FW: message-id=<{to_send['trace']}.{'t' * 30}@{domain}>\n"
        f"postfix/cleanup[1]: 4FY: message-id=<{lost.hex}.{'t' * 30}@{domain}>\n"
        f"postfix/cleanup[1]: 4FZ: message-id=<{notice.hex}.avis@{domain}>\n"
        f"postfix/cleanup[1]: 4GA: message-id=<{new_id().hex}@another.example.fr>\n"
        "postfix/smtp[2]: 4FW: to=<u@example.org>, relay=mx.example.org[192.0.2.1]:25, status=bounced (550 no)\n"
        + "".join(
            f"postfix/smtp[2]: {queue_id}: to=<u@example.org>, relay=mx.example.org[192.0.2.1]:25, status=sent (250 ok)\n"
            for queue_id in ("4FX", "4FY", "4FZ", "4GA")
        )
    )
    told = lines(in_the_house("outbox", "compare", "mail.log", "--tenant", slug, "--json"))
    assert [line for line in told if "left" in line] == [{"left": had_left["id"]}]
    assert [line["lost"] for line in told if "lost" in line] == [lost.hex]
    assert (
        "1 left that this house knows nothing of"
        in in_the_house("outbox", "compare", "mail.log", "--tenant", slug).stdout
    )

    why = ("--tenant", slug, "--because", "journal du relais")
    assert "1 decided (mark_sent)" in in_the_house("outbox", "confirm", "--found-in", "mail.log", *why).stdout
    assert "1 decided (resend)" in in_the_house("outbox", "send", to_send["id"], *why).stdout
    again = in_the_house("outbox", "confirm", had_left["id"], *why)
    assert (again.exit_code, "1 left as they were" in again.stderr) == (1, True)
    none = in_the_house("outbox", "cancel", *why)
    assert (none.exit_code, "parvis outbox list" in none.stderr) == (2, True)
    assert in_the_house("outbox", "cancel", "--all", "--channel", address, *why).exit_code == 0
    assert in_the_house("outbox", "list", "--tenant", slug).stdout == "nothing is in doubt\n"
    states: dict[UUID, str] = dict(in_the_rows(dsns, tenant_id, "SELECT id, state FROM outbound WHERE tenant_id = %s"))
    named = {line["id"]: states[parse_id(Prefix.OUTBOUND, line["id"])] for line in listed}
    assert named == {
        had_left["id"]: "accepted",
        to_send["id"]: "frozen",
        **{one["id"]: "abandoned" for one in others},
    }
    journal = in_the_rows(
        dsns, tenant_id, "SELECT detail FROM audit_entries WHERE tenant_id = %s AND action = 'outbound.resolved'"
    )
    assert {one[0]["reason"] for one in journal} == {"journal du relais"}
    assert len(journal) == 4
