"""Regular expressions: none is made of what somebody sent, and none can take a time that explodes with its text (T102).

An unbounded repeat within another one backtracks exponentially unless the inner cannot run into its own next turn. The
lint knows possessive and atomic forms; the few nested ones that a separator keeps apart are named with their reason.
"""

import ast
import functools
import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from re import _constants, _parser  # the parser of the expressions themselves, undocumented but stable since 2.0
from typing import Any

import app

ROOT = Path(__file__).parents[2]
CALLS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
# Made where the program runs, each from what: constants, or words escaped first.
MADE = {
    "app/channels/kit/mime/structure.py": "a boundary, escaped",
    "app/channels/adapters/email/bounce_prose.py": "phrases of a table beside it",
    "app/contacts/codes.py": "the number of digits of a code, a constant",
}
# A separator that the inner repeat cannot match stands in each turn of the outer one.
APART = {
    r"[a-z0-9]+(?:[._-][a-z0-9]+)*",
    r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*",
    r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+",
}
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)


@functools.cache
def expressions() -> list[tuple[str, int, str | bytes | None, bool]]:
    return list(written())


def written() -> Iterator[tuple[str, int, str | bytes | None, bool]]:
    """Yields each expression of the source: file, line, its text when it is one, whether it is made at import."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        if "re." not in (source := path.read_text()) or "import re\n" not in source:
            continue
        tree = ast.parse(source)
        above = {id(inner) for outer in tree.body if isinstance(outer, ast.Assign) for inner in ast.walk(outer)}
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            owner = call.func.value
            if isinstance(owner, ast.Name) and owner.id == "re" and call.func.attr in CALLS:
                known = isinstance(call.args[0], ast.Constant)
                text = call.args[0].value if known else None
                yield str(path.relative_to(ROOT)), call.lineno, text, id(call) in above


def explosive(expression: str | bytes) -> bool:
    """Says whether an unbounded repeat stands directly or deeper within another one that may give back."""
    return _nested(_parser.parse(expression), within=False)


def _nested(tree: Any, *, within: bool) -> bool:
    for kind, value in tree:
        if kind in _REPEATS:
            many = value[1] == _constants.MAXREPEAT
            if (many and within) or _nested(value[2], within=within or many):
                return True
        elif (
            (kind is _constants.SUBPATTERN and _nested(value[3], within=within))
            or (kind is _constants.BRANCH and any(_nested(one, within=within) for one in value[1]))
            or (kind in (_constants.ASSERT, _constants.ASSERT_NOT) and _nested(value[1], within=False))
            or (kind is _constants.ATOMIC_GROUP and _nested(value, within=False))
        ):
            return True
    return False


def at_import() -> Iterator[re.Pattern[Any]]:
    """Yields what the modules of the house hold once imported: also what was put together from constants."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [one.name for one in pkgutil.walk_packages(app.__path__, "app.") if "migrations" not in one.name]
    for name in names:
        if name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(name)).values():
            held = value if isinstance(value, tuple | list) else [value]
            for one in held:
                parts = one if isinstance(one, tuple) else [one]
                yield from (part for part in parts if isinstance(part, re.Pattern))


def test_the_lint_knows_what_explodes_and_what_does_not() -> None:
    assert all(explosive(one) for one in (r"(a+)+", r"(a*b?)*", r"(?:\w+\s?)*$", r"((x|y+)z?)+"))
    assert not any(explosive(one) for one in (r"a+b+", r"(?>a+)+", r"(?:a++b)*", r"(a{1,3})+", r"(?:a|b)*"))


def test_no_expression_is_made_of_what_somebody_sent() -> None:
    elsewhere = {path for path, _, text, first in expressions() if text is None and not first}
    assert elsewhere == set(MADE)


def test_no_expression_explodes() -> None:
    texts = {text for _, _, text, _ in expressions() if text is not None} | {one.pattern for one in at_import()}
    assert len(texts) > 150
    assert sorted(str(one) for one in texts if explosive(one) and one not in APART) == []
