"""The two desks: the application of `ui/`, and the pages of the server, which need no script. Each agent has the one they prefer."""

from pathlib import Path

from fastapi import Request

BUILT = Path(__file__).parent.parent / "static"
WITH_SCRIPTS, WITHOUT = "/bureau/boite", "/boite"
# Which of the two somebody prefers: no secret, a year, this browser.
PREFERENCE = "parvis_ecran"


def is_built() -> bool:
    """Says whether this installation holds the application."""
    return (BUILT / "index.html").is_file()


def home_of(request: Request) -> str:
    """Returns the desk somebody prefers; the application, where it is built and they chose no other."""
    return WITH_SCRIPTS if is_built() and request.cookies.get(PREFERENCE) != "simple" else WITHOUT
