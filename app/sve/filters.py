"""Filters of the list of requests, written as words separated by commas: `?status=new,open`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from app.errors import Flaw, Invalid
from app.ids import IdError, Prefix, parse_id
from app.rest.languages import Said
from app.sve.law.risk import Risk
from app.tickets.repository import Filter
from app.tickets.values import Status
from app.tickets.view_schemas import TicketQuery

W = TypeVar("W", bound=StrEnum)
_MOST = 20


def words(value: str | None, *, most: int = _MOST) -> Sequence[str]:
    """Returns the words of a filter, none when it is absent."""
    return [word for part in (value or "").split(",")[:most] if (word := part.strip())]


def filter_of(query: TicketQuery, *, at: str) -> Filter:
    """Reads the filters of the list, wherever they stand (`at`). Raises `Invalid` for a word of no closed set."""
    return Filter(
        statuses=among(Status, query.status, name="status", at=at),
        team_id=query.team_id,
        assignee_id=query.assignee_id,
        contact_id=query.contact_id,
        channel_types=words(query.channel),
        risks=among(Risk, query.risk, name="risk", at=at),
        tag_ids=named(Prefix.TAG, query.tag, name="tag", at=at),
        custom_field=held(query.custom_field, at=at),
        unassigned=query.unassigned,
        snoozed=query.snoozed,
        term_before=query.term_before,
        received_from=query.received_from,
        received_to=query.received_to,
        procedure=query.procedure,
        q=query.q,
    )


def held(value: str | None, *, at: str) -> tuple[str, Sequence[str]] | None:
    """Returns the key of a field and the values looked for in it. Raises `Invalid` for what is not written so."""
    if value is None:
        return None
    key, colon, wanted = value.partition(":")
    values = [one for part in wanted.split("|")[:_MOST] if (one := part.strip())]
    if not colon or not key.strip() or not values:
        told = Said("écrivez clé:valeur, ou clé:valeur|valeur", en="write key:value, or key:value|value")
        raise Invalid(flaws=[Flaw(f"{at}custom_field", "field", told)])
    return key.strip(), values


def among(kind: type[W], value: str | None, *, name: str, at: str = "query/") -> Sequence[str]:
    """Returns the words of a filter, all of a closed set. Raises `Invalid` naming those that are accepted."""
    known = {word.value for word in kind}
    found = words(value)
    if any(word not in known for word in found):
        listed = ", ".join(word.value for word in kind)
        told = Said(f"valeurs admises : {listed}", en=f"accepted values: {listed}")
        raise Invalid(flaws=[Flaw(f"{at}{name}", "enum", told)])
    return found


def named(prefix: Prefix, value: str | None, *, name: str, at: str = "query/", most: int = _MOST) -> Sequence[UUID]:
    """Returns the identifiers of a filter, all of one kind. Raises `Invalid` for what is none of them."""
    try:
        return [parse_id(prefix, word) for word in words(value, most=most)]
    except IdError:
        told = Said(f"des identifiants {prefix}_… sont attendus", en=f"identifiers {prefix}_… are expected")
        raise Invalid(flaws=[Flaw(f"{at}{name}", "id", told)]) from None
