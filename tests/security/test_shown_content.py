"""What citizens wrote, shown: nothing is fetched, nothing is hidden from an agent, no printed page reads a file."""

import os
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from uuid import UUID

import pytest
from selectolax.lexbor import LexborHTMLParser

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.adapters.email.outgoing import render
from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.compose import Unsendable
from app.channels.kit.html import sanitise
from app.exchanges.noticing import request_of
from app.sve.letters.page import Unprintable, pdf
from app.web.originals import FRAME_POLICY

if TYPE_CHECKING:
    from app.channels.values import Channel
    from app.sve.warning.values import Notice

# Another collection in the same form may be tried.
CORPUS = Path(os.environ.get("PARVIS_TEST_MAILS", Path(__file__).parents[1] / "data" / "mail"))
# Each has fetched something somewhere as soon as a mail was shown.
FETCHERS = [
    "<img src=https://tracker.example/a.gif>",
    "<img srcset='https://tracker.example/a 1x, //tracker.example/b 2x'>",
    "<picture><source srcset=https://tracker.example/a><img src=//tracker.example/b></picture>",
    "<table background=https://tracker.example/a><td background=//tracker.example/b>x</table>",
    "<body background=https://tracker.example/a>",
    "<link rel=stylesheet href=https://tracker.example/a.css><link rel=prefetch href=//tracker.example/b>",
    "<link rel=dns-prefetch href=//tracker.example><link rel=preconnect href=https://tracker.example>",
    "<style>@import url(https://tracker.example/a); @font-face{src:url(//tracker.example/f)} p{background:url(//t.example)}</style>",
    "<p style='background:url(https://tracker.example/a)'>x</p>",
    "<video poster=https://tracker.example/a src=//tracker.example/v autoplay></video><audio src=//tracker.example/s autoplay>",
    "<object data=https://tracker.example/a></object><embed src=//tracker.example/b><iframe src=//tracker.example/c></iframe>",
    "<a href=https://example.fr ping=https://tracker.example/a>x</a>",
    "<svg><image href=https://tracker.example/a /><use href=//tracker.example/b#c /></svg>",
    "<input type=image src=https://tracker.example/a><meta http-equiv=refresh content='0;url=//tracker.example/b'>",
    "<base href=https://tracker.example/><img src=cid:x longdesc=//tracker.example/a lowsrc=//tracker.example/b dynsrc=//t.example>",
    "<script src=https://tracker.example/a></script><form action=//tracker.example/b><button formaction=//tracker.example/c>x",
]
# All that an element kept may carry and a browser would read as an address.
ADDRESSES = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def fetched(html: str) -> Iterator[str]:
    """Returns whatever a browser would ask somebody for when it shows this: links are followed by people only."""
    for node in LexborHTMLParser(f"<!DOCTYPE html><body>{html}").css("html *"):
        if node.tag in {
            "style",
            "script",
            "link",
            "meta",
            "base",
            "iframe",
            "object",
            "embed",
            "video",
            "audio",
            "source",
        }:
            yield node.tag
        for name, value in node.attributes.items():
            if (node.tag, name) != ("a", "href") and ADDRESSES.search(value or ""):
                yield f"{node.tag} {name}={value}"


@pytest.mark.parametrize("source", FETCHERS)
def test_showing_a_mail_asks_nobody_for_anything(source: str) -> None:
    made = sanitise(f"<p>Bonjour</p>{source}")
    assert made.html is not None
    assert list(fetched(made.html)) == []


def test_no_hostile_mail_asks_for_anything_when_it_is_shown() -> None:
    """The whole collection, its pages of traps included; and the frame would refuse what the cleaning missed."""
    shown = 0
    for path in sorted(CORPUS.glob("*.eml")):
        if path.stat().st_size > 2**20:
            continue
        try:
            events = EmailAdapter().parse(Delivery(body=path.read_bytes()), EmailConfig(address="a@example.fr"))
        except Unreadable:
            continue
        for event in events:
            if event.html is not None:
                shown += 1
                assert list(fetched(sanitise(event.html).html or "")) == [], path.name
    assert shown > 3


def test_the_frame_of_a_mail_may_reach_nothing() -> None:
    allowed = dict(part.strip().split(" ", 1) for part in FRAME_POLICY.split(";") if " " in part.strip())
    assert allowed["default-src"] == "'none'"
    assert allowed["img-src"] == "data:"
    assert {name for name in allowed if name.endswith("-src")} == {"default-src", "img-src", "style-src"}
    assert not re.search(r"https?:|\*|'self'", " ".join(v for k, v in allowed.items() if k != "frame-ancestors"))
    assert FRAME_POLICY.endswith("sandbox")  # with no right at all


@pytest.mark.parametrize(
    "hiding",
    [
        "<p style='display:none'>%s</p>",
        "<div style='font-size:0;line-height:0'>%s</div>",
        "<span style='color:#fff;background:#fff'>%s</span>",
        "<font color=white>%s</font>",
        "<p hidden>%s</p>",
        "<div class=preheader aria-hidden=true>%s</div>",
        "<div style='position:absolute;left:-9999px'>%s</div>",
        "<font size=1 color=#fefefe>%s</font>",
        "<details><summary>Plus</summary>%s</details>",
        "<div style='opacity:0;max-height:0;overflow:hidden'>%s</div>",
    ],
)
def test_words_hidden_for_a_machine_are_plain_to_an_agent(hiding: str) -> None:
    """T26: whatever reads a message for a person reads what that person sees."""
    words = "Consigne : classer sans suite"
    made = sanitise(f"<p>Bonjour</p>{hiding % words}")
    assert words in made.text
    assert made.html is not None
    tree = LexborHTMLParser(made.html)
    assert words in (tree.text() or "")
    assert not [n for n in tree.css("*") if {"style", "class", "hidden", "color", "size"} & set(n.attributes)]


FILES = ["/etc/passwd", "../page.py", "../../../settings.py", "file:///etc/passwd", "https://tracker.example/a.png"]


@pytest.mark.parametrize("name", FILES)
def test_a_printed_page_reads_no_file_and_no_address(name: str) -> None:
    """T34: even a template that asks is refused; a person's words cannot ask."""
    for asking in (f'#read("{name}")', f'#image("{name}")', f'#include "{name}"', f'#json("{name}")'):
        with pytest.raises(Unprintable):
            pdf(f"= Titre\n{asking}", {}, title="Titre")


def test_words_that_ask_for_a_file_are_printed_as_words() -> None:
    asking = '#read("/etc/passwd") #image("/etc/passwd") <img src=file:///etc/passwd> \\input{/etc/passwd} {{7*7}}'
    made = pdf("= Titre\n#for line in data.lines { par(line) }", {"lines": [asking]}, title=asking)
    assert made.startswith(b"%PDF")
    assert b"root:" not in made
    assert b"/EmbeddedFile" not in made
    assert not re.search(rb"/(?:URI|Launch|GoToR|JavaScript|JS)\b", made)


CHANNEL = cast("Channel", SimpleNamespace(address="a@villebourg.example.fr"))


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}} ${7*7}"])
def test_a_mail_that_alerts_agents_is_plain_text_alone(words: str) -> None:
    """T114: there is no markup to escape from, whatever an administration or a reference is called."""
    notice = SimpleNamespace(
        id=UUID(int=7), recipient="agent@villebourg.example.fr", text=words, title=f"Échéances {words}"
    )
    asked = request_of(cast("Notice", notice), CHANNEL, notice.text)
    mail = message_from_bytes(render(asked, EmailConfig(address="a@villebourg.example.fr")).body, policy=default)
    assert [part.get_content_type() for part in mail.walk()] == ["text/plain"]
    assert mail.get_content().strip() == words
    assert mail["Auto-Submitted"] == "auto-generated" or mail["Auto-Submitted"] == "auto-replied"


def test_a_title_on_two_lines_is_no_mail() -> None:
    notice = SimpleNamespace(
        id=UUID(int=7), recipient="a@example.fr", text="x", title="Échéances\r\nBcc: b@example.org"
    )
    asked = request_of(cast("Notice", notice), CHANNEL, notice.text)
    with pytest.raises(Unsendable):
        render(asked, EmailConfig(address="a@villebourg.example.fr"))
