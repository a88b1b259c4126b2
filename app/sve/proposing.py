"""What is proposed for the message of a saisine: its procedures, its nature. An agent chooses; nothing is applied."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from app.db.transaction import Session
from app.sve.catalogue import Catalogue
from app.sve.local_procedures.service import Procedures
from app.sve.local_procedures.shelves import View
from app.sve.suggestion import Nature, NatureKind, Ranking, Suggestion, nature
from app.sve.values import Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.service import Tickets
from app.tickets.values import MachineText, Message

_KEPT = 1024
# What a letter asks stands on its first pages; what follows is copies of other papers.
_READ = 20_000
# Said only of what holds no word of asking: « merci pour votre accueil » speaks of no accueil périscolaire.
_ASKING_NOTHING = frozenset({NatureKind.THANKS, NatureKind.SPAM_LIKE})


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a message seems to be and to speak of, in the catalogue of the day it was received."""

    nature: Nature
    procedures: Sequence[Suggestion]
    ranking: Ranking
    catalogue: Catalogue

    def rank(self, code: str | None) -> int | None:
        """Says at which place a procedure had been proposed, None when it had not."""
        codes = [one.code for one in self.procedures]
        return codes.index(code) + 1 if code in codes else None


class Proposing:
    """Reads the citizen's own words, and of a scanned letter, which has none here, what a machine read. The same message in the same catalogue is ranked once a process."""

    def __init__(self, procedures: Procedures, tenants: Tenants, tickets: Tickets) -> None:
        self._procedures, self._tenants, self._tickets = procedures, tenants, tickets
        self._kept: OrderedDict[tuple[object, ...], tuple[View, Proposed]] = OrderedDict()

    async def of(self, session: Session, saisine: Saisine) -> Proposed:
        """Returns what is proposed for one saisine. Raises `NotFound` when its message is gone."""
        tenant = await self._tenants.get(session, saisine.tenant_id)
        message = await self._tickets.message(session, saisine.tenant_id, saisine.message_id)
        return (await self.of_messages(session, tenant, [saisine], [message]))[saisine.id]

    async def of_messages(
        self, session: Session, tenant: Tenant, saisines: Sequence[Saisine], messages: Sequence[Message]
    ) -> Mapping[UUID, Proposed]:
        """Returns what is proposed for each saisine whose message is among those given."""
        by_id = {message.id: message for message in messages}
        asked = [by_id[one.message_id] for one in saisines if one.message_id in by_id]
        scans = [piece for message in asked if not _has_words(message) for _, piece in message.pieces]
        read = await self._tickets.machine_texts(session, tenant.id, scans) if scans else {}
        found: dict[UUID, Proposed] = {}
        for saisine in saisines:
            if (message := by_id.get(saisine.message_id)) is not None:
                view = await self._procedures.view(session, tenant.id, on=saisine.received_on)
                found[saisine.id] = await self._proposed(
                    view, said_in(message, read), tenant.kind.value, saisine.received_on
                )
        return found

    async def _proposed(self, view: View, text: str, kind: str, on: date) -> Proposed:
        key = (id(view), kind, on, hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
        # The view is kept beside its answer: its identity is then nobody else's.
        if (kept := self._kept.get(key)) is None:
            seems = nature(text)
            ranked: Sequence[Suggestion] = ()
            if seems.kind not in _ASKING_NOTHING:
                # In a thread: the first question reads the whole catalogue, and meaning takes its time.
                ranked = await asyncio.to_thread(view.suggester.suggest, text, kind=kind, on=on)
            kept = view, Proposed(seems, ranked, view.suggester.ranking, view.catalogue)
            self._kept[key] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept[1]


def said_in(message: Message, read: Mapping[str, MachineText] = MappingProxyType({})) -> str:
    """Returns the citizen's own words: what is new in a letter, the answers of a form without its questions.

    Who they are says nothing of what they ask: names and addresses are left out of a form's answers. A letter that
    came as a picture is `read` by machine, by content: what proposes may be mistaken, as whoever chooses is told.
    """
    answers = message.fields.get("answers")
    if not _has_words(message):
        # A scanned letter: its text is the line the mail room's card makes, and says nothing of what is asked.
        scans = [read.get(piece.sha256 or "") for _, piece in message.pieces]
        return "\n".join([message.subject, *(one.text for one in scans if one is not None and one.text)])[:_READ]
    if not isinstance(answers, Mapping):
        return f"{message.subject}\n{message.text_new or message.text}"
    who = {message.author_name.strip().lower(), (message.author_address or "").strip().lower(), ""}
    given = [text.strip() for value in answers.values() for text in _texts(value)]
    return "\n".join(dict.fromkeys(text for text in given if text.lower() not in who and not _is_address(text)))


def _has_words(message: Message) -> bool:
    if message.fields.get("words") == "card":
        return False
    return "answers" in message.fields or bool((message.text_new or message.text).strip())


def _is_address(text: str) -> bool:
    return "@" in text and not any(map(str.isspace, text))


def _texts(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
