"""A piece as a message carried it, its bytes stored first: a piece without a message is harmless."""

from uuid import UUID

from app.channels.contract import Attachment
from app.files.store import Store
from app.tickets.values import Piece


async def kept_piece(store: Store, tenant_id: UUID, attachment: Attachment) -> Piece:
    """Stores the bytes a message carried; a piece its provider still holds is only named."""
    if attachment.content is None:
        return Piece(
            name=attachment.name or "pièce",
            content_type=attachment.content_type,
            size=attachment.size,
            sha256=None,
            content_id=attachment.content_id,
            source=attachment.source,
            inline=attachment.inline,
        )
    return Piece(
        name=attachment.name or "pièce",
        content_type=attachment.content_type,
        size=len(attachment.content),
        sha256=await store.put(tenant_id, attachment.content),
        content_id=attachment.content_id,
        inline=attachment.inline,
    )
