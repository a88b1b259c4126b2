"""The bill of materials (CycloneDX) of what a production image installs and of what builds it."""

import json
import subprocess
import sys
from pathlib import Path

from supply.locks import ROOT, Locked

TARGET = ROOT / "dist/sbom.json"


def write(lock: Path = ROOT / "requirements/dev.lock", *, target: Path = TARGET) -> None:
    """Writes the bill of a lock file, the same bytes for the same lock."""
    target.parent.mkdir(exist_ok=True)
    made = ["requirements", str(lock), "--output-reproducible", "--of", "JSON", "-o", str(target)]
    subprocess.run([sys.executable, "-m", "cyclonedx_py", *made], cwd=ROOT, check=True)


def findings(packages: list[Locked], *, target: Path = TARGET) -> list[str]:
    """Names each locked package that the bill does not hold at its version."""
    parts = {(one["name"], one.get("version")) for one in json.loads(target.read_text())["components"]}
    return [
        f"{one.name} {one.version}: absent from {target.name}"
        for one in packages
        if (one.name, one.version) not in parts
    ]
