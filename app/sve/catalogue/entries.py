"""One entry of the catalogue, from its TOML table: nothing is guessed, what is not sound is refused."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from app.sve.catalogue.families import FAMILY_OF, FamilyWord
from app.sve.catalogue.table import Table
from app.sve.catalogue.values import CatalogueError, Certainty, Entry, Kind, Source, SourceKind, Text, Version
from app.sve.law.procedure import Family, Permit
from app.sve.law.regime import Regime

CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{1,12}){1,4}")
Sources = Mapping[str, Source]


def source_of(code: str, values: object, *, where: str) -> Source:
    """Reads a source. Raises `CatalogueError`."""
    table = Table(values, where=f"{where}, {code}")
    source = Source(
        code=code,
        kind=table.word(SourceKind, "kind"),
        title=table.text("title"),
        dated=table.day("dated"),
        url=table.text_or_none("url"),
    )
    table.done()
    return source


def entry_of(values: object, *, sources: Sources, origin: str) -> Entry:
    """Reads a procedure with its versions, the earliest first. Raises `CatalogueError`."""
    name = values.get("code") if isinstance(values, Mapping) else None
    table = Table(values, where=f"{origin}, {name or 'entrée sans code'}")
    code = table.text("code")
    if not CODE.fullmatch(code):
        raise CatalogueError(table.at("code"), "un code est en majuscules, avec un tiret : URB-DP.")
    entry = Entry(
        code=code,
        title=table.text("title"),
        domain=table.text("domain"),
        kinds=frozenset(table.words(Kind, "kinds")),
        authority=table.text_or_none("authority"),
        keywords=table.texts("keywords", at_least_one=True),
        certainty=table.word(Certainty, "certainty"),
        sources=[_source(one, sources, table, "sources") for one in table.texts("sources", at_least_one=True)],
        doubt=table.text_or_none("doubt"),
        sve_excluded=table.flag("sve_excluded"),
        teleservice=table.text_or_none("teleservice"),
        pieces=table.texts("pieces"),
        pieces_read=bool(table.flag("pieces_read")),
        versions=_versions(table, sources),
        origin=origin,
    )
    table.done()
    _check_certainty(entry, table)
    return entry


def _versions(table: Table, sources: Sources) -> Sequence[Version]:
    given = table.tables("versions")
    if not given:
        raise CatalogueError(table.at("versions"), "aucune version : écrire [[procedure.versions]] et son effet.")
    versions = [_version(one, sources, where=f"{table.where}, version {n}") for n, one in enumerate(given, 1)]
    versions.sort(key=lambda version: version.valid_from or date.min)
    for earlier, later in pairwise(versions):
        if later.valid_from is None or earlier.valid_until is None or earlier.valid_until >= later.valid_from:
            until = f"{later.valid_from - timedelta(days=1)}" if later.valid_from else "la veille de la suivante"
            raise CatalogueError(
                table.at("versions"), f"deux versions se recouvrent : donner à la première valid_until = {until}."
            )
    return versions


def _version(values: object, sources: Sources, *, where: str) -> Version:
    table = Table(values, where=where)
    effect = table.word(Regime, "effect")
    family = FAMILY_OF[table.word(FamilyWord, "family")] if table.raw("family") is not None else Family.GENERAL
    version = Version(
        effect=effect,
        delay=table.period("delay"),
        adds=table.period("adds"),
        family=family,
        permit=table.word(Permit, "permit") if table.raw("permit") is not None else None,
        basis=table.texts("basis"),
        notes=table.text_or_none("notes") or "",
        texts=[_text(one, sources, where=where) for one in table.tables("texts")],
        valid_from=table.day("valid_from"),
        valid_until=table.day("valid_until"),
    )
    table.done()
    if version.valid_from and version.valid_until and version.valid_until < version.valid_from:
        raise CatalogueError(table.at("valid_until"), "cette version finit avant de commencer.")
    if version.delay is not None and version.adds is not None:
        raise CatalogueError(table.at("adds"), "une majoration (adds) n'a pas de délai entier (delay) : garder l'un.")
    if (family is Family.DIA) != (effect is Regime.RENUNCIATION):
        raise CatalogueError(table.at("family"), "la famille DIA va avec l'effet renunciation, et lui seul.")
    if (version.permit is not None) != (family is Family.URBANISME):
        raise CatalogueError(table.at("permit"), "permit (DP, permit, CU) va avec la famille URBANISME, et elle seule.")
    return version


def _text(values: object, sources: Sources, *, where: str) -> Text:
    table = Table(values, where=where)
    source = _source(table.text("source"), sources, table, "source")
    text = Text(
        article=table.text("article"),
        source=source,
        words=table.text("words"),
        dated=table.day("dated") or source.dated,
        period=table.text_or_none("period"),
    )
    table.done()
    return text


def _source(code: str, sources: Sources, table: Table, name: str) -> Source:
    if code not in sources:
        raise CatalogueError(
            table.at(name), f"source « {code} » inconnue : la décrire dans sources.toml, ou dans ce fichier."
        )
    return sources[code]


def _check_certainty(entry: Entry, table: Table) -> None:
    """What claims to have been read must show a text, or the list it came from; an unknown effect is not certain."""
    read = any(version.texts for version in entry.versions) or any(
        source.kind is SourceKind.LIST for source in entry.sources
    )
    if entry.certainty is Certainty.READ and not read:
        raise CatalogueError(table.at("certainty"), "« read » demande un texte lu (texts) : sinon partly, unverified.")
    if entry.certainty is Certainty.READ and any(version.effect is Regime.UNKNOWN for version in entry.versions):
        raise CatalogueError(
            table.at("certainty"), "un effet UNKNOWN n'est pas « read » : écrire partly ou unverified."
        )
