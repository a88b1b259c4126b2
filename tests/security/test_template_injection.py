"""Words are never a program: no template is made of them, no value is expanded twice, no format is theirs (T107, T108)."""

import ast

import pytest

from app.channels.contract import Template, TemplateUse
from app.exchanges.filling import filled
from app.ids import new_id
from app.rest.languages import Language
from app.rest.validation import _sentence
from tests.api.conftest import Town
from tests.security.code import importing, nodes

PROGRAMS = (
    "{{7*7}} {{ config }} {% for x in y %}{{ x.__class__.__mro__ }}{% endfor %} ${7*7} #{7*7} <%= 7*7 %> "
    '{0.__class__.__init__.__globals__} {x!r:>10} %(name)s %n %s #import "/etc/passwd" #sys.inputs $(id) `id`'
)


def calls(name: str) -> list[str]:
    """Where a function or a method of this name is called."""
    return [
        path
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and name == (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None))
    ]


def test_pages_come_from_files_of_ours_and_from_nothing_else() -> None:
    assert importing("jinja2") == {"app/web/pages.py", "app/web/typography.py"}
    assert calls("Environment") == ["app/web/pages.py"]
    assert calls("from_string") == []
    assert not [path for path in calls("Template") if path.startswith("app/web")]


# A channel's code is named by its registered entry point, which the operator installed; the others are names of ours.
IMPORTING = {"app/channels/registry.py", "app/cli/lazy.py", "app/db/migrate.py", "app/rest/error_pages.py"}


@pytest.mark.parametrize("name", ["eval", "exec", "compile_command", "literal_eval", "__import__", "import_module"])
def test_nothing_is_run_that_somebody_wrote(name: str) -> None:
    assert set(calls(name)) == (IMPORTING if name == "import_module" else set())


async def test_what_an_agent_types_leaves_and_is_shown_as_it_was_typed(town: Town) -> None:
    """An answer is words: whatever some template language would make of them is made by nobody."""
    ticket = await town.a_ticket(text=PROGRAMS, subject="{{7*7}}{0.__class__}")
    assert ticket["subject"] == "{{7*7}}{0.__class__}"
    path = f"/api/v1/tickets/{ticket['id']}"
    sent = await town.http.post(f"{path}/replies", json={"text": PROGRAMS}, headers={"Idempotency-Key": new_id().hex})
    assert sent.status_code == 202, sent.text
    told = [one["text"] for one in (await town.http.get(f"{path}/messages")).json()["data"]]
    assert told.count(PROGRAMS) == 2
    assert not any("49" in one for one in told)


def test_a_value_that_looks_like_a_place_is_not_filled_again() -> None:
    """T108: one pass over the approved text, none over what was put there."""
    text = "Bonjour {{1}}, rendez-vous le {{2}}. {{7*7}} {{name}}"
    template = Template(name="rendez_vous", language="fr", text=text, parameters=2)
    shown = filled(
        template, TemplateUse(name="rendez_vous", language="fr", parameters=("{{2}}", "{{1}} {0} \\1 \\g<0>"))
    )
    assert shown == "Bonjour {{2}}, rendez-vous le {{1}} {0} \\1 \\g<0>. {{7*7}} {{name}}"


def test_a_refusal_is_written_in_our_format_whatever_was_sent() -> None:
    """What somebody sent may stand in a sentence of ours, and never is one."""
    words = _sentence("literal_error", {"expected": "'{0.__class__}' or '{expected}'"}, Language.FR)
    assert "{0.__class__}" in words
    assert "{expected}" in words
