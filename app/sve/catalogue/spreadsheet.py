"""The lines of a national list in CSV, and the words people write in its cells."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date

from app.sve.catalogue.values import CatalogueError

REQUIRED = ("code", "title", "authority", "effect", "source")
OPTIONAL = (
    *("delay", "domain", "keywords", "basis", "valid_from", "notes", "certainty", "source_url", "source_date"),
    *("deliberation_date", "deliberation_number", "deliberation_title", "why"),
)
EFFECTS: Mapping[str, str] = {
    **dict.fromkeys(("sva", "accord", "acceptation"), "SVA"),
    **dict.fromkeys(("svr", "rejet", "refus"), "SVR"),
    **dict.fromkeys(("renunciation", "renonciation"), "renunciation"),
    **dict.fromkeys(("lump_sum", "forfait"), "lump_sum"),
    **dict.fromkeys(("none", "aucun"), "none"),
    **dict.fromkeys(("unknown", "inconnu", "?"), "UNKNOWN"),
}
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("etat", "état"), "state"),
    **dict.fromkeys(("département",), "departement"),
    **dict.fromkeys(("région",), "region"),
    **dict.fromkeys(("ccas", "mdph", "établissement public"), "public_body"),
    **dict.fromkeys(("autre",), "other"),
}
_UNITS: Mapping[str, str] = {
    "jour": "D",
    "jours": "D",
    "semaine": "W",
    "semaines": "W",
    "mois": "M",
    "an": "Y",
    "ans": "Y",
}
_IN_WORDS = re.compile(r"(\d{1,4})\s+(jours?|semaines?|mois|ans?)")


class Unreadable(Exception):
    """The file cannot be read beyond a line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def rows(data: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Gives each line with its number, cells by column; empty lines are skipped. Raises `Unreadable`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(line, "ce n'est pas de l'UTF-8 : enregistrer le tableau en « CSV UTF-8 ».") from None
    separator = ";" if text.partition("\n")[0].count(";") >= text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as error:
            raise Unreadable(line, f"ligne CSV cassée ({error}) : vérifier guillemets et séparateurs.") from None
        if not columns:
            columns = _columns(cells)
        elif any(cells):
            yield line, _row(columns, cells)
    if not columns:
        raise Unreadable(1, f"le fichier est vide : la première ligne nomme les colonnes {', '.join(REQUIRED)}.")


def _columns(cells: list[str]) -> list[str]:
    names = [cell.lower() for cell in cells]
    known = {*REQUIRED, *OPTIONAL}
    strange = [name for name in names if name not in known]
    missing = [name for name in REQUIRED if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if strange or missing or twice:
        told = [
            *([f"colonnes inconnues : {', '.join(strange) or '(sans nom)'}"] if strange else []),
            *([f"colonnes manquantes : {', '.join(missing)}"] if missing else []),
            *([f"colonnes en double : {', '.join(twice)}"] if twice else []),
        ]
        raise Unreadable(1, f"{' ; '.join(told)}. Les colonnes sont {', '.join((*REQUIRED, *OPTIONAL))}.")
    return names


def _row(columns: list[str], cells: list[str]) -> Mapping[str, str]:
    if len(cells) != len(columns):
        return {"": f"{len(cells)} cellules pour {len(columns)} colonnes"}
    return dict(zip(columns, cells, strict=True))


def several(cell: str) -> list[str]:
    """Reads a cell of several values: `commune|epci`."""
    return [word.strip() for word in cell.split("|") if word.strip()]


def delay_of(cell: str) -> str | None:
    """Reads a delay, `P2M` or « 2 mois », as an ISO 8601 duration; the entry then checks it."""
    in_words = _IN_WORDS.fullmatch(cell.lower())
    return f"P{in_words[1]}{_UNITS[in_words[2]]}" if in_words else cell.upper() or None


def day_of(cell: str, *, where: str) -> date | None:
    """Reads a day. Raises `CatalogueError`."""
    if not cell:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        french, told = f"« {cell} » n'est pas un jour : écrire 2026-03-02.", f"“{cell}” is not a day: write 2026-03-02."
        raise CatalogueError.at(where, french, en=told, code="day") from None
