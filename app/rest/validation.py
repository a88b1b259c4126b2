"""What pydantic found wrong, said to people: a place, a stable code, a French or English sentence, never the value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError

from app.errors import Flaw
from app.rest.languages import Language, Said, say
from app.strict_json import pointer_of

MOST = 100
_LONGEST_POINTER = 300

SENTENCES: Mapping[str, Said] = {
    "missing": Said("champ obligatoire", en="required field"),
    "extra_forbidden": Said("champ inconnu", en="unknown field"),
    "string_type": Said("un texte est attendu", en="a text is expected"),
    "string_too_short": Said("au moins {min_length} caractère(s)", en="at least {min_length} character(s)"),
    "string_too_long": Said("au plus {max_length} caractère(s)", en="at most {max_length} character(s)"),
    "string_pattern_mismatch": Said("la forme n'est pas celle attendue", en="not in the expected form"),
    "too_short": Said("au moins {min_length} élément(s)", en="at least {min_length} item(s)"),
    "too_long": Said("au plus {max_length} élément(s)", en="at most {max_length} item(s)"),
    "enum": Said("valeurs admises : {expected}", en="accepted values: {expected}"),
    "literal_error": Said("valeurs admises : {expected}", en="accepted values: {expected}"),
    "bool_type": Said("true ou false est attendu", en="true or false is expected"),
    "bool_parsing": Said("true ou false est attendu", en="true or false is expected"),
    "int_type": Said("un nombre entier est attendu", en="an integer is expected"),
    "int_parsing": Said("un nombre entier est attendu", en="an integer is expected"),
    "int_parsing_size": Said("nombre trop grand", en="number too large"),
    "int_from_float": Said("un nombre entier est attendu", en="an integer is expected"),
    "float_type": Said("un nombre est attendu", en="a number is expected"),
    "float_parsing": Said("un nombre est attendu", en="a number is expected"),
    "finite_number": Said("un nombre fini est attendu", en="a finite number is expected"),
    "greater_than": Said("doit être supérieur à {gt}", en="must be greater than {gt}"),
    "greater_than_equal": Said("au moins {ge}", en="at least {ge}"),
    "less_than": Said("doit être inférieur à {lt}", en="must be less than {lt}"),
    "less_than_equal": Said("au plus {le}", en="at most {le}"),
    "list_type": Said("une liste est attendue", en="a list is expected"),
    "dict_type": Said("un objet est attendu", en="an object is expected"),
    "model_type": Said("un objet est attendu", en="an object is expected"),
    "model_attributes_type": Said("un objet est attendu", en="an object is expected"),
    "none_required": Said("null est attendu", en="null is expected"),
    "union_tag_not_found": Said("le champ {discriminator} est obligatoire", en="the field {discriminator} is required"),
    "union_tag_invalid": Said("valeurs admises : {expected_tags}", en="accepted values: {expected_tags}"),
    "date_type": Said("une date AAAA-MM-JJ est attendue", en="a date YYYY-MM-DD is expected"),
    "date_parsing": Said("une date AAAA-MM-JJ est attendue", en="a date YYYY-MM-DD is expected"),
    "date_from_datetime_parsing": Said("une date AAAA-MM-JJ est attendue", en="a date YYYY-MM-DD is expected"),
    "date_from_datetime_inexact": Said("une date sans heure est attendue", en="a date without time is expected"),
    "datetime_type": Said("un instant RFC 3339 est attendu", en="an RFC 3339 instant is expected"),
    "datetime_parsing": Said("un instant RFC 3339 est attendu", en="an RFC 3339 instant is expected"),
    "datetime_from_date_parsing": Said("un instant RFC 3339 est attendu", en="an RFC 3339 instant is expected"),
    "timezone_aware": Said(
        "l'instant doit porter son fuseau, par exemple Z", en="the instant must carry its zone, Z for instance"
    ),
    "uuid_type": Said("un UUID est attendu", en="a UUID is expected"),
    "uuid_parsing": Said("un UUID est attendu", en="a UUID is expected"),
    "url_parsing": Said("une adresse http(s) est attendue", en="an http(s) address is expected"),
    "url_scheme": Said("une adresse http(s) est attendue", en="an http(s) address is expected"),
    "bytes_invalid_encoding": Said("le base64 n'est pas lisible", en="the base64 cannot be read"),
    "json_invalid": Said("ce n'est pas du JSON", en="this is not JSON"),
}
_OTHERWISE = Said("valeur refusée", en="value refused")
_MORE = Said("d'autres erreurs suivent, non listées", en="more errors follow, not listed")


def flaws_of(error: RequestValidationError, *, language: Language) -> list[Flaw]:
    """Returns what is wrong, in the order found, at most `MOST` flaws. No input value is ever repeated."""
    found = error.errors()
    flaws = [_flaw(one, body=error.body, language=language) for one in found[:MOST]]
    if len(found) > MOST:
        flaws.append(Flaw("", "more-errors", say(_MORE, language)))
    return flaws


def _flaw(one: Mapping[str, Any], *, body: object, language: Language) -> Flaw:
    kind = str(one["type"])
    return Flaw(
        _pointer(one["loc"], body=body), kind.replace("_", "-"), _sentence(kind, one.get("ctx") or {}, language)
    )


def _sentence(kind: str, context: Mapping[str, Any], language: Language) -> str:
    if kind in {"value_error", "assertion_error"} and context.get("error"):
        # Raised by a validator of ours: its words are ours too.
        words = next(iter(getattr(context["error"], "args", ())), "")
        return say(words, language) if isinstance(words, str) and words else say(_OTHERWISE, language)
    if language is Language.FR and "expected" in context:
        context = {**context, "expected": str(context["expected"]).replace("' or '", "' ou '")}
    try:
        return say(SENTENCES.get(kind, _OTHERWISE), language).format_map(context)
    except KeyError:
        return say(_OTHERWISE, language)


def _pointer(loc: Sequence[str | int], *, body: object) -> str:
    """A JSON pointer (RFC 6901) into the body; for other parts, the part and the name: `query/limit`, `header/if-match`."""
    part, *steps = loc or ("body",)
    if part == "body":
        return pointer_of(list(_real_steps(steps, body=body)))[:_LONGEST_POINTER]
    return "/".join([str(part), *(str(step).replace("_", "-") if part == "header" else str(step) for step in steps)])


def _real_steps(steps: Sequence[str | int], *, body: object) -> Iterator[str | int]:
    # Pydantic also names the branch of a union on the way: only steps that exist in the body lead somewhere, and the
    # last one may be the name of what is missing.
    here = body
    for number, step in enumerate(steps, start=1):
        inner = _inside(here, step)
        if inner is not None:
            here = inner[0]
            yield step
        elif number == len(steps) and isinstance(here, Mapping) and isinstance(step, str):
            yield step


def _inside(here: object, step: str | int) -> tuple[object] | None:
    if isinstance(here, Mapping):
        return (here[step],) if step in here else None
    if isinstance(here, list) and isinstance(step, int):
        return (here[step],) if step < len(here) else None
    return None
