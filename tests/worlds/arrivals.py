"""What people send, and what providers make of it: doubled, shuffled, cut by deaths; each message stands once, in its place.

The rules are the house's (`place`, `TRIES`); of the database this is modelled: a reception's attempt is counted before it
is read, keys are unique in the transaction of their effect, and a batch is placed whole or not at all.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from app.exchanges.holding import LEASE
from app.exchanges.inbound import AGAIN_AFTER, TRIES
from app.exchanges.receptions import State
from app.tickets.threading import Known, Party, Why, place
from app.tickets.values import Incoming, Status
from tests.worlds.seeds import Broken, Chance

CHANNELS = (UUID(int=1), UUID(int=2))
PEOPLE = tuple(UUID(int=100 + n) for n in range(4))
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody wrote, once: `said` is their own words for it, which never change."""

    key: str
    said: str
    incoming: Incoming
    poison: bool = False


@dataclass(eq=False, slots=True)
class Kept:
    """One delivery as kept."""

    number: int
    letter: Letter
    state: State = State.QUEUED
    attempts: int = 0
    due_at: datetime = START
    ticket_id: UUID | None = None


@dataclass(eq=False)
class Arrivals:
    """The intake of one administration, two channels and four people."""

    HAPPENINGS: ClassVar = {"writes": 12, "doubled": 10, "claims": 16, "places": 16, "dies": 3, "time": 8, "closes": 2}

    now: datetime = START
    kept: list[Kept] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    claimed: list[list[tuple[Kept, int]]] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    keys: dict[tuple[UUID, str], tuple[str, UUID]] = field(default_factory=dict)
    messages: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, Party] = field(default_factory=dict)
    authors: dict[UUID, set[UUID]] = field(default_factory=dict)
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))  # type: ignore[type-arg]

    # What happens

    def writes(self, chance: Chance) -> None:
        """Somebody writes: anew, in a conversation, citing a message, or to a signed address that may be another's."""
        if len(self.letters) >= 16:
            return
        number, who, channel = next(self._numbers), chance.of(PEOPLE), chance.of(CHANNELS)
        cited = [one.incoming.external_id for one in self.letters if one.incoming.channel_id == channel]
        references = [name for name in (chance.of(cited),) if name] if cited and chance.one_in(2) else []
        tokens = [chance.of(tuple(self.tokens))] if self.tokens and chance.one_in(4) else []
        conversation = f"{who}" if channel == CHANNELS[1] else None
        incoming = Incoming(
            channel_id=channel, channel_type="email", reception_id=None, electronic=True, point_id=who,
            contact_id=None, author_name="", author_address=None, external_id=f"<{number}@x>",
            conversation=conversation, text=f"{number}", received_at=self.now, references=tuple(references),
            tokens=tuple(tokens),
        )  # fmt: skip
        self.letters.append(Letter(f"k{number}", f"{number}", incoming, poison=chance.one_in(12)))
        self._accept(self.letters[-1])

    def doubled(self, chance: Chance) -> None:
        """A provider delivers again what it delivered before."""
        if self.letters and len(self.kept) < 60:
            self._accept(chance.of(self.letters))

    def claims(self, chance: Chance) -> None:
        """A worker takes what is due, in the order it came; the attempt is counted before anything is read."""
        due = [one for one in self.kept if one.state is State.QUEUED and one.due_at <= self.now][: 1 + chance.below(8)]
        for one in due:
            one.attempts += 1
            one.due_at = self.now + LEASE
        if due:
            self.claimed.append([(one, one.attempts) for one in due])

    def places(self, chance: Chance) -> None:
        """A worker reads what it took and places it, in one transaction; another may have been quicker."""
        if not self.claimed:
            return
        batch = self.claimed.pop(chance.below(len(self.claimed)))
        for one, attempt in batch:
            if attempt > TRIES:
                self._settle(one, State.HELD)
            elif one.letter.poison:
                if attempt >= TRIES:
                    self._settle(one, State.HELD)
                else:
                    one.due_at = self.now + AGAIN_AFTER * attempt
        self._place([one for one, attempt in batch if attempt <= TRIES and not one.letter.poison])

    def dies(self, chance: Chance) -> None:
        """A worker dies with what it held: nothing of it was written."""
        if self.claimed:
            self.claimed.pop(chance.below(len(self.claimed)))

    def time(self, chance: Chance) -> None:
        self.now += timedelta(seconds=chance.of((1, 19, 61, 600)))

    def closes(self, chance: Chance) -> None:
        """An agent closes a request; and gives an address to answer to, to whoever wrote it."""
        if not self.authors:
            return
        ticket_id = chance.of(tuple(self.authors))
        self.tokens[f"t{len(self.tokens)}"] = Party(ticket_id, min(self.authors[ticket_id]))
        if chance.one_in(2):
            self.known.statuses[ticket_id] = Status.CLOSED

    # What is promised

    def check(self) -> None:
        """Each key has one message; each message one place; nobody's words joined what they take no part in."""
        if len(self.messages) != len(self.keys):
            raise Broken("a key without its message, or a message without its key")
        for one in self.kept:
            if one.state in {State.DONE, State.DUPLICATE} and self.messages.get(one.letter.said) != one.ticket_id:
                raise Broken(f"delivery {one.number} is said to be in another request than its message")

    def end(self) -> None:
        """With time, everything accepted is done, a duplicate, or held: the ledger has no difference (P3)."""
        self.claimed.clear()
        for _ in range(400):
            waiting = [one.due_at for one in self.kept if one.state is State.QUEUED]
            if not waiting:
                break
            self.now = max(self.now, min(waiting))
            self.claims(Chance(7))
            self.places(Chance(0))
            self.check()
        else:
            raise Broken("something stays queued")
        for letter in self.letters:
            ends = [one.state for one in self.kept if one.letter is letter]
            if ends.count(State.DONE) > 1 or (State.DONE not in ends and State.HELD not in ends):
                raise Broken(f"{letter.said} ended {ends}")
            if letter.poison and set(ends) != {State.HELD}:
                raise Broken(f"{letter.said} cannot be read, and ended {ends}")

    # How

    def _accept(self, letter: Letter) -> None:
        self.kept.append(Kept(len(self.kept), letter, due_at=self.now))

    def _place(self, batch: Sequence[Kept]) -> None:
        self.known.tokens = self.tokens
        for one in batch:
            if one.state is not State.QUEUED:
                continue  # settled by another meanwhile
            incoming, key = one.letter.incoming, (one.letter.incoming.channel_id, one.letter.key)
            if key in self.keys:
                digest, ticket_id = self.keys[key]
                one.ticket_id = ticket_id
                self._settle(one, State.DUPLICATE if digest == one.letter.said else State.HELD)
                continue
            placement = place(incoming, self.known, references={})
            ticket_id = placement.ticket_id or UUID(int=1_000 + len(self.messages))
            self._rightly(incoming, placement.why, ticket_id)
            self.known.statuses.setdefault(ticket_id, Status.NEW)
            if incoming.external_id:
                self.known.messages.setdefault((incoming.channel_id, incoming.external_id), []).append(ticket_id)
            if incoming.conversation and placement.why is Why.NEW:
                self.known.conversations[incoming.channel_id, incoming.conversation] = ticket_id
            assert incoming.point_id is not None
            self.known.participants.setdefault(ticket_id, set()).add(incoming.point_id)
            self.authors.setdefault(ticket_id, set()).add(incoming.point_id)
            self.keys[key] = (one.letter.said, ticket_id)
            if one.letter.said in self.messages:
                raise Broken(f"{one.letter.said} became two messages")
            self.messages[one.letter.said] = one.ticket_id = ticket_id
            self._settle(one, State.DONE)

    def _rightly(self, incoming: Incoming, why: Why, ticket_id: UUID) -> None:
        """T03, T05, T08: only a signed address lets a stranger in; a closed conversation begins anew."""
        taking_part = self.authors.get(ticket_id, set())
        match why:
            case Why.REFERENCE if incoming.point_id not in taking_part:
                raise Broken("a stranger joined by citing a message")
            case Why.CONVERSATION if self.known.statuses[ticket_id] is Status.CLOSED:
                raise Broken("a closed conversation went on")
            case Why.CONVERSATION if incoming.point_id not in taking_part:
                raise Broken("a conversation took somebody else's words")
            case Why.TOKEN if all(self.tokens[token].ticket_id != ticket_id for token in incoming.tokens):
                raise Broken("a signed address led elsewhere")
            case Why.NEW if ticket_id in self.authors:
                raise Broken("a new request is an old one")

    def _settle(self, one: Kept, state: State) -> None:
        if one.state is State.QUEUED:
            one.state = state
