"""What is rung about a conversation: hints that somebody looks by, and the one thing that is nowhere kept, typing."""

from enum import StrEnum
from uuid import UUID

from app.chat.values import Side
from app.db.transaction import Session, after_commit
from app.live.bell import Bell


class Rung(StrEnum):
    """The payloads of a conversation's topic."""

    LINE = "line"
    LOOK = "look"
    VISITOR_TYPES = "typing:visitor"
    AGENT_TYPES = "typing:agent"

    @staticmethod
    def typing(conversation_id: UUID, side: Side) -> tuple[str, str]:
        """Returns the topic and the payload that say who writes."""
        kind = Rung.VISITOR_TYPES if side is Side.VISITOR else Rung.AGENT_TYPES
        return topic(conversation_id), kind.value


def topic(conversation_id: UUID) -> str:
    """The identifier is this house's own and unguessable: no topic is ever made of what a visitor sends."""
    return f"chat:{conversation_id}"


def ring(bell: Bell, session: Session, conversation_id: UUID, what: Rung) -> None:
    """Rings once the transaction has committed."""
    key = ("chat", conversation_id, what)
    after_commit(session, key, lambda: bell.ring(topic(conversation_id), what.value))
