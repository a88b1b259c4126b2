"""How likely two people are one, as reasons whose weights add up. Pure: what they share comes in, reasons come out.

A name alone proposes nothing: a town has several Martin. What everybody gives is nobody's: the number of a clerk or an
association stands in many signatures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.contacts.values import ClueKind, ClueSource, Reason, ReasonCode

ENOUGH = 50
MOST = 100
# More people than this share a number: it is that of an organisation.
FEW = 4
_SAME_NAME = 30
# What one gave is the address the other writes from: 80 in a form, 60 in a signature, 30 in a sentence.
_GIVEN = {ClueSource.FORM: 80, ClueSource.SIGNATURE: 60, ClueSource.WORDS: 30}
# Both gave it, neither writes from it.
_SHARED = {ClueSource.FORM: 40, ClueSource.SIGNATURE: 30, ClueSource.WORDS: 15}
_CODES = {
    ClueKind.PHONE: (ReasonCode.PHONE_GIVEN, ReasonCode.SHARED_PHONE),
    ClueKind.EMAIL: (ReasonCode.EMAIL_GIVEN, ReasonCode.SHARED_EMAIL),
    ClueKind.POSTAL: (ReasonCode.SHARED_POSTAL, ReasonCode.SHARED_POSTAL),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One thing two people have in common; `place` is None for the one who writes from it."""

    mine: UUID
    theirs: UUID
    kind: ClueKind
    value: str
    my_place: ClueSource | None
    their_place: ClueSource | None
    same_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A pair, smaller identifier first, with what speaks for it."""

    one_id: UUID
    other_id: UUID
    reasons: Sequence[Reason]

    @property
    def score(self) -> int:
        return min(MOST, sum(reason.weight for reason in self.reasons))


def likenesses(found: Iterable[Shared]) -> list[Likeness]:
    """Returns the pairs worth an agent's look."""
    known = list(found)
    crowd: dict[tuple[ClueKind, str], set[UUID]] = {}
    for shared in known:
        crowd.setdefault((shared.kind, shared.value), set()).update({shared.mine, shared.theirs})
    pairs: dict[tuple[UUID, UUID], list[Reason]] = {}
    for shared in known:
        if len(crowd[shared.kind, shared.value]) > FEW:
            continue
        one, other = sorted((shared.mine, shared.theirs))
        reasons = pairs.setdefault((one, other), [])
        if shared.same_name:
            _keep(reasons, Reason(code=ReasonCode.SAME_NAME, weight=_SAME_NAME))
        _keep(reasons, _reason(shared))
    alike = [Likeness(one_id=one, other_id=other, reasons=reasons) for (one, other), reasons in pairs.items()]
    return sorted((pair for pair in alike if pair.score >= ENOUGH), key=lambda pair: (pair.one_id, pair.other_id))


def _reason(shared: Shared) -> Reason:
    given, both = _CODES[shared.kind]
    places = [place for place in (shared.my_place, shared.their_place) if place is not None]
    if not places:  # one number, by SMS and by WhatsApp
        return Reason(code=given, weight=_GIVEN[ClueSource.FORM], value=shared.value)
    if len(places) == 1:
        return Reason(code=given, weight=_GIVEN[places[0]], value=shared.value, place=places[0])
    weakest = min(places, key=lambda place: _SHARED[place])
    return Reason(code=both, weight=_SHARED[weakest], value=shared.value, place=weakest)


def _keep(reasons: list[Reason], reason: Reason) -> None:
    """Keeps the heaviest reason of a kind: one thing said twice is said once."""
    for place, known in enumerate(reasons):
        if known.code is reason.code and (known.value == reason.value or not reason.value):
            if reason.weight > known.weight:
                reasons[place] = reason
            return
    reasons.append(reason)
