"""The plan of an erasure, line by line. Pure: requests and how they stand come in; what goes, what stays and why come out.

Erasure yields to a mission of public interest, to archives and to legal claims (RGPD art. 17.3 b, d, e). A file in which a
decision was asked is a public archive: its elimination needs the visa of the archives' director (code du patrimoine
L212-2, L212-3, R212-14), whose reference is then given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from app.privacy import keeping
from app.privacy.belongings import Request
from app.privacy.retention import add_months
from app.privacy.values import Keeping, Kept, Standing

# Where no term for appeal runs, a decision may still be disputed for a reasonable time (CE, Ass., 13 July 2016, 387763).
_REASONABLE = 12
# An instant's day in the town may be the next one.
_NIGHT = timedelta(days=1)


class Fate(StrEnum):
    """What becomes of a line."""

    ERASE = "erase"
    PART = "erase_their_part"  # a request of several: their words go, those of others stay
    KEEP = "keep"


class What(StrEnum):
    """What a line is about."""

    REQUEST = "ticket"
    PERSON = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing, its fate, and why."""

    what: What
    id: UUID
    reference: str | None
    fate: Fate
    because: str
    source: str
    ground: Keeping | None = None
    until: date | None = None


def plan(
    contact_id: UUID,
    requests: Sequence[Request],
    standings: Mapping[UUID, Standing],
    *,
    visa: str | None,
    on: date,
    person_held: bool,
) -> list[Line]:
    """Returns a line for each request, then one for the person; a merged request follows the one it lives in."""
    lines = [_line(one, standings[one.ticket_id], visa=visa, on=on) for one in requests if not one.merged]
    return [*lines, _person(contact_id, lines, held=person_held)]


def _line(request: Request, standing: Standing, *, visa: str | None, on: date) -> Line:
    why = keeping.kept(standing) or decided(request, on=on) or archived(request, visa=visa)
    if why is not None:
        return Line(
            what=What.REQUEST,
            id=request.ticket_id,
            reference=request.reference,
            fate=Fate.KEEP,
            because=why.because,
            source=why.source,
            ground=why.ground,
            until=why.until,
        )
    if request.others:
        return Line(
            what=What.REQUEST,
            id=request.ticket_id,
            reference=request.reference,
            fate=Fate.PART,
            because="ses messages et ceux qui lui furent envoyés ; d'autres personnes ont écrit dans cette demande, "
            "leurs messages et les notes restent : relisez-les",
            source="RGPD art. 17.1, art. 15.4 par analogie",
            ground=Keeping.OTHERS,
        )
    because = "messages, pièces, notes, lettres et envois ; restent le numéro, les dates et l'issue légale"
    return Line(
        what=What.REQUEST,
        id=request.ticket_id,
        reference=request.reference,
        fate=Fate.ERASE,
        because=because,
        source=f"RGPD art. 17.1 ; visa d'élimination {visa}" if request.record and visa else "RGPD art. 17.1",
    )


def decided(request: Request, *, on: date) -> Kept | None:
    """Returns why a decision is kept while it can be disputed or withdrawn."""
    if request.decided_at is None:
        return None
    days = [day for day in (request.appeals_until,) if day is not None]
    if request.appeal_unsure or not days:
        days.append(add_months(request.decided_at.date(), _REASONABLE) + _NIGHT)
    until = max(days)
    if until < on:
        return None
    return Kept(
        ground=Keeping.DECISION,
        because=f"une décision y a été rendue, qui peut être contestée ou retirée jusqu'au {until:%d/%m/%Y}",
        source="RGPD art. 17.3 e ; CJA R421-1, R421-5 ; CE, Ass., 13 juillet 2016, n° 387763",
        until=until,
    )


def archived(request: Request, *, visa: str | None) -> Kept | None:
    """Returns why a file is kept as a public archive, until its elimination has its visa."""
    if not request.record or visa is not None:
        return None
    return Kept(
        ground=Keeping.ARCHIVES,
        because="archives publiques : l'élimination demande le visa du directeur des archives ; donnez sa référence",
        source="RGPD art. 17.3 d ; code du patrimoine L212-2, L212-3, R212-14",
    )


def _person(contact_id: UUID, lines: Sequence[Line], *, held: bool) -> Line:
    kept = next((line for line in lines if line.fate is Fate.KEEP), None)
    ground: Keeping | None
    if held:
        ground, because = Keeping.HOLD, "la personne fait l'objet d'une conservation légale"
    elif kept is not None:
        ground, because = kept.ground, f"nom et adresses servent encore à la demande {kept.reference}, gardée"
    else:
        because = "nom, adresses, preuves, rapprochements, appels ; reste un numéro sans nom, pour le journal"
        return Line(
            what=What.PERSON, id=contact_id, reference=None, fate=Fate.ERASE, because=because, source="RGPD art. 17.1"
        )
    return Line(
        what=What.PERSON,
        id=contact_id,
        reference=None,
        fate=Fate.KEEP,
        because=because,
        source="RGPD art. 17.3 b, e",
        ground=ground,
        until=kept.until if kept else None,
    )
