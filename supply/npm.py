"""The packages the agents' application is built with, as `ui/package-lock.json` locks them: licences and digests."""

import json
from pathlib import Path

from supply.licences import allowed

LOCK = Path(__file__).parents[1] / "ui" / "package-lock.json"
# npm's word for the licence of Python 2.7's own argparse, ported: permissive, and in the tools of the build only.
_READ = {"Python-2.0": "PSF-2.0"}


def findings(lock: Path = LOCK) -> list[str]:
    """Names each package without a known licence, or without the digest it is checked against."""
    packages = json.loads(lock.read_text())["packages"]
    found = []
    for place, package in sorted(packages.items()):
        if not place:  # the application itself
            continue
        stated = str(package.get("license", "")).strip("()")
        if not allowed(_READ.get(stated, stated)):
            found.append(f"{place}: {stated or 'no known licence'}")
        if not str(package.get("integrity", "")).startswith("sha512-"):
            found.append(f"{place}: no digest")
    return found
