"""The e-mail channel."""

from app.channels.adapters.email.adapter import EmailAdapter
from app.channels.adapters.email.config import EmailConfig

__all__ = ["EmailAdapter", "EmailConfig"]
