"""Known flaws of the locked packages, asked of the public database by pip-audit."""

import json
import subprocess
import sys
from pathlib import Path

from supply.locks import ROOT

_AWAY = (
    "ConnectionError", "ConnectTimeout", "ReadTimeout", "NameResolutionError", "Max retries exceeded", "ServiceError",
    "ProxyError", "SSLError", "Connection refused", "Could not connect", "Failed to query", "Temporary failure",
)  # fmt: skip


class Away(Exception):
    """The database cannot be asked from here."""


def judged(status: int, out: str, err: str) -> list[str]:
    """Reads what pip-audit said; raises `Away` when, and only when, it could ask about no package at all."""
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        if any(word in err for word in _AWAY):
            raise Away from None
        return [f"pip-audit failed ({status}): {err.strip()[-400:]}"]
    asked = [one for one in packages if "skip_reason" not in one]
    if not asked:
        raise Away
    unknown = [f"{one['name']}: {one['skip_reason']}" for one in packages if "skip_reason" in one]
    return unknown + [f"{one['name']} {one['version']}: {flaw['id']}" for one in asked for flaw in one["vulns"]]


def findings(lock: Path = ROOT / "requirements/dev.lock") -> list[str]:
    """Asks about every package of the lock, without installing anything."""
    asked = ["-r", str(lock), "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--timeout", "5"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", *asked, "--format", "json"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Away from None
    return judged(done.returncode, done.stdout, done.stderr)
