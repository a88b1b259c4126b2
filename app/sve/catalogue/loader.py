"""Reads the catalogue: the package's own files, then those of the installation, which replace entries by their code."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.entries import entry_of, source_of
from app.sve.catalogue.table import Table
from app.sve.catalogue.values import CatalogueError, Entry, Source

SOURCES = "sources.toml"


@cache
def built_in() -> Catalogue:
    """Returns the catalogue of this version of Parvis, read once. Raises `CatalogueError`."""
    sources, edition = _package_sources()
    entries: dict[str, Entry] = {}
    for name, text in _package_files():
        for entry in _entries(text, sources=sources, origin=name):
            if entry.code in entries:
                raise CatalogueError(
                    f"{name}, {entry.code}, « code »",
                    f"ce code est déjà dans {entries[entry.code].origin} : en changer.",
                )
            entries[entry.code] = entry
    return Catalogue(list(entries.values()), edition=edition)


def load(folder: Path) -> Catalogue:
    """Returns the built-in catalogue with an installation's own entries over it; files apply in the order of names.

    Raises `CatalogueError`, naming the file.
    """
    known = built_in()
    entries = {entry.code: entry for entry in known.list()}
    for path in sorted(folder.glob("*.toml")):
        own: set[str] = set()
        for entry in _entries(_read(path), sources=_package_sources()[0], origin=path.name):
            if entry.code in own:
                raise CatalogueError(f"{path.name}, {entry.code}, « code »", "ce code y est deux fois : en changer.")
            own.add(entry.code)
            entries[entry.code] = entry
    return Catalogue(list(entries.values()), edition=known.edition)


def read_text(text: str, *, origin: str) -> list[Entry]:
    """Reads entries written as TOML, with the built-in sources and their own. Raises `CatalogueError`."""
    return _entries(text, sources=_package_sources()[0], origin=origin)


def _entries(text: str, *, sources: Mapping[str, Source], origin: str) -> list[Entry]:
    outer = Table(_parsed(text, origin=origin), where=origin)
    own = outer.raw("source") or {}
    if not isinstance(own, Mapping):
        raise CatalogueError(outer.at("source"), "écrire [source.code] et sa table.")
    known = {**sources, **{code: source_of(code, values, where=origin) for code, values in own.items()}}
    entries = [entry_of(values, sources=known, origin=origin) for values in outer.tables("procedure")]
    outer.done()
    return entries


@cache
def _package_sources() -> tuple[Mapping[str, Source], str]:
    outer = Table(
        _parsed(files("app.sve.catalogue").joinpath(SOURCES).read_text("utf-8"), origin=SOURCES), where=SOURCES
    )
    given = outer.raw("source")
    if not isinstance(given, Mapping):
        raise CatalogueError(outer.at("source"), "écrire [source.code] et sa table.")
    edition = outer.text("edition")
    outer.done()
    return {code: source_of(code, values, where=SOURCES) for code, values in given.items()}, edition


def _package_files() -> Iterable[tuple[str, str]]:
    folder = files("app.sve.catalogue").joinpath("procedures")
    found = sorted((one.name, one) for one in folder.iterdir() if one.name.endswith(".toml"))
    return [(name, one.read_text("utf-8")) for name, one in found]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            path.name, f"illisible ({type(error).__name__}) : donner un fichier TOML en UTF-8."
        ) from error


def _parsed(text: str, *, origin: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(origin, f"ce n'est pas du TOML ({error}) : corriger la ligne.") from error
