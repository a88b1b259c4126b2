"""The letters a saisine may be answered with, each with its fields and the ways it may leave: what a form needs, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.channels.contract import Capabilities
from app.db.transaction import Session
from app.errors import Conflict, Invalid
from app.exchanges.composing import Composer
from app.exchanges.fitting import PageNeeded, fitted
from app.exchanges.freezing import Draft, Enclosure
from app.exchanges.looping import AutomaticSender, refuse_machine
from app.facts import Actor
from app.rest.languages import Said
from app.rest.refusals import advice_on
from app.sve.acknowledged import Standing, acknowledgements
from app.sve.letters.forms import WAYS, Asked, asked_by, ways_of
from app.sve.letters.ground import Fields
from app.sve.letters.kinds import EVERYWHERE, NAMES, THE_LETTER_ITSELF
from app.sve.letters.service import Letters, Surroundings
from app.sve.letters.standing import Obstacle, obstacle
from app.sve.letters.values import Kind, Way
from app.sve.service import LegalFace

_ACKNOWLEDGEMENTS = (Kind.ARE, Kind.AR)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A way a letter may leave; `shut` says why it cannot, `channel_type` and `to` by what and to whom a channel carries it."""

    way: Way
    label: Said
    shut: str | None = None
    channel_type: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterForm:
    """A kind of letter as things stand: why it cannot be written, the last day where it is owed, its fields, its ways."""

    kind: Kind
    name: Said
    obstacle: Obstacle | None
    due_on: date | None
    fields: Sequence[tuple[str, Asked]]
    ways: Sequence[WayOut]

    @staticmethod
    def folded(name: str) -> bool:
        """Whether a field is seldom needed."""
        return name in EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carriage:
    """What the person's channel can do for a letter; `shut` says why it carries none."""

    capabilities: Capabilities | None = None
    shut: str | None = None
    channel_type: str | None = None
    to: str | None = None


class LetterForms:
    """Reads them."""

    def __init__(self, letters: Letters, legal: LegalFace, composer: Composer) -> None:
        self._letters, self._legal, self._composer = letters, legal, composer

    async def of_saisine(
        self, session: Session, tenant_id: UUID, saisine_id: UUID, *, actor: Actor
    ) -> Sequence[LetterForm]:
        """Returns each kind: those owed first, then those that can be written, in the order of kinds."""
        around = await self._letters.surroundings(session, tenant_id, saisine_id)
        owed = await self._owed(session, around)
        # A form that is still empty asks for no pieces: the clock is read once, whatever the kind.
        ground = around.ground(Kind.ARE, Fields())
        carriage = await self._carriage(session, tenant_id, around, actor=actor)
        forms = [
            LetterForm(
                kind=kind,
                name=NAMES[kind],
                obstacle=obstacle(kind, ground),
                due_on=owed.get(kind),
                fields=asked_by(kind),
                ways=[_way_out(kind, way, carriage, around) for way in ways_of(kind)],
            )
            for kind in Kind
        ]
        return sorted(forms, key=lambda one: (one.obstacle is not None, one.due_on is None))

    async def _owed(self, session: Session, around: Surroundings) -> Mapping[Kind, date]:
        duties = await self._legal.duties_of(session, around.saisine)
        found = acknowledgements(around.saisine, around.own, duties)
        names = {kind.value.upper(): kind for kind in _ACKNOWLEDGEMENTS}
        return {names[one.kind]: one.due_on for one in found if one.kind in names and one.standing is Standing.OWED}

    async def _carriage(self, session: Session, tenant_id: UUID, around: Surroundings, *, actor: Actor) -> _Carriage:
        """Plans a letter of one word to the address the message came from: nothing is written."""
        draft = Draft(
            text=around.ticket.reference,
            purpose="letter",
            to_point_id=around.message.point_id,
            enclosure=_a_page(indispensable=False),
        )
        try:
            planned = await self._composer.plan(session, tenant_id, around.ticket, draft, actor=actor)
        except (Conflict, Invalid) as refusal:
            told = refusal.detail or "; ".join(flaw.detail for flaw in refusal.flaws)
            return _Carriage(shut=told or advice_on(type(refusal)))
        prepared = planned.prepared
        return _Carriage(
            capabilities=planned.capabilities, channel_type=prepared.channel.type, to=prepared.point.address
        )


def _way_out(kind: Kind, way: Way, carriage: _Carriage, around: Surroundings) -> WayOut:
    if way is not Way.CHANNEL:
        return WayOut(way=way, label=WAYS[way])
    return WayOut(
        way=way,
        label=WAYS[way],
        shut=carriage.shut or _uncarried(kind, carriage) or _machine(kind, around),
        channel_type=carriage.channel_type,
        to=carriage.to,
    )


def _uncarried(kind: Kind, carriage: _Carriage) -> str | None:
    """The letter itself must arrive: a channel without files carries none of these."""
    if carriage.capabilities is None or kind not in THE_LETTER_ITSELF:
        return None
    try:
        fitted(Draft(text="", enclosure=_a_page(indispensable=True)), carriage.capabilities)
    except PageNeeded as refusal:
        return refusal.detail or PageNeeded.advice
    return None


def _machine(kind: Kind, around: Surroundings) -> str | None:
    if kind not in _ACKNOWLEDGEMENTS:
        return None
    try:
        refuse_machine(around.message)
    except AutomaticSender as refusal:
        return refusal.detail or AutomaticSender.advice
    return None


def _a_page(*, indispensable: bool) -> Enclosure:
    return Enclosure(sha256="", name="", content_type="application/pdf", size=0, brief="", indispensable=indispensable)
