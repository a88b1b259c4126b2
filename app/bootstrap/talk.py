"""Live conversations, joined."""

from dataclasses import dataclass

from app.bootstrap.ground import Ground
from app.bootstrap.traffic import Traffic
from app.chat.availability import Availability
from app.chat.conversing import Conversing
from app.chat.elsewhere import AttentiveComposer
from app.chat.entering import Entrance
from app.chat.listening import Listening
from app.chat.office import Chat
from app.chat.tidying import Tidying
from app.chat.transcripts import Transcripts


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What is said while somebody waits."""

    chat: Chat


def talk_of(ground: Ground, traffic: Traffic) -> Talk:
    """Joins live conversations to the door in and to what leaves."""
    database, tenants, book, clock, bell = ground.database, ground.tenants, ground.book, ground.clock, ground.bell
    composer = traffic.composer
    if not isinstance(composer, AttentiveComposer):
        raise TypeError(type(composer))
    entrance = Entrance(database, ground.registry, ground.keys, clock, base_url=ground.base_url)
    conversing = Conversing(database, traffic.inbound, bell, book, clock, base_url=ground.base_url)
    return Talk(
        chat=Chat(
            entrance=entrance,
            availability=Availability(tenants, book, clock),
            conversing=conversing,
            composer=composer,
            transcripts=Transcripts(database, tenants, ground.tickets, composer, conversing, bell, book, clock),
            tidying=Tidying(database, tenants, ground.channels, conversing, entrance, clock),
            listening=Listening(),
        )
    )
