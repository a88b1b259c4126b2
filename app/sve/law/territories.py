"""The territories whose holidays and legal time differ, and their zones."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Territory(StrEnum):
    """Where the competent administration is. Corsica is part of METRO.

    Source: code du travail L3133-1, L3134-13, L3422-2; décret 2017-292 (legal time).
    """

    METRO = "METRO"
    ALSACE_MOSELLE = "ALSACE_MOSELLE"
    GUADELOUPE = "GUADELOUPE"
    MARTINIQUE = "MARTINIQUE"
    GUYANE = "GUYANE"
    LA_REUNION = "LA_REUNION"
    MAYOTTE = "MAYOTTE"
    SAINT_BARTHELEMY = "SAINT_BARTHELEMY"
    SAINT_MARTIN = "SAINT_MARTIN"
    SAINT_PIERRE_ET_MIQUELON = "SAINT_PIERRE_ET_MIQUELON"
    NOUVELLE_CALEDONIE = "NOUVELLE_CALEDONIE"
    POLYNESIE_FRANCAISE = "POLYNESIE_FRANCAISE"
    WALLIS_ET_FUTUNA = "WALLIS_ET_FUTUNA"

    @property
    def overseas(self) -> bool:
        """Whether the territory lies outside metropolitan France."""
        return self not in {Territory.METRO, Territory.ALSACE_MOSELLE}


# Source: décret 2017-292 of 6 March 2017 (temps légal français). Only Saint-Pierre-et-Miquelon has summer time overseas.
ZONES: Mapping[Territory, str] = MappingProxyType(
    {
        Territory.METRO: "Europe/Paris",
        Territory.ALSACE_MOSELLE: "Europe/Paris",
        Territory.GUADELOUPE: "America/Guadeloupe",
        Territory.MARTINIQUE: "America/Martinique",
        Territory.GUYANE: "America/Cayenne",
        Territory.LA_REUNION: "Indian/Reunion",
        Territory.MAYOTTE: "Indian/Mayotte",
        Territory.SAINT_BARTHELEMY: "America/St_Barthelemy",
        Territory.SAINT_MARTIN: "America/Marigot",
        Territory.SAINT_PIERRE_ET_MIQUELON: "America/Miquelon",
        Territory.NOUVELLE_CALEDONIE: "Pacific/Noumea",
        Territory.POLYNESIE_FRANCAISE: "Pacific/Tahiti",
        Territory.WALLIS_ET_FUTUNA: "Pacific/Wallis",
    }
)

# Other names under which the same territories are written: Etalab's holiday zones, ISO 3166-2, département numbers.
OTHER_NAMES: Mapping[str, Territory] = MappingProxyType(
    {
        **dict.fromkeys(("METROPOLE", "FRANCE", "FR", "HEXAGONE", "CORSE"), Territory.METRO),
        **dict.fromkeys(("ALSACE", "MOSELLE", "57", "67", "68", "6AE", "ALSACE_LORRAINE"), Territory.ALSACE_MOSELLE),
        **dict.fromkeys(("GP", "971", "FR_GP"), Territory.GUADELOUPE),
        **dict.fromkeys(("MQ", "972", "FR_MQ"), Territory.MARTINIQUE),
        **dict.fromkeys(("GF", "973", "FR_GF", "GUYANE_FRANCAISE"), Territory.GUYANE),
        **dict.fromkeys(("RE", "974", "FR_RE", "REUNION"), Territory.LA_REUNION),
        **dict.fromkeys(("YT", "976", "FR_YT"), Territory.MAYOTTE),
        **dict.fromkeys(("BL", "977", "FR_BL", "ST_BARTHELEMY", "ST_BARTH"), Territory.SAINT_BARTHELEMY),
        **dict.fromkeys(("MF", "978", "FR_MF", "ST_MARTIN"), Territory.SAINT_MARTIN),
        **dict.fromkeys(
            ("PM", "975", "FR_PM", "SPM", "SAINT_PIERRE_MIQUELON", "ST_PIERRE_ET_MIQUELON", "ST_PIERRE_MIQUELON"),
            Territory.SAINT_PIERRE_ET_MIQUELON,
        ),
        **dict.fromkeys(("NC", "988", "FR_NC", "NOUMEA"), Territory.NOUVELLE_CALEDONIE),
        **dict.fromkeys(
            ("PF", "987", "FR_PF", "POLYNESIE", "TAHITI", "MARQUISES", "GAMBIER"), Territory.POLYNESIE_FRANCAISE
        ),
        **dict.fromkeys(("WF", "986", "FR_WF", "WALLIS", "WALLIS_FUTUNA"), Territory.WALLIS_ET_FUTUNA),
    }
)


def territory_named(name: str) -> Territory | None:
    """Finds a territory by its code or by one of its usual names; None when nobody calls it so."""
    code = name.strip().upper().replace("-", "_").replace(" ", "_")
    if code in Territory.__members__:
        return Territory[code]
    if code.startswith("ALSACE_MOSELLE"):
        return Territory.ALSACE_MOSELLE
    return OTHER_NAMES.get(code)
