"""Entries written as TOML, in the shape the loader reads: what an installation adds to the catalogue."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from app.sve.catalogue.families import word_of
from app.sve.catalogue.values import Entry, Source, Version
from app.sve.law.procedure import Family


def toml_of(entries: Sequence[Entry], *, sources: Sequence[Source], header: Sequence[str]) -> str:
    """Writes a file: a header in comments, its own sources, its entries."""
    blocks = ["\n".join(f"# {line}" for line in header)]
    blocks += ["\n".join([f"[source.{one.code}]", *_fields(source_values(one))]) for one in sources]
    blocks += ["\n".join(_entry(entry)) for entry in entries]
    return "\n\n".join(blocks) + "\n"


def values_of(entry: Entry) -> dict[str, Any]:
    """Says an entry as the table it would be read from."""
    values: dict[str, Any] = {
        "code": entry.code,
        "title": entry.title,
        "domain": entry.domain,
        "kinds": sorted(entry.kinds),
        "authority": entry.authority,
        "keywords": list(entry.keywords),
        "certainty": entry.certainty.value,
        "sources": [source.code for source in entry.sources],
        "doubt": entry.doubt,
        "sve_excluded": entry.sve_excluded,
        "teleservice": entry.teleservice,
    }
    if entry.pieces:
        values |= {"pieces": list(entry.pieces), "pieces_read": entry.pieces_read}
    if act := entry.deliberation:
        told = {"taken_on": act.taken_on, "number": act.number, "title": act.title, "url": act.url}
        values["deliberation"] = _known(told)
    if entry.override:
        values["override"] = {"why": entry.override.why, "changes": list(entry.override.changes)}
    return _known(values) | {"versions": [version_values(version) for version in entry.versions]}


def version_values(version: Version) -> dict[str, Any]:
    """Says a version as the table it would be read from."""
    return _known(
        {
            "valid_from": version.valid_from,
            "valid_until": version.valid_until,
            "category": version.category.value if version.category else None,
            "effect": version.effect.value,
            "delay": str(version.delay) if version.delay else None,
            "adds": str(version.adds) if version.adds else None,
            "family": None if version.family is Family.GENERAL else word_of(version.family),
            "permit": version.permit.value if version.permit else None,
            "basis": list(version.basis),
            "notes": version.notes or None,
            "texts": [
                _known(
                    {
                        "article": text.article,
                        "source": text.source.code,
                        "dated": text.dated if text.dated != text.source.dated else None,
                        "period": text.period,
                        "words": text.words,
                    }
                )
                for text in version.texts
            ]
            or None,
        }
    )


def _entry(entry: Entry) -> Iterable[str]:
    values = values_of(entry)
    versions = values.pop("versions")
    yield "[[procedure]]"
    yield from _fields(values)
    for version in versions:
        yield "[[procedure.versions]]"
        yield from _fields(version)


def source_values(source: Source) -> dict[str, Any]:
    """Says a source as the table it would be read from."""
    return _known({"kind": source.kind.value, "title": source.title, "dated": source.dated, "url": source.url})


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _fields(values: Mapping[str, Any]) -> Iterable[str]:
    return [f"{name} = {_value(value)}" for name, value in values.items()]


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case list():
            return f"[{', '.join(_value(one) for one in value)}]"
        case dict():
            return f"{{ {', '.join(_fields(value))} }}"
        case _:
            # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
