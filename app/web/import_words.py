"""What the pages call imports, their sources and their steps."""

from collections.abc import Mapping
from datetime import datetime

from app.imports.shapes import FlawCode, SourceKind
from app.imports.values import STATE_NAMES, ImportState
from app.tickets.values import Status

SOURCES: Mapping[SourceKind, str] = {
    SourceKind.ZAMMAD: "Zammad",
    SourceKind.CHATWOOT: "Chatwoot",
    SourceKind.FREESCOUT: "FreeScout",
    SourceKind.CSV: "Tableau (CSV)",
}
_COLOURS: Mapping[ImportState, str] = {
    ImportState.EXPECTED: "warn",
    ImportState.EXAMINED: "warn",
    ImportState.INTERRUPTED: "danger",
    ImportState.DONE: "ok",
    ImportState.FAILED: "danger",
}
# The word, and the colour of its tag.
STATES: Mapping[ImportState, tuple[str, str]] = {
    state: (name, _COLOURS.get(state, "")) for state, name in STATE_NAMES.items()
}
# Of one request, of several.
STATUSES: Mapping[str, tuple[str, str]] = {
    Status.NEW.value: ("nouvelle", "nouvelles"),
    Status.OPEN.value: ("ouverte", "ouvertes"),
    Status.WAITING.value: ("en attente", "en attente"),
    Status.RESOLVED.value: ("résolue", "résolues"),
    Status.CLOSED.value: ("close", "closes"),
}
FLAWS: Mapping[str, str] = {
    FlawCode.UNREADABLE.value: "ligne illisible",
    FlawCode.TOO_LARGE.value: "ligne trop longue",
    FlawCode.UNKNOWN_SHAPE.value: "forme inconnue",
    FlawCode.NO_IDENTIFIER.value: "sans identifiant",
    FlawCode.NO_DATE.value: "sans date",
    FlawCode.NO_MESSAGE.value: "sans message",
    FlawCode.DRAFT.value: "brouillon",
    FlawCode.DELETED.value: "jetée dans l’outil",
    FlawCode.PIECE_MISSING.value: "pièce absente",
    FlawCode.PIECE_TOO_LARGE.value: "pièce trop lourde",
    FlawCode.IN_THE_FUTURE.value: "date à venir",
    FlawCode.DATED_LATER.value: "reçu ici plus tard",
    FlawCode.NOTHING_RECEIVED.value: "rien de reçu",
    FlawCode.NOBODY.value: "expéditeur inconnu",
    FlawCode.UNKNOWN_DIRECTION.value: "sens inconnu",
}


def instant(written: str) -> datetime:
    """Reads an instant as a report keeps it."""
    return datetime.fromisoformat(written)
