"""The rows of the pieces a message carries, whoever wrote it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.ids import new_id
from app.tickets.values import FetchState, Piece


def piece_rows(tenant_id: UUID, message_id: UUID, pieces: Sequence[Piece], *, now: datetime) -> list[dict[str, Any]]:
    """Returns the rows of a message's pieces, in their order."""
    return [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "message_id": message_id,
            "position": position,
            "name": piece.name,
            "content_type": piece.content_type,
            "size": piece.size,
            "sha256": piece.sha256,
            "content_id": piece.content_id,
            "source": piece.source,
            "inline": piece.inline,
            **_to_fetch(piece, now=now),
        }
        for position, piece in enumerate(pieces)
    ]


def _to_fetch(piece: Piece, *, now: datetime) -> dict[str, Any]:
    """A piece that is still at its provider is fetched once its message stands; its row says when."""
    waits = piece.sha256 is None and piece.source is not None
    return {
        "fetch_state": FetchState.WAITING.value if waits else None,
        "fetch_attempts": 0 if waits else None,
        "next_attempt_at": now if waits else None,
    }
