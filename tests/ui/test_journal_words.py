"""Every act the journal keeps is told in words on the agents' screens, in both languages."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import app
from app.facts import Fact, Seen

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def told(language: str) -> set[str]:
    written = (ROOT / f"ui/src/i18n/actions.{language}.ts").read_text(encoding="utf-8")
    return set(re.findall(r'^  "([a-z_.]+)":', written, flags=re.MULTILINE))


def kinds(of: type[Fact]) -> Iterator[type[Fact]]:
    for one in of.__subclasses__():
        yield one
        yield from kinds(one)


def facts() -> set[str]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        importlib.import_module(module.name)
    found = {getattr(one, "type", None) for one in kinds(Fact)}
    return {code for code in found if isinstance(code, str)} - {Seen.type}


def readings() -> set[str]:
    """The acts only the journal keeps: what is given where a parameter is named `action`."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "app").rglob("*.py")]
    takers = {"Seen"} | {
        one.name
        for tree in trees
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(argument.arg == "action" for argument in (*one.args.args, *one.args.kwonlyargs))
    }
    return {code for tree in trees for code in given(tree, takers)}


def given(tree: ast.Module, takers: set[str]) -> Iterator[str]:
    """Yields the codes a module gives to those who take one, written there or named at its top."""
    constants = {
        one.targets[0].id: one.value.value
        for one in tree.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and isinstance(one.value, ast.Constant)
    }
    for one in ast.walk(tree):
        if not isinstance(one, ast.Call) or getattr(one.func, "attr", getattr(one.func, "id", "")) not in takers:
            continue
        words = [*one.args, *(keyword.value for keyword in one.keywords if keyword.arg == "action")]
        for part in (part for word in words for part in ast.walk(word)):
            named = constants.get(part.id) if isinstance(part, ast.Name) else getattr(part, "value", None)
            if isinstance(named, str) and CODE.fullmatch(named):
                yield named


def test_every_act_the_journal_keeps_is_told_in_words() -> None:
    kept = facts() | readings()
    assert {"ticket.created", "journal.read", "evidence.exported", "attachment.read"} <= kept
    assert kept - told("fr") == set()
    assert told("fr") - kept == set()
    assert told("en") == told("fr")
