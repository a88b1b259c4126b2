"""The composition root: settings become a house."""

from app.bootstrap.house import House, assemble, opened

__all__ = ["House", "assemble", "opened"]
