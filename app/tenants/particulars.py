"""What an administration says of itself: its name, where and how it is reached, its zone; changed by its administrators."""

import re
from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, Stale
from app.facts import Actor, FactBook
from app.rest.languages import Said
from app.tenants import colours, repository
from app.tenants.facts import TenantChanged
from app.tenants.service import Tenants
from app.tenants.values import Tenant

FIELDS = ("name", "service_name", "postal_address", "email", "phone", "dpo_contact", "accent", "time_zone")
_MAY_BE_EMPTY = frozenset({"dpo_contact", "accent"})
_LONGEST = 300
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9 .()-]{4,30}")


class Particulars:
    """Changes what an administration says of itself, and journals which of it."""

    def __init__(self, tenants: Tenants, book: FactBook, clock: Clock) -> None:
        self._tenants, self._book, self._clock = tenants, book, clock

    async def change(
        self, session: Session, tenant_id: UUID, wanted: Mapping[str, str], *, version: int, actor: Actor
    ) -> Tenant:
        """Puts `wanted` in the place of what stood. Raises `Stale`, or `Invalid` beside each field."""
        values = {name: _tidy(name, value) for name, value in wanted.items()}
        if flaws := [flaw for name, value in values.items() if (flaw := _flaw(name, value))]:
            raise Invalid(flaws=flaws)
        self._tenants.forget(tenant_id)
        was = await self._tenants.get(session, tenant_id)
        changed = [name for name, value in values.items() if getattr(was, name) != value]
        if was.version != version:
            raise Stale
        if not changed:
            return was
        if not await repository.change(session, tenant_id, {n: values[n] for n in changed}, version=version):
            raise Stale
        self._tenants.forget(tenant_id)
        await self._book.record(
            session,
            TenantChanged(tenant_id=tenant_id, subject_id=tenant_id, at=self._clock(), actor=actor, changed=changed),
        )
        now = await self._tenants.get(session, tenant_id)
        self._tenants.forget(tenant_id)  # this transaction may still be rolled back
        return now


def _flaw(name: str, value: str) -> Flaw | None:
    if not value and name not in _MAY_BE_EMPTY:
        return Flaw(f"/{name}", "missing", Said("il faut une valeur", en="a value is wanted"))
    if len(value) > _LONGEST:
        return Flaw(f"/{name}", "long", Said(f"{_LONGEST} caractères au plus", en=f"{_LONGEST} characters at most"))
    if name == "email" and not _EMAIL.fullmatch(value):
        return Flaw(
            "/email", "email", Said("une adresse électronique est attendue", en="an e-mail address is expected")
        )
    if name == "phone" and not _PHONE.fullmatch(value):
        return Flaw("/phone", "phone", Said("un numéro de téléphone est attendu", en="a telephone number is expected"))
    if name == "accent" and value:
        return _flaw_of_colour(value)
    if name == "time_zone" and not _is_zone(value):
        told = Said("un fuseau comme Europe/Paris est attendu", en="a zone such as Europe/Paris is expected")
        return Flaw("/time_zone", "zone", told)
    return None


def _tidy(name: str, value: str) -> str:
    line = " ".join(value.split())
    return line.lower() if name == "accent" else line


def _flaw_of_colour(value: str) -> Flaw | None:
    if not colours.WRITTEN.fullmatch(value):
        told = Said("une couleur écrite #rrggbb est attendue", en="a colour written #rrggbb is expected")
        return Flaw("/accent", "colour", told)
    lacking = colours.worst(value)
    if lacking is None:
        return None
    ratio, wanted, close = int(lacking.ratio * 10) / 10, lacking.wanted, colours.nearest(value)
    told = Said(
        f"cette couleur se lit mal : contraste {_french(ratio)}:1 avec {lacking.beside(value)}, il en faut {_french(wanted)}:1 ; "
        f"la plus proche qui convient est {close}",
        en=f"this colour is hard to read: contrast {ratio}:1 with {lacking.beside(value)}, {wanted}:1 is wanted; "
        f"the nearest that passes is {close}",
    )
    return Flaw("/accent", "contrast", told, source="WCAG 2.2, 1.4.3")


def _french(ratio: float) -> str:
    return f"{ratio:g}".replace(".", ",")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return "/" in name
