"""Pure readers: one conversation of each tool in its own shape, and what is no history."""

import io
from datetime import UTC, datetime

import pytest

from app.imports.clocks import family, starting, unanswered
from app.imports.settling import timely
from app.imports.shapes import FlawCode, Flawed, ForeignTicket, Read
from app.imports.sources import chatwoot, csv_rows, freescout, zammad
from app.tickets.values import AuthorKind, Direction, Status
from tests.imports import samples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def whole(read: Read) -> ForeignTicket:
    assert isinstance(read, ForeignTicket), read
    return read


def test_zammad_gives_a_ticket_with_its_articles_in_order() -> None:
    piece = {"id": 5, "filename": "plan.png", "size": "48", "preferences": {"Mime-Type": "image/png"}}
    note = samples.asked(id=12, sender="Agent", type="note", internal=True, created_at="2026-02-11T08:00:00Z")
    reads = zammad.read(samples.zammad(articles=[samples.answered(), note, samples.asked(attachments=[piece])]), 1)
    one = whole(reads)
    assert (one.external_id, one.number, one.status, one.team) == ("1", "67001", Status.OPEN, "Urbanisme")
    assert (one.assignee_email, one.account, one.tags) == (
        "agent@villebourg.example.fr",
        "contact@villebourg.example.fr",
        ("voirie",),
    )
    assert [said.direction for said in one.messages] == [Direction.IN, Direction.NOTE, Direction.OUT]
    first = one.messages[0]
    assert (first.text, first.message_id) == ("Bonjour, puis-je clore mon jardin ?", "<demande-1@example.org>")
    assert (first.author.name, first.author.email) == ("Usager Exemple", "usager@example.org")
    assert first.pieces[0].member == "attachments/1-10-5"
    assert [said.said_at for said in starting(one)] == [
        first.said_at
    ]  # an answer is no decision: the first still counts
    assert not unanswered(one)


@pytest.mark.parametrize(
    ("state", "status", "known", "clocks"),
    [
        ("new", Status.NEW, True, 1),
        ("open", Status.NEW, True, 1),  # nobody answered it
        ("pending reminder", Status.WAITING, True, 1),
        ("closed", Status.CLOSED, True, 0),
        ("merged", Status.CLOSED, True, 0),
        ("en attente du maire", Status.NEW, False, 1),  # an unknown word hides nothing
    ],
)
def test_a_status_of_zammad_says_whether_a_clock_starts(state: str, status: Status, known: bool, clocks: int) -> None:
    one = whole(zammad.read(samples.zammad(state=state), 1))
    assert (one.status, one.status_known, len(starting(one))) == (status, known, clocks)


def test_what_was_phoned_is_no_electronic_sending() -> None:
    one = whole(zammad.read(samples.zammad(articles=[samples.asked(type="phone")]), 1))
    assert family(one.messages[0], channel_type="email") == "phone"


def test_chatwoot_gives_mails_private_notes_and_its_own_lines_apart() -> None:
    one = whole(chatwoot.read(samples.chatwoot(), 3))
    assert (one.external_id, one.status, one.subject) == ("7", Status.RESOLVED, "Acte de naissance")
    assert one.closed_at == datetime.fromtimestamp(1770800400, UTC)
    kinds = [(said.direction, said.author_kind) for said in one.messages]
    assert kinds == [
        (Direction.IN, AuthorKind.CITIZEN),
        (Direction.NOTE, AuthorKind.AGENT),
        (Direction.OUT, AuthorKind.AGENT),
        (Direction.NOTE, AuthorKind.AUTOMATION),
    ]
    mail = one.messages[0]
    assert (mail.message_id, mail.text.splitlines()[1]) == ("<acte@example.org>", "je voudrais un acte de naissance.")
    assert (mail.pieces[0].name, mail.pieces[0].member) == ("pièce.png", "attachments/71-9")
    assert one.requester is not None
    assert one.requester.phone == "+33199000001"
    assert starting(one) == ()


def test_freescout_leaves_drafts_and_keeps_the_rest_oldest_first() -> None:
    one = whole(freescout.read(samples.freescout(), 4))
    assert (one.number, one.subject, one.tags) == ("12", "Lampadaire éteint", ("éclairage",))
    assert [(said.external_id, said.direction) for said in one.messages] == [
        ("31", Direction.IN),
        ("33", Direction.NOTE),
    ]
    assert one.messages[0].text == "Le lampadaire de la place est éteint."
    assert [flaw.code for flaw in one.flaws] == [FlawCode.DRAFT]
    assert one.requester is not None
    assert one.requester.name == "Dominique Exemple"
    thrown = freescout.read(samples.freescout(state="deleted"), 5)
    assert isinstance(thrown, Flawed)
    assert thrown.code is FlawCode.DELETED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_rows_make_requests_whatever_the_encoding_of_the_spreadsheet(encoding: str) -> None:
    text = samples.CSV if encoding != "cp1252" else samples.CSV.replace("objet", "sujet").replace("nom", "auteur")
    if encoding == "cp1252":  # its heading tells the encoding by an accent
        text = text.replace("agent\r\n", "équipe\r\n", 1)
    first, second = csv_rows.conversations(io.BytesIO(text.encode(encoding)), zone="Europe/Paris")
    one, two = whole(first), whole(second)
    assert (one.external_id, one.status, two.status) == ("A-1", Status.NEW, Status.CLOSED)
    assert one.messages[0].text == "La poubelle; de la rue\nn’est pas vidée"
    assert one.messages[0].said_at == datetime(2026, 2, 16, 8, 30, tzinfo=UTC)  # Paris, in winter
    assert [said.direction for said in one.messages] == [Direction.IN, Direction.NOTE]
    assert [flaw.code for flaw in two.flaws] == [FlawCode.NO_DATE]


def rows(text: str, encoding: str = "utf-8") -> list[Read]:
    return list(csv_rows.conversations(io.BytesIO(text.encode(encoding)), zone="Europe/Paris"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_plain_heading_hides_no_encoding(encoding: str) -> None:
    """A French spreadsheet: Windows-1252 under a heading without an accent, which looks like anything."""
    table = "ticket_id;date;sens;statut;texte\r\n1;02/02/2026;;;Bonjour\r\n2;03/02/2026;reçu;résolu;Évacué à l’été\r\n"
    one, two = map(whole, rows(table, encoding))
    assert (one.messages[0].text, two.messages[0].text) == ("Bonjour", "Évacué à l’été")
    assert (two.status, two.messages[0].direction) == (Status.RESOLVED, Direction.IN)


def test_who_said_it_is_never_guessed() -> None:
    """A word for a direction that nobody knows would make a note of a demande, and start no clock."""
    (told,) = rows("ticket_id;date;sens;texte\n1;02/02/2026;émis par l’usager;Je demande\n")
    assert isinstance(told, Flawed)
    assert told.code is FlawCode.UNKNOWN_DIRECTION
    assert "usager" not in told.detail
    feminine = whole(rows("ticket_id;date;sens;texte\n1;02/02/2026;Reçue;Je demande\n")[0])
    assert len(starting(feminine)) == 1


@pytest.mark.parametrize("other", ["id", "numero", "demande"])
def test_of_two_columns_that_may_name_the_request_the_plainest_does(other: str) -> None:
    for heading, one, two in ((f"{other};ticket_id", "11;A", "12;A"), (f"ticket_id;{other}", "A;11", "A;12")):
        (read,) = map(whole, rows(f"{heading};date\n{one};02/02/2026\n{two};03/02/2026\n"))
        assert (read.external_id, len(read.messages)) == ("A", 2)


def test_a_name_of_a_piece_holds_nothing_no_column_holds() -> None:
    (one,) = map(whole, rows("ticket_id;date;pieces\n1;02/02/2026;plan\x00.png|\x00\n"))
    assert [piece.name for piece in one.messages[0].pieces] == ["plan\ufffd.png", "\ufffd"]


def test_a_row_that_never_ends_is_held_no_longer_than_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_LINE_MAX", 1_000)
    heading = b"ticket_id;date;texte\n"
    stream = io.BytesIO(heading + b"1;02/02/2026;" + b"y;" * 5_000 + "\n2;03/02/2026;été\n".encode())
    long, short = csv_rows.conversations(stream, zone="Europe/Paris")
    assert isinstance(long, Flawed)
    assert long.code is FlawCode.UNREADABLE
    assert whole(short).messages[0].text == "été"


def test_a_row_without_a_name_has_the_same_one_each_time() -> None:
    twice = [
        whole(next(csv_rows.conversations(io.BytesIO(samples.CSV.encode()), zone="Europe/Paris"))) for _ in range(2)
    ]
    assert [said.external_id for said in twice[0].messages] == [said.external_id for said in twice[1].messages]


def test_a_heading_that_names_no_request_refuses_the_file_at_once() -> None:
    (only,) = csv_rows.conversations(io.BytesIO(b"a,b,c\r\n1,2,3\r\n"), zone="UTC")
    assert isinstance(only, Flawed)
    assert only.code is FlawCode.UNKNOWN_SHAPE
    assert "ticket_id" in only.detail


@pytest.mark.parametrize("size", ["9" * 20, 10**18 * 10, -1, 1e300, True, [3], "48 Ko"])
def test_a_size_that_nothing_can_have_is_no_size(size: object) -> None:
    """One such line kept a whole import from going on: no column holds it."""
    piece = {"id": 5, "filename": "plan.png", "size": size}
    one = whole(zammad.read(samples.zammad(articles=[samples.asked(attachments=[piece])]), 1))
    assert [found.size for found in one.messages[0].pieces] == [None]


def test_a_day_to_come_is_no_history() -> None:
    late = samples.asked(id=11, created_at="2031-01-01T00:00:00Z")
    one = whole(timely(zammad.read(samples.zammad(articles=[samples.asked(), late]), 1), now=NOW))
    assert [said.external_id for said in one.messages] == ["10"]
    assert [(flaw.code, flaw.external_id) for flaw in one.flaws] == [(FlawCode.IN_THE_FUTURE, "11")]
    alone = timely(zammad.read(samples.zammad(created_at="2031-01-01T00:00:00Z", articles=[late]), 1), now=NOW)
    assert isinstance(alone, Flawed)
    assert alone.code is FlawCode.NO_MESSAGE


HOSTILE = [
    None,
    [],
    {},
    "x",
    3,
    {"ticket": []},
    {"ticket": {"id": {"a": 1}}},
    {"ticket": {"id": 1}, "articles": [None, 3, {"id": 1}, {"id": [], "created_at": {}}]},
    {"ticket": {"id": 1, "created_at": 1e300}, "articles": "x"},
    {
        "conversation": {"id": 1, "meta": [], "created_at": -5},
        "messages": [{"id": 2, "created_at": True, "sender": []}],
    },
    {"conversation": {"id": 1}, "messages": [{"id": 2, "created_at": 10**30, "message_type": []}]},
    {"id": 1, "_embedded": {"threads": [{"id": 2, "createdAt": "0001-01-01", "_embedded": [], "customer": 4}]}},
    {
        "id": 1,
        "number": [],
        "_embedded": {"threads": [{"id": "a\x00b" * 999, "createdAt": "2026-02-01", "body": ["x"]}]},
    },
]


@pytest.mark.parametrize("document", HOSTILE, ids=str)
@pytest.mark.parametrize("reader", [zammad.read, chatwoot.read, freescout.read])
def test_no_shape_of_json_makes_a_reader_fall(reader, document) -> None:
    read = timely(reader(document, 1), now=NOW)
    assert isinstance(read, Flawed | ForeignTicket)
    if isinstance(read, ForeignTicket):
        assert all("\x00" not in said.external_id + said.text for said in read.messages)


ODD = [
    ("+33 6 39 98 00 01", "phone"),
    ("06.39.98.00.01", "phone"),
    ("Dominique Exemple", "name"),
    ("", "nothing"),
    ("@", "name"),
]


@pytest.mark.parametrize(("written", "becomes"), ODD)
def test_an_odd_sender_becomes_somebody_or_is_told_and_its_request_is_received(written: str, becomes: str) -> None:
    document = samples.zammad(1, customer=None, articles=[samples.asked(1, **{"from": written, "type": "sms"})])
    read_one = zammad.read(document, 4)
    assert isinstance(read_one, ForeignTicket)
    (said,) = starting(read_one)
    assert (said.author.phone is not None, bool(said.author.name)) == (becomes == "phone", becomes == "name")
    told = {flaw.code for flaw in read_one.flaws}
    assert told == (set() if becomes == "phone" else {FlawCode.NOBODY})


def test_a_hidden_word_of_a_citizen_was_received_all_the_same() -> None:
    read_one = zammad.read(samples.zammad(1, articles=[samples.asked(1, internal=True)]), 1)
    assert isinstance(read_one, ForeignTicket)
    assert len(starting(read_one)) == 1


def test_what_nobody_is_said_to_have_written_and_what_only_a_system_wrote_are_told() -> None:
    nobody = zammad.read(samples.zammad(1, articles=[samples.asked(1), samples.asked(1, id=12, sender=None)]), 1)
    assert [flaw.code for flaw in nobody.flaws] == [FlawCode.UNKNOWN_DIRECTION]  # type: ignore[union-attr]
    system = zammad.read(samples.zammad(2, articles=[samples.asked(2, sender="System", type="note")]), 1)
    assert isinstance(system, ForeignTicket)
    assert [flaw.code for flaw in system.flaws] == [FlawCode.NOTHING_RECEIVED]
    closed = zammad.read(
        samples.zammad(2, state="closed", articles=[samples.asked(2, sender="System", type="note")]), 1
    )
    assert closed.flaws == ()  # type: ignore[union-attr]


def test_a_customer_of_freescout_without_a_mail_is_known_by_telephone() -> None:
    document = samples.freescout()
    document["customer"] = {
        "firstName": "Dominique",
        "_embedded": {"phones": [{"value": "06 39 98 00 01"}], "emails": []},
    }
    document["_embedded"]["threads"] = [
        {
            "id": 1,
            "type": "phone",
            "body": "Allo",
            "createdAt": "2026-02-16T09:00:00Z",
            "createdBy": {"type": "customer"},
        },
        {"id": 2, "type": "beamed", "body": "?", "createdAt": "2026-02-16T09:00:00Z"},
    ]
    read_one = freescout.read(document, 1)
    assert isinstance(read_one, ForeignTicket)
    assert (read_one.requester and read_one.requester.phone) == "06 39 98 00 01"
    assert len(starting(read_one)) == 1
    assert [flaw.code for flaw in read_one.flaws] == [FlawCode.UNKNOWN_DIRECTION]
