"""The catalogue of procedures: dated, cited, each with how sure it is. docs/catalogue.md says how to add one."""

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.loader import built_in, load
from app.sve.catalogue.values import (
    CatalogueError,
    Certainty,
    Entry,
    InForce,
    Kind,
    Origin,
    Source,
    SourceKind,
    Text,
    Version,
)

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Certainty",
    "Entry",
    "InForce",
    "Kind",
    "Origin",
    "Source",
    "SourceKind",
    "Text",
    "Version",
    "built_in",
    "load",
]
