"""One entry of the catalogue, from its table: nothing is guessed, what is not sound is refused, all of it at once."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from app.sve.catalogue.families import FAMILY_OF, FamilyWord
from app.sve.catalogue.table import Table
from app.sve.catalogue.values import (
    Certainty,
    Deliberation,
    Entry,
    Kind,
    Origin,
    Override,
    Source,
    SourceKind,
    Text,
    Version,
)
from app.sve.law.procedure import Family, Permit
from app.sve.law.regime import LOCAL_SILENCE, LocalCategory, Regime, Silence

CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{1,12}){1,4}")
Sources = Mapping[str, Source]


def source_of(code: str, values: object, *, where: str, pointer: str = "") -> Source:
    """Reads a source. Raises `CatalogueError`."""
    table = Table(values, where=f"{where}, {code}", pointer=pointer)
    source = Source(
        code=code,
        kind=table.word(SourceKind, "kind"),
        title=table.text("title"),
        dated=table.day("dated"),
        url=table.text_or_none("url"),
    )
    table.done()
    table.refuse()
    return source


def entry_of(
    values: object, *, sources: Sources, file: str, origin: Origin = Origin.NATIONAL, edition: int | None = None
) -> Entry:
    """Reads a procedure with its versions, the earliest first. Raises `CatalogueError` with every fault."""
    name = values.get("code") if isinstance(values, Mapping) else None
    table = Table(values, where=f"{file}, {name or 'entrée sans code'}")
    code = table.text("code")
    if code and not CODE.fullmatch(code):
        told = "a code is in capitals, with a hyphen: URB-DP."
        table.fault("code", "code", "un code est en majuscules, avec un tiret : URB-DP.", en=told)
    entry = Entry(
        code=code,
        title=table.text("title"),
        domain=table.text("domain"),
        kinds=frozenset(table.words(Kind, "kinds")),
        authority=table.text_or_none("authority"),
        keywords=table.texts("keywords", at_least_one=True),
        certainty=table.word(Certainty, "certainty"),
        sources=_sources(table, sources),
        doubt=table.text_or_none("doubt"),
        sve_excluded=table.flag("sve_excluded"),
        teleservice=table.text_or_none("teleservice"),
        pieces=table.texts("pieces"),
        pieces_read=bool(table.flag("pieces_read")),
        versions=_versions(table, sources),
        file=file,
        origin=origin,
        edition=edition,
        deliberation=_deliberation(table.inside("deliberation")),
        override=_override(table.inside("override")),
    )
    table.done()
    table.refuse()
    _check_certainty(entry, table)
    table.refuse()
    return entry


def _sources(table: Table, sources: Sources) -> Sequence[Source]:
    return [
        found
        for one in table.texts("sources", at_least_one=True)
        if (found := _source(one, sources, table, "sources")) is not None
    ]


def _versions(table: Table, sources: Sources) -> Sequence[Version]:
    given = table.tables("versions")
    if not given and table.raw("versions") in (None, []):
        told = "no version: write [[procedure.versions]] and its effect."
        table.fault("versions", "missing", "aucune version : écrire [[procedure.versions]] et son effet.", en=told)
    versions = [_version(one, sources) for one in given]
    versions.sort(key=lambda version: version.valid_from or date.min)
    for earlier, later in pairwise(versions):
        if later.valid_from is None or earlier.valid_until is None or earlier.valid_until >= later.valid_from:
            eve = later.valid_from - timedelta(days=1) if later.valid_from else None
            until, before = (f"{eve}", f"{eve}") if eve else ("la veille de la suivante", "the day before the next")
            told = f"two versions overlap: give the first valid_until = {before}."
            french = f"deux versions se recouvrent : donner à la première valid_until = {until}."
            table.fault("versions", "overlap", french, en=told)
    return versions


def _version(table: Table, sources: Sources) -> Version:
    category = table.word(LocalCategory, "category") if table.has("category") else None
    decreed = LOCAL_SILENCE[category] if category is not None and table.raw("category") else None
    family = FAMILY_OF[table.word(FamilyWord, "family")] if table.raw("family") is not None else Family.GENERAL
    effect = table.word(Regime, "effect") if decreed is None or table.has("effect") else decreed.regime
    given, basis = table.period("delay"), table.texts("basis")
    version = Version(
        effect=effect,
        delay=given or (decreed.delay if decreed else None),
        adds=table.period("adds"),
        family=family,
        permit=table.word(Permit, "permit") if table.raw("permit") is not None else None,
        basis=basis if decreed is None or decreed.source in basis else (*basis, decreed.source),
        notes=table.text_or_none("notes") or "",
        texts=[text for one in table.tables("texts") if (text := _text(one, sources)) is not None],
        valid_from=table.day("valid_from"),
        valid_until=table.day("valid_until"),
        category=category,
    )
    for asked in ("effect", "category"):
        table.raw(asked)
    table.done()
    if table.sound:
        _check_version(version, table, decreed)
    return version


def _check_version(version: Version, table: Table, decreed: Silence | None) -> None:
    if version.valid_from and version.valid_until and version.valid_until < version.valid_from:
        told = "this version ends before it begins."
        table.fault("valid_until", "order", "cette version finit avant de commencer.", en=told)
    if version.delay is not None and version.adds is not None:
        told = "an increase (adds) has no whole period (delay): keep one of them."
        french = "une majoration (adds) n'a pas de délai entier (delay) : garder l'un."
        table.fault("adds", "contradiction", french, en=told)
    if (version.family is Family.DIA) != (version.effect is Regime.RENUNCIATION):
        told = "the family DIA goes with the effect renunciation, and with it only."
        french = "la famille DIA va avec l'effet renunciation, et lui seul."
        table.fault("family", "contradiction", french, en=told)
    if (version.permit is not None) != (version.family is Family.URBANISME):
        told = "permit (DP, permit, CU) goes with the family URBANISME, and with it only."
        french = "permit (DP, permit, CU) va avec la famille URBANISME, et elle seule."
        table.fault("permit", "contradiction", french, en=told)
    if decreed is not None and (version.effect, version.delay) != (decreed.regime, decreed.delay):
        french = f"pour cette catégorie, le texte ({decreed.source}) dit {decreed.regime} et {decreed.delay} : le suivre, ou retirer la catégorie."
        told = f"for this category the text ({decreed.source}) says {decreed.regime} and {decreed.delay}: follow it, or leave the category out."
        table.fault("category", "contradiction", french, en=told)


def _text(table: Table, sources: Sources) -> Text | None:
    source = _source(table.text("source"), sources, table, "source")
    article, words = table.text("article"), table.text("words")
    dated, period = table.day("dated"), table.text_or_none("period")
    table.done()
    return Text(article, source, words, dated or source.dated, period) if source else None


def _source(code: str, sources: Sources, table: Table, name: str) -> Source | None:
    if code and code not in sources:
        told = f"source “{code}” is unknown: describe it in sources.toml, or beside this entry."
        french = f"source « {code} » inconnue : la décrire dans sources.toml, ou dans ce fichier."
        table.fault(name, "unknown-source", french, en=told)
    return sources.get(code)


def _deliberation(table: Table | None) -> Deliberation | None:
    if table is None:
        return None
    taken_on = table.day("taken_on")
    if not table.has("taken_on"):
        table.fault("taken_on", "missing", "donner le jour de la délibération.", en="give the day it was taken.")
    number, title, url = table.text("number"), table.text("title"), table.text_or_none("url")
    table.done()
    return Deliberation(taken_on, number, title, url) if taken_on else None


def _override(table: Table | None) -> Override | None:
    if table is None:
        return None
    override = Override(table.text("why"), table.texts("changes"))
    table.done()
    return override


def _check_certainty(entry: Entry, table: Table) -> None:
    """What claims to have been read must show a text, or the list or act it came from; an unknown effect is not certain.

    The annex of décret 2016-625 was not read here: what rests on it alone is not `read`.
    """
    worth = {SourceKind.LIST, SourceKind.LOCAL}
    read = any(version.texts for version in entry.versions) or any(source.kind in worth for source in entry.sources)
    if entry.certainty is not Certainty.READ:
        return
    if not read:
        told = "“read” wants a text that was read (texts): else partly, unverified."
        french = "« read » demande un texte lu (texts) : sinon partly, unverified."
        table.fault("certainty", "contradiction", french, en=told)
    if any(version.effect is Regime.UNKNOWN for version in entry.versions):
        told = "an UNKNOWN effect is not “read”: write partly or unverified."
        french = "un effet UNKNOWN n'est pas « read » : écrire partly ou unverified."
        table.fault("certainty", "contradiction", french, en=told)
