"""What stands near what: plain latitudes and longitudes, a box around a place, and metres on a sphere. Pure.

A box of degrees is what an index finds; the metres of the great circle (haversine) then say what is really near. Over the
few hundred metres asked about here, the sphere is wrong by less than its own half percent.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from app.tickets.values import Status

EARTH_M = 6_371_008.8  # mean radius (IUGG)
METRES_A_DEGREE = EARTH_M * math.pi / 180
# Nearer to a pole than this a box of degrees means nothing: nobody reports a hole in a road there.
_FURTHEST = 89.0


@dataclass(frozen=True, slots=True)
class Place:
    """A point on Earth, in degrees (WGS 84)."""

    lat: float
    lon: float

    @classmethod
    def of(cls, geo: Mapping[str, object] | None) -> Self | None:
        """Reads a message's place, None where it has none that is on Earth."""
        lat, lon = (geo or {}).get("lat"), (geo or {}).get("lon")
        if not (isinstance(lat, int | float) and isinstance(lon, int | float)) or isinstance(lat, bool):
            return None
        return cls(float(lat), float(lon)) if abs(lat) <= _FURTHEST and abs(lon) <= 180 else None


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds in degrees that hold everything within a radius, and a little more in the corners."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What counts as near: within a radius, received since an instant. A radius of zero is never near."""

    radius_m: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A ticket near a place. `reports` counts the messages that brought it there; `subject` never leaves for citizens.

    `same_matter` holds when one of them came by the same form, or names the same service.
    """

    ticket_id: UUID
    reference: str
    subject: str
    status: Status
    received_at: datetime
    metres: float
    reports: int
    same_matter: bool


def box(place: Place, radius_m: float) -> Box:
    """Returns the bounds of what may be within a radius."""
    up = radius_m / METRES_A_DEGREE
    # The narrowest parallel of the box is the one nearest to the pole.
    edge = min(abs(place.lat) + up, _FURTHEST)
    side = up / math.cos(math.radians(edge))
    return Box(place.lat - up, place.lat + up, place.lon - side, place.lon + side)


def metres(one: Place, other: Place) -> float:
    """Returns the distance over the great circle (haversine)."""
    lat_1, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat_2 - lat_1) / 2, math.radians(other.lon - one.lon) / 2
    square = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(square)))
