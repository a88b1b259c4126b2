"""Typed facts recorded in a transaction and heard inside it.

A package states what happened; `FactBook` hands it to the sinks (event log, audit), then to the listeners that must act
in the same transaction (the legal face hears tickets; nothing else listens). A rollback leaves neither.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

F = TypeVar("F", bound="Fact")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: `kind` is agent, key, citizen, provider, automation or system; `name` is for people and holds no address."""

    kind: str
    id: UUID | None = None
    name: str = ""

    @property
    def label(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


SYSTEM = Actor("system")
AUTOMATION = "automation"  # the kind of a rule of the administration, which acts by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to one subject. `type` is the event type of the API (`ticket.created`)."""

    type: ClassVar[str]
    tenant_id: UUID
    subject_id: UUID
    at: datetime
    actor: Actor = SYSTEM

    def payload(self) -> Mapping[str, object]:
        """Returns what leaves with the event: identifiers and codes, never a citizen's words or address."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Fact):
    """A fact that only the audit keeps (a reading, a refusal): `action` names it."""

    type: ClassVar[str] = "seen"
    action: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


class Sink(Protocol):
    async def write(self, session: Any, facts: Sequence[Fact]) -> None: ...


Listener = Callable[[Any, Sequence[F]], Awaitable[None]]


class FactBook:
    """Writes facts down, then hands them, a batch a type, to their listeners, inside the caller's transaction."""

    def __init__(self, *, sinks: Sequence[Sink] = ()) -> None:
        self._sinks = tuple(sinks)
        self._listeners: dict[type[Fact], list[Listener[Any]]] = {}

    def listen(self, kind: type[F], listener: Listener[F]) -> None:
        self._listeners.setdefault(kind, []).append(listener)

    async def record(self, session: Any, *facts: Fact) -> None:
        for sink in self._sinks:
            await sink.write(session, facts)
        by_kind: dict[type[Fact], list[Fact]] = {}
        for fact in facts:
            by_kind.setdefault(type(fact), []).append(fact)
        for kind, alike in by_kind.items():
            for listener in self._listeners.get(kind, ()):
                await listener(session, alike)
