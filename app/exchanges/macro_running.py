"""Running acts on one request: all of them or none, in their order, by the very gestures agents have, guards included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from app.db.transaction import Session, rehearsed, whole
from app.errors import Conflict, Flaw, Forbidden, Invalid, NotFound, ParvisError
from app.exchanges.answering import Answering
from app.exchanges.freezing import Draft
from app.exchanges.wordings import Wordings
from app.facts import Actor
from app.following.mentioning import Mentioning
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tickets.draft_values import DraftKind
from app.tickets.drafts import Drafts
from app.tickets.macro_values import (
    AssigneeAct,
    Deed,
    DraftInTheWay,
    MacroRefused,
    NoteAct,
    ReplyAct,
    SnoozeAct,
    StatusAct,
    TagOffAct,
    TagOnAct,
    TeamAct,
)
from app.tickets.service import Tickets
from app.tickets.snoozing import Snoozing
from app.tickets.tags import Tags
from app.tickets.values import Ticket
from app.tickets.wording import refuse_missing

_REFUSALS = (Conflict, Invalid, NotFound, Forbidden)
_OWN = {"me": Said("un agent signé est attendu : une clé n'en est pas un", en="a signed-in agent is expected")}


class Outcome(StrEnum):
    """What became of an act, or would."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDone:
    """What an act did or would do: `text` the words it leaves, `refusal` why it may not be done."""

    act: Deed
    outcome: Outcome
    text: str | None = None
    refusal: ParvisError | None = None


@dataclass(frozen=True, slots=True)
class Hands:
    """What acts are done with: the services behind the agents' own gestures."""

    tickets: Tickets
    mentioning: Mentioning
    tags: Tags
    snoozing: Snoozing
    drafts: Drafts
    answering: Answering
    wordings: Wordings


class Running:
    """Does acts on one request at once."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def run(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, acts: Sequence[Deed], *, version: int, actor: Actor
    ) -> Sequence[ActDone]:
        """Does every act. Raises `NotFound`, `Stale`, `MergedElsewhere`, or `MacroRefused` naming the act, and nothing is done.

        An act that hands the request over may take it out of its giver's sight: the next ones are still done.
        """
        ticket = await self._hands.tickets.living(session, tenant_id, ticket_id, lock=True)
        require_version(ticket.version, expected=version)
        done = []
        async with whole(session):
            for place, act in enumerate(acts):
                try:
                    done.append(await self._do(session, tenant_id, ticket_id, act, actor=actor))
                except _REFUSALS as refusal:
                    flaw = Flaw(f"/acts/{place}", refusal.code, refusal.detail or refusal.title_fr)
                    raise MacroRefused(MacroRefused.advice, flaws=[flaw, *refusal.flaws]) from refusal
        return done

    async def rehearse(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, acts: Sequence[Deed], *, actor: Actor
    ) -> Sequence[ActDone]:
        """Says what each act would do, the ones before it done, and changes nothing. Raises `NotFound`, `MergedElsewhere`.

        The acts are done and taken back: no other code says what they would do.
        """
        await self._hands.tickets.living(session, tenant_id, ticket_id, lock=True)
        async with whole(session), rehearsed(session):
            return [await self._tried(session, tenant_id, ticket_id, act, actor=actor) for act in acts]

    async def _tried(self, session: Session, tenant_id: UUID, ticket_id: UUID, act: Deed, *, actor: Actor) -> ActDone:
        try:
            async with session.begin_nested():
                return await self._do(session, tenant_id, ticket_id, act, actor=actor)
        except _REFUSALS as refusal:
            return ActDone(act=act, outcome=Outcome.REFUSED, refusal=refusal)

    async def _do(self, session: Session, tenant_id: UUID, ticket_id: UUID, act: Deed, *, actor: Actor) -> ActDone:
        hands = self._hands
        ticket = await hands.tickets.get(session, tenant_id, ticket_id)
        match act:
            case ReplyAct():
                return await self._reply(session, tenant_id, ticket, act, actor=actor)
            case NoteAct(text=text, language=language):
                filled = await self._filled(session, tenant_id, ticket, text, language=language, actor=actor)
                await hands.mentioning.note(session, tenant_id, ticket_id, filled, actor=actor)
                return ActDone(act=act, outcome=Outcome.DONE, text=filled)
            case TagOnAct(tag_id=tag_id):
                now = await hands.tags.put(session, tenant_id, ticket_id, tag_id, version=ticket.version, actor=actor)
            case TagOffAct(tag_id=tag_id):
                now = await hands.tags.take_off(
                    session, tenant_id, ticket_id, tag_id, version=ticket.version, actor=actor
                )
            case TeamAct() | AssigneeAct() | StatusAct():
                now = await self._change(session, tenant_id, ticket, act, actor=actor)
            case SnoozeAct(until_at=until_at):
                now = ticket
                if ticket.snoozed_at is None:  # whoever set it aside before said until when
                    now = await hands.snoozing.snooze(
                        session, tenant_id, ticket_id, until_at=until_at, version=ticket.version, actor=actor
                    )
            case _:
                assert_never(act)
        return ActDone(act=act, outcome=_outcome(ticket, now))

    async def _change(
        self, session: Session, tenant_id: UUID, ticket: Ticket, act: TeamAct | AssigneeAct | StatusAct, *, actor: Actor
    ) -> Ticket:
        match act:
            case TeamAct(team_id=team_id):
                changes: dict[str, object] = {"team_id": team_id}
                same = ticket.team_id == team_id
            case AssigneeAct(me=True):
                if actor.kind != "agent" or actor.id is None:
                    raise Invalid(flaws=[Flaw("/me", "agent", _OWN["me"])])
                changes, same = {"assignee_id": actor.id}, ticket.assignee_id == actor.id
            case AssigneeAct(assignee_id=user_id):
                changes, same = {"assignee_id": user_id}, ticket.assignee_id == user_id
            case StatusAct(status=status):
                changes, same = {"status": status.value}, ticket.status is status
            case _:
                assert_never(act)
        if same:
            return ticket
        return await self._hands.tickets.change(
            session, tenant_id, ticket.id, changes, version=ticket.version, actor=actor
        )

    async def _reply(
        self, session: Session, tenant_id: UUID, ticket: Ticket, act: ReplyAct, *, actor: Actor
    ) -> ActDone:
        if act.send:
            text = await self._filled(session, tenant_id, ticket, act.text, language=act.language, actor=actor)
            draft = Draft(text=text, status_after=None, activity=True)
            await self._hands.answering.reply(session, tenant_id, ticket.id, draft, expected_last=None, actor=actor)
            return ActDone(act=act, outcome=Outcome.DONE, text=text)
        drafts = self._hands.drafts
        was = await drafts.get(session, tenant_id, ticket.id, author=actor.label, kind=DraftKind.REPLY)
        if was.text.strip():
            raise DraftInTheWay(DraftInTheWay.advice)
        # What is still to be written stays visible in a draft; it would not leave so.
        filled = await self._hands.wordings.fill(
            session, tenant_id, ticket, act.text, language=act.language, actor=actor
        )
        await drafts.save(
            session,
            tenant_id,
            ticket.id,
            kind=DraftKind.REPLY,
            text=filled.text,
            shared=was.shared,
            version=was.version,
            actor=actor,
        )
        return ActDone(act=act, outcome=Outcome.DONE, text=filled.text)

    async def _filled(
        self, session: Session, tenant_id: UUID, ticket: Ticket, text: str, *, language: str, actor: Actor
    ) -> str:
        """Raises `UnfilledPlace`: what leaves, or is kept for good, has no hole."""
        filled = await self._hands.wordings.fill(session, tenant_id, ticket, text, language=language, actor=actor)
        refuse_missing(filled.missing)
        return filled.text


def _outcome(was: Ticket, now: Ticket) -> Outcome:
    return Outcome.UNCHANGED if replace(was, version=now.version) == now else Outcome.DONE
