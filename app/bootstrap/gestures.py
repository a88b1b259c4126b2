"""What people do with requests and with one another: answering, moving, merging, handing over, confiding."""

from dataclasses import dataclass

from app.bootstrap.following import Attention
from app.bootstrap.ground import Ground
from app.bootstrap.law import Law
from app.bootstrap.privacy import Privacy
from app.bootstrap.traffic import Traffic
from app.channels.approving import Approving
from app.channels.contract import Context
from app.channels.telling import Telling
from app.exchanges.answering import Answering
from app.exchanges.challenging import Challenging
from app.exchanges.confiding import Confiding
from app.exchanges.corresponding import Corresponding
from app.exchanges.desk import Desk
from app.exchanges.enclosing import Enclosing
from app.exchanges.enrolling import Enrolling
from app.exchanges.follow_up import FollowUp
from app.exchanges.macro_running import Hands, Running
from app.exchanges.moves import Moves
from app.exchanges.nearby import Nearby
from app.exchanges.persons import Persons
from app.exchanges.same_person import SamePerson
from app.exchanges.wordings import Wordings
from app.identity.facts import AbsenceChanged, AbsenceDeclared, TeamJoined
from app.sve.guards import LiveTermGuard
from app.sve.warning.posting import Posting
from app.tickets.canned_replies import CannedReplies, canned_replies
from app.tickets.macros import Macros, macros


@dataclass(frozen=True, kw_only=True)
class Gestures:
    """The gestures of agents, each a service of its own."""

    corresponding: Corresponding
    confiding: Confiding
    telling: Telling
    approving: Approving
    desk: Desk
    enrolling: Enrolling
    answering: Answering
    enclosing: Enclosing
    moves: Moves
    nearby: Nearby
    persons: Persons
    challenging: Challenging
    follow_up: FollowUp
    same_person: SamePerson
    wordings: Wordings
    running: Running
    canned_replies: CannedReplies
    macros: Macros


def gestures_of(
    ground: Ground, law: Law, privacy: Privacy, traffic: Traffic, attention: Attention, *, context: Context
) -> Gestures:
    """Joins them to what they act on."""
    database, tenants, channels, tickets = ground.database, ground.tenants, ground.channels, ground.tickets
    book, clock, legal, composer = ground.book, ground.clock, law.legal, traffic.composer
    challenging = Challenging(channels, tickets, composer, traffic.freezer, ground.keys, book, clock)
    answering, wordings = Answering(tickets, composer, legal, clock), Wordings(tenants, clock)
    return Gestures(
        corresponding=Corresponding(law.letters, legal, tickets, composer, ground.store, clock),
        confiding=confiding_of(ground),
        telling=Telling(database, channels, context, book, clock, base_url=ground.base_url),
        approving=Approving(database, channels, context, clock),
        enrolling=Enrolling(tenants, tickets, legal, book, clock),
        desk=Desk(channels, tenants, tickets, book, clock),
        answering=answering,
        enclosing=Enclosing(database, tickets, traffic.scanning, ground.store, clock),
        moves=Moves(tenants, law.refresher, LiveTermGuard(), privacy.holds, book, clock),
        nearby=Nearby(channels, tickets, book, clock),
        persons=Persons(tenants, book, clock),
        challenging=challenging,
        follow_up=FollowUp(channels, tickets, legal, challenging, traffic.inbound, ground.keys, clock),
        same_person=SamePerson(privacy.holds, book, clock),
        wordings=wordings,
        canned_replies=canned_replies(book, clock),
        macros=macros(book, clock),
        running=Running(
            Hands(tickets, attention.mentioning, ground.tags, ground.snoozing, ground.drafts, answering, wordings)
        ),
    )


def confiding_of(ground: Ground) -> Confiding:
    """Joins what tells teams of new eyes on their confidential requests; it hears who joins them."""
    posting = Posting(ground.book, ground.clock)
    confiding = Confiding(ground.tenants, posting, ground.book, ground.clock)
    ground.book.listen(TeamJoined, confiding.heard)
    for kind in (AbsenceDeclared, AbsenceChanged):
        ground.book.listen(kind, confiding.lent)
    return confiding
