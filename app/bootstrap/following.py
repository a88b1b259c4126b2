"""What people follow, and what each is told, joined to what happens to requests."""

from dataclasses import dataclass

from app.bootstrap.ground import Ground
from app.following.followers import Followers
from app.following.mentioning import Mentioning
from app.following.notifications import Notifications
from app.following.notifying import Notifying
from app.sve.facts import AlertOverdue, AlertRaised


@dataclass(frozen=True, kw_only=True)
class Attention:
    """What draws people's attention."""

    followers: Followers
    mentioning: Mentioning
    notifications: Notifications


def attention_of(ground: Ground) -> Attention:
    """Joins it; what people are told is written in the transaction of what happened."""
    followers = Followers(ground.tickets, ground.book, ground.clock)
    notifying = Notifying(followers, ground.bell, ground.clock)
    notifying.listen(ground.book)
    for warning in (AlertRaised, AlertOverdue):
        ground.book.listen(warning, notifying.warned)
    return Attention(
        followers=followers,
        mentioning=Mentioning(ground.tickets, followers, notifying, ground.book, ground.clock),
        notifications=Notifications(ground.database, ground.clock),
    )
