"""The form of an administration's own procedure: filled from an entry, read back as the catalogue's own fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from app.channels.kit.forms import Form
from app.errors import Flaw, Invalid
from app.sve.catalogue import Certainty, Entry
from app.sve.catalogue.local import sources_given
from app.sve.catalogue.writing import values_of, version_values
from app.sve.law.regime import LocalCategory, Regime

VERSIONS = 6
_LONGEST = 4_000
# Fields of the catalogue by the name our form gives them.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "code": "code",
        "title": "titre",
        "domain": "domaine",
        "keywords": "mots",
        "certainty": "certitude",
        "doubt": "doute",
        "pieces": "pieces",
        "teleservice": "teleservice",
        "sources": "source_titre",
        "deliberation": "delib_titre",
        "deliberation/taken_on": "delib_jour",
        "deliberation/number": "delib_numero",
        "deliberation/title": "delib_titre",
        "override": "pourquoi",
        "override/why": "pourquoi",
        "versions": "du-1",
    }
)
_OF_VERSION: Mapping[str, str] = MappingProxyType(
    {
        "valid_from": "du",
        "valid_until": "au",
        "category": "categorie",
        "effect": "effet",
        "delay": "delai",
        "adds": "delai",
        "basis": "fondement",
        "notes": "note_version",
        "family": "famille",
        "permit": "permis",
    }
)
EFFECTS: Mapping[str, str] = MappingProxyType(
    {
        Regime.SVA.value: "Accord (SVA)",
        Regime.SVR.value: "Rejet (SVR)",
        Regime.NONE.value: "Rien : aucune décision n’en naît",
        Regime.UNKNOWN.value: "On ne sait pas encore",
        Regime.RENUNCIATION.value: "Renonciation (préemption)",
        Regime.LUMP_SUM.value: "Somme forfaitaire",
    }
)
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        LocalCategory.LIMITED_CAPACITY.value: "Service public à capacité limitée : rejet, 4 mois",
        LocalCategory.HONORARY_DISTINCTION.value: "Distinction honorifique : rejet, 2 mois",
        LocalCategory.MEDIA_INSERTION.value: "Insertion dans un support de communication : rejet, 2 mois",
        LocalCategory.SERVICES_OR_WORKS.value: "Prestation de services ou travaux : rejet, 2 mois",
        LocalCategory.SUPPLIES.value: "Fourniture de matériels : rejet, 2 mois",
        LocalCategory.EXPERT_OPINION.value: "Avis d’expert ou consultatif prévu par le règlement : accord, 4 mois",
    }
)
CERTAINTIES: Mapping[str, str] = MappingProxyType(
    {
        Certainty.PARTLY.value: "Lu en partie",
        Certainty.READ.value: "Lu : l’effet et le délai sont dans l’acte",
        Certainty.UNVERIFIED.value: "Non vérifié",
    }
)


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form: one value a field, and how many versions it shows."""

    values: Mapping[str, str]
    versions: int
    faults: Mapping[str, str] = field(default_factory=dict)


def blank(*, code: str = "") -> Filled:
    return Filled({"code": code, "certitude": Certainty.PARTLY.value}, 1)


def filled_from(entry: Entry) -> Filled:
    """Fills the form from an entry, with room for one version more."""
    told = values_of(entry)
    values = {
        "code": entry.code,
        "titre": entry.title,
        "domaine": entry.domain,
        "mots": "\n".join(entry.keywords),
        "certitude": entry.certainty.value,
        "doute": entry.doubt or "",
        "pieces": "\n".join(entry.pieces),
        "teleservice": entry.teleservice or "",
        "pourquoi": entry.override.why if entry.override else "",
    }
    if act := entry.deliberation:
        values |= {"delib_jour": str(act.taken_on), "delib_numero": act.number, "delib_titre": act.title}
        values["delib_url"] = act.url or ""
    for n, version in enumerate(told["versions"], 1):
        values |= {f"{name}-{n}": _shown(version.get(known)) for known, name in _OF_VERSION.items() if known != "adds"}
    return Filled(values, min(VERSIONS, len(told["versions"]) + 1))


def read_back(form: Form) -> Filled:
    """Returns what was typed, to show it again."""
    values = {name: _clean(value) for name, value in form.pairs}
    return Filled(values, min(VERSIONS, max(1, int(values["versions"]) if values.get("versions", "").isdigit() else 1)))


def entry_fields(filled: Filled, base: Entry | None) -> Mapping[str, Any]:
    """Returns the fields as the catalogue reads them. Raises `Invalid` for a day that is none.

    `base` is the entry the form was filled from: what the form does not show of it is kept.
    """
    read, flaws = filled.values.get, list[Flaw]()
    given: dict[str, Any] = {
        "code": read("code", "").upper(),
        "title": read("titre"),
        "domain": read("domaine"),
        "keywords": _lines(read("mots")),
        "certainty": read("certitude"),
        "doubt": read("doute"),
        "pieces": _lines(read("pieces")),
        "teleservice": read("teleservice"),
        "versions": [one for n in range(1, filled.versions + 1) if (one := _version(filled, n, base, flaws))],
    }
    act = {"taken_on": _day(filled, "delib_jour", flaws), "number": read("delib_numero"), "title": read("delib_titre")}
    if any(act.values()):
        given["deliberation"] = {name: told for name, told in {**act, "url": read("delib_url")}.items() if told}
    if read("pourquoi"):
        given["override"] = {"why": read("pourquoi")}
    if read("source_titre"):
        source = {"title": read("source_titre"), "dated": _day(filled, "source_jour", flaws), "url": read("source_url")}
        given["sources"] = [*_sources(base), {name: told for name, told in source.items() if told}]
    elif base is not None:
        given["sources"] = _sources(base)
    if flaws:
        raise Invalid(flaws=flaws)
    return {name: told for name, told in given.items() if told not in (None, "", [])}


def faults_of(refusal: Invalid) -> Mapping[str, str]:
    """Returns the sentence of each field of the form that was refused."""
    return {field_of(flaw.pointer): flaw.detail[:1].upper() + flaw.detail[1:] for flaw in reversed(refusal.flaws)}


def field_of(pointer: str) -> str:
    """Returns the name our form gives to a place in an entry."""
    steps = pointer.strip("/").split("/")
    if steps[0] == "form":
        return steps[-1]
    if steps[0] == "versions" and len(steps) > 2 and steps[1].isdigit():
        return f"{_OF_VERSION.get(steps[2], 'effet')}-{int(steps[1]) + 1}"
    return NAMES.get("/".join(steps[:2])) or NAMES.get(steps[0]) or steps[0] or "code"


def _version(filled: Filled, n: int, base: Entry | None, flaws: list[Flaw]) -> Mapping[str, Any] | None:
    def read(name: str) -> str:
        return filled.values.get(f"{name}-{n}", "")

    told: dict[str, Any] = {
        "valid_from": _day(filled, f"du-{n}", flaws),
        "valid_until": _day(filled, f"au-{n}", flaws),
        "category": read("categorie"),
        "effect": read("effet"),
        "delay": read("delai").upper(),
        "basis": _lines(read("fondement")),
        "notes": read("note_version"),
        "family": read("famille"),
        "permit": read("permis"),
    }
    told = {name: value for name, value in told.items() if value}
    if not told:
        return None
    before = version_values(base.versions[n - 1]) if base and n <= len(base.versions) else {}
    same = all(before.get(name) == told.get(name) for name in ("effect", "delay", "valid_from"))
    # The words that were read go with the effect and the period they were read for.
    kept: dict[str, Any] = {name: before[name] for name in ("texts", "adds") if name in before and same}
    return {"basis": [], **told, **kept}


def _sources(base: Entry | None) -> list[Any]:
    return sources_given(base) if base else []


def _day(filled: Filled, name: str, flaws: list[Flaw]) -> date | None:
    written = filled.values.get(name, "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        flaws.append(Flaw(f"/form/{name}", "day", "un jour est attendu, comme 2026-03-02."))
        return None


def _shown(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\x00", "").strip()[:_LONGEST]
