"""Secrets that must not stand in the tree: our own prefixes, private keys, and those of common providers."""

import base64
import binascii
import re
import subprocess
from pathlib import Path

from supply.locks import ROOT

PATTERNS = {
    "key of this API": re.compile(r"parvis_[A-Za-z0-9_-]{32,}"),
    "secret of a webhook": re.compile(
        r"whsec_[A-Za-z0-9+/]{32,}(?![A-Za-z0-9+/…])"
    ),  # one cut short by "…" is an example
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "key of AWS": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})"),
    "token of Slack": re.compile(r"\bxox[abpr]-[0-9A-Za-z-]{20,}"),
    "address with a password": re.compile(r"\b(?:postgresql|redis|amqp|smtp)s?://[^\s:/@{}$\"']+:[^\s@{}$\"']{12,}@"),
}
# Whoever writes a secret for a test says so in it.
_TOLD = re.compile(r"(?i)example|exemple|essai|test|not-a-secret|demonstration|AAAA|0123456789|fictif|abcdef")
_BINARY = frozenset({".png", ".woff2", ".pdf", ".jpg", ".gif", ".zip", ".ods"})


def in_text(text: str) -> list[str]:
    """Returns the kind and the line of each secret of a text; never the secret."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for kind, pattern in PATTERNS.items():
            hit = pattern.search(line)
            if hit and not _TOLD.search(line) and not _written_by_hand(hit[0]):
                found.append(f"{number}: {kind}")
    return found


def _written_by_hand(secret: str) -> bool:
    """Tells a webhook's secret made of words, as samples have, from one that was drawn: chance gives no 24 letters."""
    word = secret.removeprefix("whsec_")
    if word == secret:
        return False
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4), validate=True).decode("ascii").isprintable()
    except (binascii.Error, UnicodeDecodeError):
        return False


def findings(root: Path = ROOT) -> list[str]:
    """Looks through every file the repository keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)  # noqa: S607 — git of the developer's own path
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = root / name
        if path.suffix in _BINARY or not path.is_file():
            continue
        found += [f"{name}:{one}" for one in in_text(path.read_text(errors="replace"))]
    return found
