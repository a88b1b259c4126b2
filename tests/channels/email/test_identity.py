"""The key under which a mail is known: the same by any road, another for other words."""

import pytest

from tests.channels.email.conftest import Read
from tests.channels.email.made import HEAD, mail, part, parts


def test_another_road_is_the_same_mail(read: Read):
    direct = mail("Bonjour,\r\n\r\nmerci.  \r\n")
    relayed = (HEAD + b"X-Spam-Score: 1\r\n" + direct).replace(b"\r\n", b"\n")
    assert read(direct).event_key == read(relayed).event_key


def test_a_relay_that_encodes_anew_changes_nothing(read: Read):
    plain = mail("Déchets", content_type="text/plain; charset=utf-8")
    encoded = mail(
        b"D=E9chets",
        content_type="text/plain; charset=iso-8859-1",
        extra="Content-Transfer-Encoding: quoted-printable\r\n",
    )
    assert read(plain).event_key == read(encoded).event_key


@pytest.mark.parametrize(
    "other",
    [
        mail("Autre texte"),
        mail(sender="autre@example.fr"),
        mail(subject="Autre objet"),
        mail(date="Tue, 10 Mar 2026 09:16:00 +0100"),
        mail(message_id="<m2@example.fr>"),
        parts(part("Bonjour."), part("x", extra="Content-Disposition: attachment; filename=a.txt\r\n")),
    ],
)
def test_other_words_are_another_mail(other: bytes, read: Read):
    assert read(mail()).event_key != read(other).event_key


def test_without_message_id_only_the_same_bytes_are_the_same_mail(read: Read):
    once, later = mail(message_id=None), HEAD + mail(message_id=None)
    assert read(once).event_key == read(once).event_key
    assert read(once).event_key != read(later).event_key


def test_reading_twice_gives_the_same_event(read: Read):
    raw = parts(part("<p>x</p>", content_type="text/html"), part("y"), kind="alternative")
    assert read(raw) == read(raw)


def test_what_a_mail_answers_is_told_in_order(read: Read):
    event = read(mail(extra="In-Reply-To: <b@example.org>\r\nReferences: <a@example.org>\r\n <b@example.org>\r\n"))
    assert event.in_reply_to == ("<b@example.org>",)
    assert event.references == ("<a@example.org>", "<b@example.org>")


def test_an_oversize_stub_says_so_and_keeps_its_headers(read: Read):
    event = read(
        mail("").rstrip(b"\r\n") + b"\r\n\r\n", envelope={"door": "imap", "oversize": True, "size": 99_000_000}
    )
    assert event.subject == "Demande"
    assert event.fields["truncated"] is True
    assert any(warning.startswith("taille:") for warning in event.warnings)
