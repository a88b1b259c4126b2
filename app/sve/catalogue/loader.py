"""Reads the catalogue: the package's own files, then those of the installation, which replace entries by their code."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.entries import entry_of, source_of
from app.sve.catalogue.table import Table
from app.sve.catalogue.values import CatalogueError, Entry, Origin, Source

SOURCES = "sources.toml"


@cache
def built_in() -> Catalogue:
    """Returns the catalogue of this version of Parvis, read once. Raises `CatalogueError`."""
    sources, edition = _package_sources()
    entries: dict[str, Entry] = {}
    for name, text in _package_files():
        for entry in _entries(text, sources=sources, file=name):
            if entry.code in entries:
                raise CatalogueError.at(
                    f"{name}, {entry.code}, « code »",
                    f"ce code est déjà dans {entries[entry.code].file} : en changer.",
                    en=f"this code is already in {entries[entry.code].file}: take another.",
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
        text, sources = _read(path), _package_sources()[0]
        for entry in _entries(text, sources=sources, file=path.name, origin=Origin.INSTALLATION):
            if entry.code in own:
                where, told = f"{path.name}, {entry.code}, « code »", "this code stands there twice: take another."
                raise CatalogueError.at(where, "ce code y est deux fois : en changer.", en=told)
            own.add(entry.code)
            entries[entry.code] = entry
    return Catalogue(list(entries.values()), edition=known.edition)


def read_text(text: str, *, file: str) -> list[Entry]:
    """Reads entries written as TOML, with the built-in sources and their own. Raises `CatalogueError`."""
    return _entries(text, sources=_package_sources()[0], file=file)


def _entries(text: str, *, sources: Mapping[str, Source], file: str, origin: Origin = Origin.NATIONAL) -> list[Entry]:
    outer = Table(_parsed(text, file=file), where=file)
    own, given = _own_sources(outer, {}), outer.raw("procedure")
    outer.done()
    if not isinstance(given, list | None):
        outer.fault("procedure", "type", "écrire [[procedure]] et sa table.", en="write [[procedure]] and its table.")
    outer.refuse()
    procedures = given if isinstance(given, list) else []
    known = {**sources, **{code: source_of(code, values, where=file) for code, values in own.items()}}
    return [entry_of(values, sources=known, file=file, origin=origin) for values in procedures]


@cache
def _package_sources() -> tuple[Mapping[str, Source], str]:
    text = files("app.sve.catalogue").joinpath(SOURCES).read_text("utf-8")
    outer = Table(_parsed(text, file=SOURCES), where=SOURCES)
    given, edition = _own_sources(outer, None), outer.text("edition")
    outer.done()
    outer.refuse()
    return {code: source_of(code, values, where=SOURCES) for code, values in given.items()}, edition


def _own_sources(outer: Table, absent: Mapping[str, object] | None) -> Mapping[str, object]:
    given = outer.raw("source") or absent
    if isinstance(given, Mapping):
        return given
    outer.fault("source", "type", "écrire [source.code] et sa table.", en="write [source.code] and its table.")
    return {}


def _package_files() -> Iterable[tuple[str, str]]:
    folder = files("app.sve.catalogue").joinpath("procedures")
    found = sorted((one.name, one) for one in folder.iterdir() if one.name.endswith(".toml"))
    return [(name, one.read_text("utf-8")) for name, one in found]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        kind = type(error).__name__
        raise CatalogueError.at(
            path.name,
            f"illisible ({kind}) : donner un fichier TOML en UTF-8.",
            en=f"cannot be read ({kind}): give a TOML file in UTF-8.",
        ) from error


def _parsed(text: str, *, file: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        french = f"ce n'est pas du TOML ({error}) : corriger la ligne."
        raise CatalogueError.at(file, french, en=f"this is not TOML ({error}): mend the line.") from error
