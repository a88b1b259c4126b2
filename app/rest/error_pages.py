"""The reference of every refusal, made from the errors themselves: docs/errors.md and the pages their `type` names.

`python -m app.rest.error_pages > docs/errors.md` writes it again; a test compares the two.
"""

import html
import importlib
import pkgutil
import sys
from collections.abc import Iterator

from app.errors import ParvisError
from app.rest.json_body import SENTENCES as JSON_SENTENCES
from app.rest.languages import Language, Said, say
from app.rest.refusals import advice_on
from app.rest.validation import SENTENCES as FIELD_SENTENCES

_HEAD = """# Errors

Every refusal is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) document, `application/problem+json`. Programs read
`code`, which never changes; people read `title` and `detail`, in French, or in English when `Accept-Language` prefers it.
`type` is the address of the page `/erreurs/<code>`. `errors` lists the fields to correct. Give `request_id` to support.

This page is made from the code (`python -m app.rest.error_pages > docs/errors.md`).

| Code | Status | Titre | Title | Que faire |
|---|---|---|---|---|
"""
_JSON = """
## Why a content is not strict JSON (`errors[].code` of `malformed`)

| Code | Français | English |
|---|---|---|
"""
_FIELDS = """
## What is wrong with a field (`errors[].code` of `invalid`)

`pointer` is a JSON pointer (RFC 6901) into the content, or `query/…`, `header/…`, `path/…`, `cookie/…` and a name. A code
that is not listed here is one of pydantic's, with hyphens.

| Code | Français | English |
|---|---|---|
"""


def known_errors() -> list[type[ParvisError]]:
    """Returns every error of the modules in use, sorted by status and code."""
    return sorted({ParvisError, *_descendants(ParvisError)}, key=lambda kind: (kind.status, kind.code, kind.__name__))


def import_the_house() -> None:
    """Imports every module of the package, so that no error is left out of the reference."""
    package = importlib.import_module("app")
    for module in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def render_errors() -> str:
    """Writes docs/errors.md from the errors known so far."""
    rows = {kind.code: kind for kind in reversed(known_errors()) if kind.__module__.startswith("app.")}
    lines = [
        f"| `{kind.code}` | {kind.status} | {kind.title_fr} | {kind.title_en} | {advice_on(kind)} |\n"
        for kind in reversed(rows.values())
    ]
    json_lines = [_sentence(code, said) for code, said in JSON_SENTENCES.items()]
    field_lines = [_sentence(code.replace("_", "-"), said) for code, said in FIELD_SENTENCES.items()]
    return "".join([_HEAD, *lines, _JSON, *json_lines, _FIELDS, *field_lines])


def render_page(kind: type[ParvisError], *, language: Language) -> str:
    """Writes the page an error's `type` names; it needs no script, style or image."""
    title = kind.title_en if language is Language.EN else kind.title_fr
    advice = say(advice_on(kind), language)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><main><h1>{html.escape(title)}</h1>"
        f"<p>{html.escape(advice)}</p><p><code>{kind.code}</code> — HTTP {kind.status}</p></main></html>"
    )


def _descendants(kind: type[ParvisError]) -> Iterator[type[ParvisError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _sentence(code: str, said: Said) -> str:
    return f"| `{code}` | {say(said, Language.FR)} | {say(said, Language.EN)} |\n"


if __name__ == "__main__":
    import_the_house()
    sys.stdout.write(render_errors())
