"""What the standard library writes well, we read as it does: an independent reader of ordinary mail."""

from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.kit.mime.message import read_mail

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)
LINES = st.lists(WORDS, min_size=1, max_size=6).map("\n".join)
PIECES = st.lists(st.tuples(st.from_regex(r"[a-z]{1,20}\.pdf", fullmatch=True), st.binary(max_size=200)), max_size=3)


@settings(max_examples=80, deadline=None)
@given(
    text=LINES, html=st.none() | WORDS, pieces=PIECES, encoding=st.sampled_from(["base64", "quoted-printable", "8bit"])
)
def test_ordinary_mail_is_read_whole(text: str, html: str | None, pieces: list[tuple[str, bytes]], encoding: str):
    written = EmailMessage(policy=SMTP)
    written["From"], written["Subject"], written["Message-ID"] = "usager@example.fr", "Demande", "<m@example.fr>"
    written.set_content(text, cte=encoding)
    if html is not None:
        written.add_alternative("<p>x</p>", subtype="html")
    for name, content in pieces:
        written.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    mail = read_mail(written.as_bytes())
    assert (mail.text or "").strip("\n") == (text.strip("\n") if text.strip() else ("x" if html is not None else ""))
    assert (mail.html or "").strip() == ("<p>x</p>" if html is not None else "")
    assert [(piece.name, piece.content) for piece in mail.pieces] == pieces
