"""Where a Chromium is: the one named, the machine's, else the one an npm package carries (`make screens` installs it)."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import hatch_build

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CARRIED = hatch_build.UI / "node_modules" / "@sparticuz" / "chromium"


@dataclass(frozen=True, slots=True)
class Browser:
    """A program, and where it finds libraries the machine may lack."""

    program: str
    libraries: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LD_LIBRARY_PATH": self.libraries} if self.libraries else dict(os.environ)


def missing() -> str:
    """Says why the browser tests cannot run here; nothing when they can."""
    if not (hatch_build.BUILT / "index.html").is_file():
        return "the application is not built (make screens)"
    if not (hatch_build.UI / "node_modules" / "axe-core").is_dir():
        return "what they are run with is not installed (make screens)"
    if _named() is None and not CARRIED.is_dir():
        return "no Chromium was found (make screens installs one, PARVIS_CHROMIUM names one)"
    return ""


def found() -> Browser:
    if named := _named():
        return Browser(named)
    told = subprocess.run(  # unpacks it once a machine
        [str(hatch_build.node()), str(hatch_build.UI / "tests" / "browser.mjs")],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = json.loads(told.stdout)
    return Browser(said["program"], said["libraries"])


def _named() -> str | None:
    chosen = os.environ.get("PARVIS_CHROMIUM")
    if chosen and Path(chosen).is_file():
        return chosen
    return next((path for name in NAMES if (path := shutil.which(name))), None)
