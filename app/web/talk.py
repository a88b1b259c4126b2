"""What a request's page says of its live conversation: who is there, what was said, where an answer would leave."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from app.chat.elsewhere import Way
from app.chat.entering import fresh_name
from app.chat.values import Conversation, Line, NoticeCode
from app.chat.words import NOTICES
from app.db.transaction import Session
from app.tickets.values import Ticket
from app.web.house import WebHouse

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "here": "L’usager est là : la réponse paraît dans la discussion.",
        "email": "La réponse partira par courriel à {}, adresse que l’usager a laissée, non vérifiée.",
        "nowhere": "L’usager est parti sans laisser d’adresse : il ne lira la réponse que s’il revient sur la page de "
        "discussion.",
        "failed": "La connexion manque : rien n’a été envoyé deux fois, recommencez.",
    }
)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation beside its request; `way` is None when several people wrote, and somebody must be chosen."""

    conversation: Conversation
    here: bool
    way: Way | None
    lines: Sequence[Line]
    sending: str  # the name of the next quick answer: sent twice, it is one

    @property
    def notices(self) -> Mapping[NoticeCode, str]:
        return NOTICES

    @property
    def words(self) -> str:
        """The sentences the page's script says again when somebody comes, goes or leaves an address."""
        return json.dumps({**_SENTENCES, "notices": {code.value: str(said) for code, said in NOTICES.items()}})

    @property
    def asked_by_mail(self) -> bool:
        """Whether the visitor asked for an e-mail to begin with: they are then answered there, though they look."""
        return self.way is not None and self.way.by_mail and self.way.left_to is None

    @property
    def leaves(self) -> str:
        """Where an answer leaves, in one sentence."""
        email = self.conversation.email
        if self.here and not self.asked_by_mail:
            return _SENTENCES["here"]
        return _SENTENCES["email"].format(email) if email else _SENTENCES["nowhere"]


async def talk_of(session: Session, house: WebHouse, tenant_id: UUID, ticket: Ticket) -> Talk | None:
    """Returns the conversation of a request, None for all those that had none."""
    found = await house.chat.of_ticket(session, tenant_id, ticket.id) if ticket.channel_type == "chat" else None
    if found is None:
        return None
    way = await house.chat.composer.way(session, tenant_id, ticket)
    lines = await house.chat.lines(session, tenant_id, found.id, after=0)
    return Talk(found, found.here(house.clock()), way, lines, fresh_name())
