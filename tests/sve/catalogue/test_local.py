"""An administration's own entries: the schema and the refusals of the files, its act, and what it changes."""

from datetime import date

import pytest

from app.sve.catalogue import Catalogue, CatalogueError, Kind, Origin, built_in
from app.sve.catalogue.importing import Owner, read_list
from app.sve.catalogue.local import local_entry, restored, sources_given, stored
from app.sve.catalogue.values import Fault
from app.sve.law.regime import LOCAL_SILENCE, LocalCategory, Regime

ACT = {"taken_on": date(2025, 12, 15), "number": "2025-112", "title": "Règlement des terrains de boules"}
VERSION = {"valid_from": date(2026, 1, 1), "effect": "SVR", "delay": "P2M"}
OWN = {
    "code": "LOC-BOULES",
    "title": "Créneau sur un terrain de boules",
    "domain": "services locaux",
    "keywords": ["pétanque"],
    "deliberation": ACT,
    "versions": [VERSION],
}
OVER = {"code": "HAB-LOUER", "override": {"why": "Règlement local."}}


def read(given: dict, *, edition: int = 1, national: Catalogue | None = None):
    return local_entry(given, national=national or built_in(), kind=Kind.COMMUNE, edition=edition)


def faults(given: dict) -> list[Fault]:
    with pytest.raises(CatalogueError) as refused:
        read(given)
    return list(refused.value.faults)


def test_a_procedure_of_ones_own_cites_its_act() -> None:
    entry = read(OWN)
    assert (entry.origin, entry.edition, entry.kinds) == (Origin.LOCAL, 1, {Kind.COMMUNE})
    assert [(source.kind.value, source.dated) for source in entry.sources] == [("local", date(2025, 12, 15))]
    assert "2025-112" in entry.sources[0].title
    assert entry.deliberation.number == "2025-112"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"deliberation": None}, "/deliberation", "missing"),
        ({"deliberation": {**ACT, "number": ""}}, "/deliberation/number", "type"),
        ({"deliberation": {**ACT, "maire": "x"}}, "/deliberation/maire", "unknown-field"),
        ({"override": {"why": "Pourquoi."}}, "/override", "not-national"),
        ({"code": "boules"}, "/code", "code"),
        ({"titre": "x"}, "/titre", "unknown-field"),
        ({"keywords": []}, "/keywords", "missing"),
        ({"sources": ["ailleurs"]}, "/sources", "unknown-source"),
        ({"sources": [{"kind": "rumeur", "title": "x"}]}, "/sources/0/kind", "unknown-word"),
        ({"certainty": "sure"}, "/certainty", "unknown-word"),
        ({"versions": []}, "/versions", "missing"),
        ({"versions": [{**VERSION, "delay": "60 jours"}]}, "/versions/0/delay", "period"),
        ({"versions": [{**VERSION, "effect": "oui"}]}, "/versions/0/effect", "unknown-word"),
        ({"versions": [{**VERSION, "delai": "P2M"}]}, "/versions/0/delai", "unknown-field"),
        ({"versions": [{"effect": "SVR", "delay": "P2M"}]}, "/versions/0/valid_from", "missing"),
        ({"versions": [VERSION, {**VERSION, "valid_from": date(2027, 1, 1)}]}, "/versions", "overlap"),
        ({"versions": [{**VERSION, "category": "limited_capacity"}]}, "/versions/0/category", "contradiction"),
        ({"versions": [{**VERSION, "category": "autre"}]}, "/versions/0/category", "unknown-word"),
    ],
)
def test_what_is_not_sound_is_refused_with_its_place_in_both_languages(change: dict, pointer: str, code: str) -> None:
    (fault,) = faults({name: value for name, value in {**OWN, **change}.items() if value is not None})
    assert (fault.pointer, fault.code) == (pointer, code)
    assert fault.advice
    assert fault.en
    assert fault.advice != fault.en


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {**OWN, "title": "", "certainty": "?", "versions": [{**VERSION, "delay": "deux mois", "effect": "?"}]}
    pointers = {fault.pointer for fault in faults(wrong)}
    assert pointers == {"/title", "/certainty", "/versions/0/delay", "/versions/0/effect"}


@pytest.mark.parametrize("category", list(LocalCategory))
def test_a_category_gives_what_its_decree_says(category: LocalCategory) -> None:
    """Source: décrets 2016-625 and 2016-677, as `app.sve.law.regime` reads them."""
    version = {"valid_from": date(2026, 1, 1), "category": category.value}
    said, entry = LOCAL_SILENCE[category], read({**OWN, "versions": [version]})
    assert (entry.last.effect, entry.last.delay) == (said.regime, said.delay)
    assert said.source in entry.last.basis


def test_over_a_national_entry_only_what_is_given_is_ones_own() -> None:
    national = built_in().get("HAB-LOUER")
    entry = read({**OVER, "keywords": ["louer", "permis de louer"]})
    assert list(entry.override.changes) == ["keywords"]
    assert (entry.title, entry.versions) == (national.title, national.versions)


def test_the_days_before_ones_own_rule_keep_the_national_one() -> None:
    version = {"valid_from": date(2026, 7, 1), "effect": "SVA", "delay": "P2M"}
    entry = read({**OVER, "deliberation": ACT, "versions": [version]})
    told = [
        (str(entry.version_on(day).delay), entry.version_on(day).effect)
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert told == [("P1M", Regime.SVA), ("P2M", Regime.SVA)]
    (fault,) = faults({**OVER, "deliberation": ACT, "versions": [{**version, "delay": "2 mois"}]})
    assert fault.pointer == "/versions/0/delay"


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"code": "HAB-LOUER", "keywords": ["x"]}, "/override", "missing"),
        (OVER, "", "unchanged"),
        (
            {**OVER, "versions": [{"valid_from": date(2026, 7, 1), "effect": "SVR", "delay": "P2M"}]},
            "/sources",
            "missing",
        ),
    ],
)
def test_an_override_says_why_what_and_on_what_ground(given: dict, pointer: str, code: str) -> None:
    (fault,) = faults(given)
    assert (fault.pointer, fault.code) == (pointer, code)


def test_what_was_kept_is_read_again_as_it_was() -> None:
    for given in (OWN, {**OVER, "deliberation": ACT, "versions": [{**VERSION, "notes": "x"}]}):
        entry = read(given, edition=3)
        assert restored(stored(entry), national=built_in(), edition=3) == entry


def test_what_an_override_does_not_change_follows_the_national_entry() -> None:
    kept = stored(read({**OVER, "keywords": ["louer"]}))
    national = built_in().get("HAB-LOUER")
    later = built_in().over([read({**OVER, "title": "Autre intitulé"})])
    entry = restored(kept, national=later, edition=1)
    assert (entry.title, list(entry.keywords)) == ("Autre intitulé", ["louer"])
    alone = restored(kept, national=Catalogue([], edition="vide"), edition=1)
    assert (alone.title, alone.versions) == (national.title, national.versions)


def test_given_again_unchanged_an_entry_keeps_its_sources() -> None:
    entry = read({**OWN, "sources": [{"title": "Règlement intérieur", "dated": date(2025, 1, 1)}]})
    assert sources_given(entry) == [{"kind": "local", "title": "Règlement intérieur", "dated": date(2025, 1, 1)}]
    again = read({**OWN, "sources": sources_given(entry)})
    assert again.sources == entry.sources


HEAD = (
    "code;title;authority;effect;delay;source;deliberation_date;deliberation_number;deliberation_title;why;valid_from\n"
)
BOULES = "LOC-BOULES;Terrains de boules;commune;SVR;4 mois;Liste locale;2025-12-15;2025-112;Règlement;;2026-01-01\n"
LOUER = "HAB-LOUER;Permis de louer;commune|epci;SVA;2 mois;Liste locale;;;;Règlement local;2026-07-01\n"


def of_a_town(text: str, into: Catalogue | None = None):
    owner = Owner(Kind.COMMUNE, built_in(), {})
    return read_list((HEAD + text).encode(), into=into or built_in(), owner=owner)


def test_a_list_of_one_administration_is_read_as_its_own_entries() -> None:
    own, over = (change.entry for change in of_a_town(BOULES + LOUER).changes)
    assert (own.origin, own.deliberation.number, str(own.last.delay)) == (Origin.LOCAL, "2025-112", "P4M")
    assert over.override.why == "Règlement local"
    assert "versions" in over.override.changes
    assert str(over.version_on(date(2026, 6, 30)).delay) == "P1M"


def test_a_list_read_again_changes_nothing() -> None:
    first = of_a_town(BOULES + LOUER)
    again = of_a_town(BOULES + LOUER, built_in().over([change.entry for change in first.changes]))
    assert (again.refused, again.changes, again.unchanged) == ([], [], 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (BOULES.replace("2025-12-15;2025-112;Règlement", ";;"), "délibération"),
        (BOULES.replace("2025-112", ""), "number"),
        (BOULES.replace("2026-01-01", ""), "depuis quel jour"),
    ],
)
def test_a_line_without_its_act_refuses_the_whole_list(line: str, reason: str) -> None:
    found = of_a_town(LOUER + line)
    assert [(one.line, reason in one.reason) for one in found.refused] == [(3, True)], found.refused
    assert found.changes == []
