"""The span of each statement: what it does and how long, never its text nor its parameters."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import spans
from app.spans import Key, Kind

_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "COPY", "NOTIFY"})
_OPEN = "parvis_span"


def time_statements(engine: Engine) -> None:
    """Gives statements that stand within a span one of their own, wherever somebody keeps them."""

    @event.listens_for(engine, "before_cursor_execute")
    def _begin(_c: Any, _cursor: Any, statement: str, _p: Any, context: Any, _many: Any) -> None:
        word = statement.lstrip()[:8].split(None, 1)[0].upper() if statement.strip() else ""
        verb = word if word in _VERBS else "OTHER"
        opened = spans.single(f"SQL {verb}", kind=Kind.CLIENT)
        if opened is not None and context is not None:
            opened.tell(Key.DATABASE, "postgresql")
            opened.tell(Key.OPERATION, verb)
            setattr(context, _OPEN, opened)

    @event.listens_for(engine, "after_cursor_execute")
    def _end(_c: Any, _cursor: Any, _statement: Any, _p: Any, context: Any, _many: Any) -> None:
        opened = getattr(context, _OPEN, None)
        if opened is not None:
            opened.end()

    @event.listens_for(engine, "handle_error")
    def _failed(told: Any) -> None:
        opened = getattr(told.execution_context, _OPEN, None)
        if opened is not None:
            opened.fail(type(told.original_exception).__name__)
            opened.end()
