"""A list on paper: what the archives read and sign, and once it was carried out the certificate that it was."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.privacy.elimination_values import EliminationList, ListState, Tally
from app.privacy.retention import CATEGORIES, Fate
from app.sve.law.reasons import in_french
from app.sve.letters.page import pdf

TITLES: Mapping[Fate, str] = {
    Fate.DESTROY: "Bordereau d’élimination d’archives publiques",
    Fate.TRANSFER: "Bordereau de versement d’archives publiques",
    Fate.UNDECIDED: "Bordereau",
}
_SOURCE = """
#align(center)[#text(size: 16pt, weight: "bold")[#data.title] #linebreak() n° #data.reference]
#v(1em)
*Administration :* #data.town \\
*Dressé le :* #data.made \\
*Textes :* code du patrimoine, articles L212-2, L212-3 et R212-14.
#v(0.8em)
#table(
  columns: (2.2fr, 0.8fr, 1.5fr, 1.5fr, 2.4fr),
  inset: 5pt,
  table.header([*Catégorie*], [*Demandes*], [*Ouvertes*], [*Échues*], [*Durée fondée sur*]),
  ..data.tallies.map(row => row.map(cell => [#cell])).flatten()
)
#v(0.6em)
*Total :* #data.total demande(s). La liste ligne à ligne est jointe en CSV ; elle porte les numéros et les jours, jamais les
mots des usagers.
#v(1em)
#for line in data.ending [#line #linebreak()]
#if data.to_sign [
  #v(1.5em)
  #grid(columns: (1fr, 1fr), gutter: 2em,
    [Le responsable du service #linebreak() Nom, date et signature : #v(4em)],
    [Visa de la direction des archives #linebreak() Référence, date et signature : #v(4em)])
]
"""


def printed(found: EliminationList, tallies: Sequence[Tally], *, town: str, zone: str) -> bytes:
    """Returns the list as a PDF; the same list gives the same bytes."""
    title = TITLES[found.fate]
    data = {
        "title": "Certificat d’exécution" if found.state is ListState.DONE else title,
        "reference": found.reference,
        "town": town,
        "made": _day(found.made_at, zone),
        "tallies": [_row(one) for one in tallies],
        "total": str(found.listed),
        "ending": _ending(found, zone),
        "to_sign": found.visa_on is None,
    }
    return pdf(_SOURCE, data, title=f"{title} n° {found.reference}", made_at=found.ended_at or found.made_at)


def _row(one: Tally) -> list[str]:
    name = CATEGORIES.get(one.category, one.category)
    return [
        name,
        str(one.count),
        _span(one.opened_from, one.opened_to),
        _span(one.due_from, one.due_to),
        one.legal_basis,
    ]


def _ending(found: EliminationList, zone: str) -> list[str]:
    told = []
    if found.visa_on is not None:
        told.append(f"Visa {found.visa_reference} du {in_french(found.visa_on)}, donné par {found.visa_by}.")
    if found.state is ListState.DONE and found.ended_at is not None and found.digest is not None:
        told += [
            f"Exécuté le {_day(found.ended_at, zone)} : {found.erased} demande(s) effacée(s), {found.kept} gardée(s).",
            f"Empreinte SHA-256 du certificat : {found.digest.hex()}",
        ]
    return told


def _span(first: date, last: date) -> str:
    return in_french(first) if first == last else f"du {in_french(first)} au {in_french(last)}"


def _day(at: datetime, zone: str) -> str:
    return in_french(at.astimezone(ZoneInfo(zone)).date())
