"""A procedure in plain words and figures, for programs: what the command line prints and the API answers."""

from typing import Any

from app.sve.catalogue.families import word_of
from app.sve.catalogue.values import Deliberation, Entry, Override, Source, Text, Version


def brief(entry: Entry) -> dict[str, Any]:
    """Says what a list shows of a procedure: its latest version and how sure it is."""
    return {
        "code": entry.code,
        "title": entry.title,
        "domain": entry.domain,
        "kinds": sorted(entry.kinds),
        "effect": entry.last.effect.value,
        "delay": _text(entry.last.delay),
        "adds": _text(entry.last.adds),
        "certainty": entry.certainty.value,
        "origin": entry.origin.value,
        "edition": entry.edition,
    }


def whole(entry: Entry) -> dict[str, Any]:
    """Says everything known of a procedure, its versions and where each was read."""
    return {
        **brief(entry),
        "authority": entry.authority,
        "keywords": list(entry.keywords),
        "doubt": entry.doubt,
        "sources": [_source(source) for source in entry.sources],
        "sve_excluded": entry.sve_excluded,
        "teleservice": entry.teleservice,
        "pieces": list(entry.pieces),
        "pieces_read": entry.pieces_read,
        "versions": [_version(version) for version in entry.versions],
        "file": entry.file,
        "deliberation": _act(entry.deliberation),
        "override": _override(entry.override),
    }


def _version(version: Version) -> dict[str, Any]:
    return {
        "valid_from": _text(version.valid_from),
        "valid_until": _text(version.valid_until),
        "category": _text(version.category),
        "effect": version.effect.value,
        "delay": _text(version.delay),
        "adds": _text(version.adds),
        "family": word_of(version.family),
        "permit": _text(version.permit),
        "basis": list(version.basis),
        "notes": version.notes,
        "texts": [_read(text) for text in version.texts],
    }


def _read(text: Text) -> dict[str, Any]:
    return {
        "article": text.article,
        "words": text.words,
        "period": text.period,
        "dated": _text(text.dated),
        "source": text.source.code,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "code": source.code,
        "kind": source.kind.value,
        "title": source.title,
        "dated": _text(source.dated),
        "url": source.url,
    }


def _act(act: Deliberation | None) -> dict[str, Any] | None:
    return (
        act
        if act is None
        else {"taken_on": str(act.taken_on), "number": act.number, "title": act.title, "url": act.url}
    )


def _override(override: Override | None) -> dict[str, Any] | None:
    return override if override is None else {"why": override.why, "changes": list(override.changes)}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
