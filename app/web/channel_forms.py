"""The settings of a channel type as a form: its JSON Schema read into fields, and what a browser posts read back.

Pure. Secrets are never written into a page: an empty secret stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.channels.kit.forms import Form

PREFIX = "c."
_LONGEST = 4000
# What few administrations ever change: folded away, so that the first form is short.
_RARE = (
    "timeout",
    "max_bytes",
    "batch",
    "previous_",
    "tolerance",
    "trusted_hops",
    "graph_version",
    "zone",
    "territory",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One setting. `kind` is text, number, tick, choice, secret, lines or secret-lines."""

    name: str
    label: str
    kind: str
    required: bool
    nullable: bool
    choices: Sequence[str] = ()
    default: Any = None
    shown: str = ""  # what stands in the field; never a secret
    ticked: bool = False
    kept: bool = False  # a secret is set
    rare: bool = False


def fields_of(
    schema: Mapping[str, Any],
    *,
    values: Mapping[str, Any] | None = None,
    kept: Sequence[str] = (),
    form: Form | None = None,
) -> list[FormField]:
    """Returns the fields of a schema, filled with the present settings, or with what was just typed."""
    required = set(schema.get("required", ()))
    found: list[FormField] = []
    for name, shape in schema.get("properties", {}).items():
        branch, nullable = _branch(shape, schema)
        kind = _kind(branch)
        if kind is None or shape.get("readOnly"):
            continue  # what no form can say, or what the house writes itself
        present = values[name] if values is not None and name in values else shape.get("default")
        typed = form.last(PREFIX + name) if form is not None else None
        hidden = kind.startswith("secret")
        found.append(
            FormField(
                name=name,
                label=shape.get("description") or shape.get("title") or name,
                kind=kind,
                required=name in required and name not in kept,
                nullable=nullable,
                choices=tuple(str(one) for one in branch.get("enum", ())),
                default=shape.get("default"),
                shown="" if hidden else typed if typed is not None else _shown(present),
                ticked=(typed == "oui") if form is not None else bool(present),
                kept=name in kept,
                rare=name not in required and any(word in name for word in _RARE),
            )
        )
    return sorted(found, key=lambda one: (one.rare, not one.required))


def read_settings(form: Form, fields: Sequence[FormField]) -> dict[str, Any]:
    """Returns the settings a form holds; what cannot be read is passed on as typed, for the type itself to refuse."""
    settings: dict[str, Any] = {}
    for field in fields:
        typed = (form.last(PREFIX + field.name) or "").replace("\r\n", "\n").strip()[:_LONGEST]
        if field.kind == "tick":
            settings[field.name] = typed == "oui"
        elif field.kind in {"lines", "secret-lines"}:
            lines = [line.strip() for line in typed.split("\n") if line.strip()]
            if lines or field.kind == "lines":
                settings[field.name] = lines
        elif field.kind == "secret":
            if typed:
                settings[field.name] = typed
        elif not typed:
            if not field.required:
                settings[field.name] = None if field.nullable else field.default
        elif field.kind == "number":
            settings[field.name] = _number(typed)
        else:
            settings[field.name] = typed
    return settings


def _branch(shape: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    branches = shape.get("anyOf", [shape])
    real = [one for one in branches if one.get("type") != "null"]
    chosen = real[0] if real else shape
    if "$ref" in chosen:
        chosen = schema.get("$defs", {}).get(chosen["$ref"].rpartition("/")[2], {})
    return chosen, len(real) < len(branches)


def _kind(branch: Mapping[str, Any]) -> str | None:
    if "enum" in branch:
        return "choice"
    secret = branch.get("format") == "password"
    match branch.get("type"):
        case "boolean":
            return "tick"
        case "integer" | "number":
            return "number"
        case "string":
            return "secret" if secret else "text"
        case "array":
            items = branch.get("items", {})
            if items.get("type") != "string":
                return None
            return "secret-lines" if items.get("format") == "password" else "lines"
        case _:
            return None


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    return str(value)


def _number(typed: str) -> int | float | str:
    plain = typed.replace(",", ".")
    try:
        return int(plain) if plain.lstrip("-").isdigit() else float(plain)
    except ValueError:
        return typed
