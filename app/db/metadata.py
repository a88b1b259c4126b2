"""Gathers every mapped table, for migrations and their tests only."""

import importlib

from sqlalchemy import MetaData

from app.db.base import Base

PACKAGES = ("tenants", "identity", "channels", "contacts", "tickets", "files", "exchanges", "sve", "live", "audit", "rest")


def whole_metadata() -> MetaData:
    """Returns the metadata with the tables of every package loaded."""
    for package in PACKAGES:
        importlib.import_module(f"app.{package}.tables")
    return Base.metadata
