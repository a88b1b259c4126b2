"""Names that citizens' files come with are shown without harm and saved without surprise. (T71)"""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.files.names import content_disposition, safe_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Plan de façade n°2.pdf", "Plan de façade n°2.pdf"),
        ("cœur.pdf", "cœur.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\moi\\scan.pdf", "C__Users_moi_scan.pdf"),
        ("\u200b.htaccess", "htaccess"),
        ("\u202egpj.exe", "gpj.exe"),
        ("photo\u202egnp.js", "photognp.js"),
        ("..\uff0fsecret", "_secret"),
        ("℀.txt", "a_c.txt"),
        ("a\0b.pdf", "ab.pdf"),
        ("ligne\r\nSet-Cookie: x=1.pdf", "ligne Set-Cookie_ x=1.pdf"),
        ("<script>alert(1)</script>.png", "_script_alert(1)__script_.png"),
        ("nul", "_nul"),
        ("COM1.txt", "_COM1.txt"),
        ("  . . ", "piece"),
        ("", "piece"),
        (None, "piece"),
        ("\ud800.pdf", "pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("e\u0301tat.pdf", "état.pdf"),
    ],
)
def test_a_name_is_cleaned_before_it_is_shown(raw: str | None, shown: str):
    assert safe_name(raw) == shown


@given(st.text(max_size=400))
def test_a_shown_name_is_stable_short_and_no_path(raw: str):
    name = safe_name(raw)
    assert safe_name(name) == name
    assert 1 <= len(name) <= 150
    assert not set(name) & set('/\\\0\r\n"<>|:*?')
    assert not name.startswith(".")
    name.encode()


@given(st.text(max_size=200))
def test_a_header_is_one_ascii_line_that_gives_the_name_back(raw: str):
    header = content_disposition("attachment", raw)
    assert header.isascii()
    assert header.isprintable()
    message = EmailMessage()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"


def test_an_accented_name_is_given_twice():
    assert content_disposition("attachment", "Cœur d'été.pdf") == (
        "attachment; filename=\"Coeur d'ete.pdf\"; filename*=UTF-8''C%C5%93ur%20d%27%C3%A9t%C3%A9.pdf"
    )


def test_a_plain_name_is_given_once():
    assert content_disposition("inline", "plan.pdf") == 'inline; filename="plan.pdf"'


def test_a_quote_cannot_end_the_name():
    assert content_disposition("inline", 'a"; filename="b.html').count("filename=") == 2
    assert content_disposition("inline", 'a"; filename="b.html').startswith('inline; filename="a__ filename=_b.html"')
