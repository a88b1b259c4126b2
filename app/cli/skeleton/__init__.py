"""`parvis channels new`: a channel package that passes its checks before its first line is changed."""

import hashlib
import hmac
import importlib.resources
import json
import keyword
import re
from pathlib import Path
from string import Template

import click

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_FILES = {
    "pyproject.toml": "pyproject.txt",
    "README.md": "readme.txt",
    "LICENSE": "licence.txt",
    ".gitignore": "ignore.txt",
    ".github/workflows/check.yml": "workflow.txt",
    "$module/__init__.py": "package.txt",
    "$module/adapter.py": "adapter.txt",
    "$module/quality.toml": "quality.txt",
    "tests/test_$module.py": "test.txt",
}
_CASE_SECRET = "a-secret-of-these-cases-alone"  # noqa: S105 — of cases
_WORDS = "Bonjour, la mairie est-elle ouverte le samedi ?"
_CASES: dict[str, tuple[dict[str, str], list[dict[str, object]]]] = {
    "message": (
        {
            "id": "message-1",
            "kind": "message",
            "from": "usager@example.org",
            "words": _WORDS,
            "sent_at": "2026-03-02T09:00:00+01:00",
        },
        [
            {
                "type": "message_received",
                "external_id": "message-1",
                "text": _WORDS,
                "occurred_at": "2026-03-02T08:00:00Z",
            }
        ],
    ),
    "receipt": (
        {"id": "answer-1", "kind": "receipt", "status": "delivered"},
        [{"type": "delivery_update", "status": "delivered", "reports_on": "answer-1"}],
    ),
    "unknown": ({"id": "n-1", "kind": "brand_new"}, [{"type": "ignored"}]),
}


def write(name: str, *, into: Path) -> Path:
    """Writes the package of a channel type, a slug like `sms.pigeon`; returns its folder, which must not exist."""
    if not _SLUG.fullmatch(name) or keyword.iskeyword(name):
        raise click.UsageError(f"{name!r} is not a channel type: small letters and digits, parts joined by . _ or -")
    words = {
        "type": name,
        "distribution": "parvis-channel-" + re.sub(r"[._]", "-", name),
        "module": "parvis_channel_" + re.sub(r"[.-]", "_", name),
        "Name": "".join(part.capitalize() for part in re.split(r"[._-]", name)),
        "host": re.sub(r"[._]", "-", name),
        "header": "X-" + "-".join(part.capitalize() for part in re.split(r"[._-]", name)) + "-Signature",
    }
    folder = into / words["distribution"]
    if folder.exists():
        raise click.ClickException(f"{folder} exists already: remove it, or write elsewhere with --into")
    templates = importlib.resources.files("app.cli.skeleton")
    contents = {
        Template(path).substitute(words): Template(templates.joinpath(source).read_text("utf-8")).substitute(words)
        for path, source in _FILES.items()
    }
    for case, (body, events) in _CASES.items():
        contents[f"{words['module']}/cases/{case}.json"] = _case(words, body, events)
    for path, text in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder


def _case(words: dict[str, str], body: dict[str, str], events: list[dict[str, object]]) -> str:
    raw = json.dumps(body, ensure_ascii=False)
    signature = hmac.new(_CASE_SECRET.encode(), raw.encode(), hashlib.sha256).hexdigest()
    delivery = {
        "method": "POST",
        "url": f"https://parvis.example.fr/hooks/{words['type']}/channel-key",
        "headers": {"Content-Type": "application/json", words["header"]: signature},
        "body": raw,
        "body_encoding": "utf8",
        "secret": _CASE_SECRET,
        "now": None,
        "expected": {"verified": True, "events": events},
    }
    return json.dumps(delivery, ensure_ascii=False, indent=2) + "\n"
