"""PostgreSQL without set-up: our own supervisor over binaries that a wheel or the system brings."""

from app.db.embedded.roles import Dsns
from app.db.embedded.server import EmbeddedPostgres

__all__ = ["Dsns", "EmbeddedPostgres"]
