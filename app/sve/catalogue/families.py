"""The words by which the catalogue names the bodies of rules that drive a clock of their own."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.sve.law.procedure import Family


class FamilyWord(StrEnum):
    """Those the catalogue may name. Families that stop every clock of silence are left to cases written by hand."""

    GENERAL = "CRPA"
    URBANISME = "URBANISME"
    DIA = "DIA"
    ENSEIGNE = "ENSEIGNE"
    CADA = "CADA"
    RGPD = "RGPD"
    APA = "APA"
    MDPH = "MDPH"
    ASSISTANT = "ASSISTANT"
    ACCUEILLANT = "ACCUEILLANT"
    FPS = "FPS"
    ELECTORAL = "ELECTORAL"
    CESEDA = "CESEDA"


FAMILY_OF: Mapping[FamilyWord, Family] = MappingProxyType({word: Family[word.name] for word in FamilyWord})
_WORD_OF: Mapping[Family, str] = MappingProxyType({family: word.value for word, family in FAMILY_OF.items()})


def word_of(family: Family) -> str:
    """Returns the word of a family, the one `parvis sve simulate` reads as `procedure.regime`."""
    return _WORD_OF[family]
