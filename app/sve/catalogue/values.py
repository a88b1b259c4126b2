"""A procedure as the catalogue knows it: what silence does and since when, how sure that is, and where it was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from app.sve.law.procedure import Family, Permit
from app.sve.law.regime import LocalCategory, Regime
from app.sve.law.terms import Period


class Kind(StrEnum):
    """The legal nature of the authority a procedure is addressed to: that of a tenant, or none Parvis serves."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    STATE = "state"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


class Certainty(StrEnum):
    """How far the texts were read: effect and delay in a text; only in part; not at all."""

    READ = "read"
    PARTLY = "partly"
    UNVERIFIED = "unverified"


class Origin(StrEnum):
    """Whose word an entry is: that of this version of Parvis, of an installation, or of one administration."""

    NATIONAL = "national"
    INSTALLATION = "installation"
    LOCAL = "local"


class SourceKind(StrEnum):
    """What a source is worth, from a consolidated article down to nothing; LOCAL is an administration's own act."""

    TEXT = "text"
    LOCAL = "local"
    ANNEX = "annex"
    SHEET = "sheet"
    PAGE = "page"
    SECONDARY = "secondary"
    LIST = "list"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read. `dated` is the day the text there was law, None when the source does not say."""

    code: str
    kind: SourceKind
    title: str
    dated: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """An article that was read: a few of its words, where, and as of which day. `period`: what a table's column says."""

    article: str
    source: Source
    words: str
    dated: date | None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Deliberation:
    """The act by which an administration created or changed a procedure."""

    taken_on: date
    number: str
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """An administration's own word over a national entry: why, and which fields; the others stay national."""

    why: str
    changes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What silence does between two days, both included. No `valid_from`: the day it began was not established.

    `delay` is the whole period; where silence decides nothing, the administration's own deadline. `adds` is an increase
    of the period of another procedure: no term follows from it alone. `category` is the one of décrets 2016-625 and
    2016-677 that gave effect and delay.
    """

    effect: Regime
    delay: Period | None
    adds: Period | None
    family: Family
    permit: Permit | None
    basis: Sequence[str]
    notes: str
    texts: Sequence[Text]
    valid_from: date | None
    valid_until: date | None
    category: LocalCategory | None = None

    def in_force(self, on: date) -> bool:
        """Says whether this version is law on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )

    @property
    def has_term(self) -> bool:
        """Whether a term follows: silence decides nothing, or decides after a period that is known."""
        return self.effect in (Regime.NONE, Regime.UNKNOWN) or self.delay is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One procedure. `doubt` says what remains to be read; `sve_excluded` None is not known.

    `teleservice` and, unless `pieces_read`, `pieces` are indications no text was read for. `origin` says whose word it
    is, `file` where it stands: a file, or the edition of an administration. `deliberation` and `override` are those of
    an administration's own entry.
    """

    code: str
    title: str
    domain: str
    kinds: frozenset[Kind]
    authority: str | None
    keywords: Sequence[str]
    certainty: Certainty
    sources: Sequence[Source]
    doubt: str | None
    sve_excluded: bool | None
    teleservice: str | None
    pieces: Sequence[str]
    pieces_read: bool
    versions: Sequence[Version]
    file: str
    origin: Origin = Origin.NATIONAL
    edition: int | None = None
    deliberation: Deliberation | None = None
    override: Override | None = None

    def version_on(self, on: date) -> Version | None:
        """Returns the version in force on a day, None when none was."""
        return next((version for version in self.versions if version.in_force(on)), None)

    @property
    def last(self) -> Version:
        """The latest version."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class InForce:
    """A procedure and its version in force on the day asked."""

    entry: Entry
    version: Version


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `where` for whoever holds the file, `pointer` (RFC 6901) for whoever sent the entry."""

    where: str
    pointer: str
    code: str
    advice: str
    en: str


class CatalogueError(ValueError):
    """The catalogue's data cannot be trusted; `faults` are all that was found, the message says the first."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(f"{faults[0].where} : {faults[0].advice}")
        self.faults = faults

    @classmethod
    def at(cls, where: str, advice: str, *, en: str, code: str = "unsound", pointer: str = "") -> Self:
        """Says one fault."""
        return cls(Fault(where, pointer, code, advice, en))
