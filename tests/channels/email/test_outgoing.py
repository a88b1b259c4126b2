"""Mail that leaves: the same bytes for the same request, one header for one value, nothing of it a command."""

import email.policy
import re
from dataclasses import replace
from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.adapters.email.outgoing import envelope_sender, render
from app.channels.contract import Attachment, Party, PointKind, SendRequest
from app.channels.kit.compose import Unsendable

CONFIG = EmailConfig(address="contact@example.org", from_name="Mairie d'Exemple — état civil")
REQUEST = SendRequest(
    ref="0190-a",
    to=Party(PointKind.EMAIL, "usager@example.fr", "Usager"),
    text="Bonjour,\n\nvotre demande est reçue.\n",
    html="<p>Bonjour</p><script>alert(1)</script>",
    subject="Re: Votre demande d’acte",
    message_id="<0190-a.jeton@example.org>",
    reply_to="contact+jeton@example.org",
    in_reply_to="<m1@example.fr>",
    references=("<m0@example.fr>",),
)
KEYS = [
    "From", "To", "Subject", "Message-ID", "Reply-To", "In-Reply-To", "References", "MIME-Version", "Content-Type",
]  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300)


def written(**changes: object) -> bytes:
    return render(replace(REQUEST, **changes), CONFIG).body  # type: ignore[arg-type]


def parsed(raw: bytes) -> email.message.EmailMessage:
    return message_from_bytes(raw, policy=email.policy.default)  # type: ignore[arg-type]


def test_every_value_is_where_it_belongs():
    mail = parsed(written())
    assert mail.keys() == KEYS
    assert mail["From"].addresses[0].display_name == "Mairie d'Exemple — état civil"
    assert (mail["To"], mail["Reply-To"]) == ("Usager <usager@example.fr>", "contact+jeton@example.org")
    assert mail["Subject"] == "Re: Votre demande d’acte"
    assert mail["References"].split() == ["<m0@example.fr>", "<m1@example.fr>"]


def test_the_same_request_gives_the_same_bytes():
    assert written() == written()
    assert b"\nDate:" not in written()


def test_html_is_sanitised_before_it_leaves():
    html = parsed(written()).get_body(("html",))
    assert html is not None
    assert "<p>Bonjour</p>" in html.get_content()
    assert "script" not in html.get_content()


@settings(max_examples=80, deadline=None)
@given(subject=WORDS, name=WORDS, text=st.text(max_size=500), piece=WORDS)
def test_no_words_make_a_header(subject: str, name: str, text: str, piece: str):
    files = (Attachment(name=piece, content_type="application/pdf", content=b"%PDF-"),)
    raw = written(subject=subject, to=Party(PointKind.EMAIL, "usager@example.fr", name), text=text, attachments=files)
    mail = message_from_bytes(raw)
    assert mail.keys() == KEYS
    assert parsed(raw)["To"].addresses[0].addr_spec == "usager@example.fr"
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@example.fr", "a\nb", "a\rb", "a\0b", "a\x0bb", "a\u2028b", "a\x85b"])
@pytest.mark.parametrize("where", ["subject", "name", "reply_to", "message_id", "piece", "recipient"])
def test_a_line_end_in_a_value_is_refused(bad: str, where: str):
    changes: dict[str, dict[str, object]] = {
        "subject": {"subject": bad},
        "name": {"to": Party(PointKind.EMAIL, "usager@example.fr", bad)},
        "reply_to": {"reply_to": f"{bad}@example.org"},
        "message_id": {"message_id": f"<{bad}@example.org>"},
        "piece": {"attachments": (Attachment(name=bad, content_type="text/plain", content=b"x"),)},
        "recipient": {"to": Party(PointKind.EMAIL, f"{bad}@example.fr")},
    }
    with pytest.raises(Unsendable):
        written(**changes[where])


def test_words_that_look_encoded_are_not_decoded_by_the_reader():
    subject = "=?utf-8?Q?a=0D=0ABcc:_x@example.fr?="
    assert parsed(written(subject=subject))["Subject"] == subject


@pytest.mark.parametrize(
    "subject", ["a" * 400, "mot " * 100, "é" * 400, "a" * 77 + " b", "x  y   z", " bords ", "tab\tu"]
)
def test_long_subjects_come_back_whole(subject: str):
    assert parsed(written(subject=subject))["Subject"] == subject


def test_references_keep_the_first_and_the_latest():
    known = tuple(f"<r{number}@example.fr>" for number in range(50))
    found = parsed(written(references=known, in_reply_to="<r49@example.fr>"))["References"].split()
    assert len(found) == 20
    assert (found[0], found[-1]) == ("<r0@example.fr>", "<r49@example.fr>")


def test_a_strangers_broken_id_never_reaches_a_header():
    assert "In-Reply-To" not in parsed(written(in_reply_to="<a\r\nBcc: x>", references=("<b c>", "d")))


@pytest.mark.parametrize(
    "text", [".\n..\n.x\n", "From moi\n", "a\r\n.\r\nMAIL FROM:<x>\r\n", "é=.\n\n\n", "x" * 3_000 + "\n", "a \nb\t\n"]
)
def test_words_come_back_as_they_left(text: str):
    raw = written(text=text, html=None)
    content = message_from_bytes(raw).get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.decode().replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert not re.search(rb"(?m)^\.", raw.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("name", ["pièce n° 1.pdf", 'a"b;c.pdf', "long " * 60 + ".pdf", "a'b*%.pdf", "📎.png"])
def test_a_piece_keeps_its_name_and_bytes(name: str):
    from app.channels.kit.mime.message import read_mail
    from app.channels.kit.mime.names import safe_name

    raw = written(attachments=(Attachment(name=name, content_type="application/pdf", content=bytes(range(256))),))
    (piece,) = read_mail(raw).pieces
    assert (piece.name, piece.content, piece.content_type) == (safe_name(name), bytes(range(256)), "application/pdf")


def test_a_piece_that_was_not_loaded_stops_the_mail():
    with pytest.raises(Unsendable, match="chargée"):
        written(attachments=(Attachment(name="a.pdf", content_type="application/pdf", source="x"),))


def test_an_automatic_answer_says_so_and_comes_from_nobody():
    request = replace(REQUEST, automatic=True, human=False)
    mail = parsed(render(request, CONFIG).body)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert envelope_sender(request, CONFIG) == ""


def test_the_return_address_names_the_message():
    own = EmailConfig(address="contact@example.org", bounce_address="retours@example.org")
    assert envelope_sender(REQUEST, own) == "retours+0190-a@example.org"
    assert envelope_sender(REQUEST, CONFIG) == "contact@example.org"


@pytest.mark.parametrize(
    "address", ["contact@example.org", "contact+x@example.org", "no-reply@example.fr", "x@[127.0.0.1]", "x", None]
)
def test_an_address_is_judged_again_when_the_mail_leaves(address: str | None):
    with pytest.raises(Unsendable, match="adresse"):
        written(to=Party(PointKind.EMAIL, address))


def test_a_domain_with_accents_is_written_for_dns():
    assert "xn--" in parsed(written(to=Party(PointKind.EMAIL, "usager@mairie-énée.fr")))["To"]


def test_the_channel_can_start_only_where_it_can_send():
    adapter = EmailAdapter()
    assert adapter.capabilities(CONFIG).can_send is False
    assert adapter.capabilities(CONFIG.model_copy(update={"smtp_host": "smtp.example.org"})).can_start is True
