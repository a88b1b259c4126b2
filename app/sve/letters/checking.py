"""What a person typed for a letter, checked against its kind, its day and its way: faults said beside their field."""

from collections.abc import Iterator
from dataclasses import fields as fields_of
from datetime import date

from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.sve.letters.ground import Fields, Ground
from app.sve.letters.kinds import EVERYWHERE, FIELDS
from app.sve.letters.parts import Composed
from app.sve.letters.required import PLACES
from app.sve.letters.values import Kind, Way

EMPTY = Fields()


class MentionsMissing(Invalid):
    """A mandatory mention is missing: the letter cannot leave. Each fault names it, its article and where to give it."""

    code = "mentions-missing"
    title_fr = "Il manque des mentions obligatoires"
    title_en = "Mandatory mentions are missing"
    advice = Said(
        "donnez chaque mention là où sa faute le dit, puis recommencez",
        en="give each mention where its fault says, then try again",
    )


def check_fields(kind: Kind, given: Fields, *, on: date) -> None:
    """Raises `Invalid` for a field this kind has no use for, or a day that cannot be. `on` is today."""
    flaws = [*_foreign(kind, given), *_days(given, on)]
    if flaws:
        raise Invalid(flaws=flaws)


def check_way(kind: Kind, way: Way, given: Fields) -> None:
    """Raises `Invalid` for a way this letter does not take. Source: CRPA R112-11-3 (an ARE answers where one wrote)."""
    if kind is Kind.ARE and way is not Way.CHANNEL:
        told = Said(
            "un accusé de réception électronique part par le canal de l'envoi, à l'adresse d'où il est venu (CRPA "
            "R112-11-3) : choisissez `channel`",
            en="an electronic acknowledgement leaves by the channel of the sending (CRPA R112-11-3): choose `channel`",
        )
        raise Invalid(flaws=[Flaw("/way", "way", told)])
    if way is Way.POST and not given.addressee_address.strip():
        told = Said("donnez l'adresse postale de la personne", en="give the person's postal address")
        raise Invalid(flaws=[Flaw("/fields/addressee_address", "address", told)])


def check_window(kind: Kind, ground: Ground) -> None:
    """Raises `Invalid` when observations are asked for after the last day to withdraw (CRPA L242-1)."""
    last, by = ground.day("withdrawal_last_date"), ground.fields.deadline_on
    if kind is Kind.WITHDRAWAL_HEARING and last is not None and by is not None and by >= last:
        told = Said(
            f"laissez le temps de décider : le retrait n'est plus possible après le {last.isoformat()} (CRPA L242-1)",
            en=f"leave time to decide: no withdrawal is possible after {last.isoformat()} (CRPA L242-1)",
        )
        raise Invalid(flaws=[Flaw("/fields/deadline_on", "too-late", told)])


def check_mentions(composed: Composed) -> None:
    """Raises `MentionsMissing` with one fault a missing mention."""
    if composed.missing:
        raise MentionsMissing(
            flaws=[
                Flaw(
                    one.where if one.where.startswith("/") else "",
                    one.mention.value,
                    f"{PLACES[one.mention].name} ({one.article}) : {one.because}",
                    source=one.article,
                )
                for one in composed.missing
            ]
        )


def _foreign(kind: Kind, given: Fields) -> Iterator[Flaw]:
    known = {*FIELDS[kind], *EVERYWHERE}
    for field in fields_of(given):
        if field.name not in known and getattr(given, field.name) != getattr(EMPTY, field.name):
            told = Said(
                f"une lettre de ce genre ne prend pas ce champ ; elle prend : {', '.join(sorted(known))}",
                en=f"a letter of this kind does not take this field; it takes: {', '.join(sorted(known))}",
            )
            yield Flaw(f"/fields/{field.name}", "foreign", told)


def _days(given: Fields, on: date) -> Iterator[Flaw]:
    if given.deadline_on is not None and given.deadline_on <= on:
        told = Said("fixez un jour à venir", en="choose a day to come")
        yield Flaw("/fields/deadline_on", "past", told)
    for name in ("signed_on", "heard_on", "received_on"):
        day = getattr(given, name)
        if day is not None and day > on:
            yield Flaw(f"/fields/{name}", "future", Said("ce jour est à venir", en="this day is to come"))
