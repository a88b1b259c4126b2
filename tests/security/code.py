"""The application's own code, parsed once for whoever reads it."""

import ast
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def code() -> dict[str, ast.Module]:
    """Returns every module of the application by its place in the repository."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in sorted((ROOT / "app").rglob("*.py"))
    }


@lru_cache(maxsize=1)
def nodes() -> list[tuple[str, ast.AST]]:
    """Returns every node of it, with its place."""
    return [(path, node) for path, tree in code().items() for node in ast.walk(tree)]


@lru_cache(maxsize=1)
def imported() -> set[tuple[str, str]]:
    """Returns which module imports which, by its place and its name."""
    found = set()
    for path, node in nodes():
        if isinstance(node, ast.Import):
            found |= {(path, one.name) for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((path, node.module or ""))
    return found


def importing(module: str) -> set[str]:
    """Returns who imports a module, or a part of it."""
    return {path for path, name in imported() if name == module or name.startswith(f"{module}.")}
