"""What comes in and what goes out, joined."""

from dataclasses import dataclass

from app.bootstrap.choosing import antivirus_of, captures, information_hours, recogniser_of
from app.bootstrap.ground import Ground
from app.bootstrap.law import Law
from app.channels.caring import ChannelCare
from app.channels.contract import Context
from app.channels.facts import ChannelReauthenticated
from app.channels.renewing import Renewal
from app.chat.carrying import Within
from app.chat.elsewhere import AttentiveComposer
from app.exchanges import waking
from app.exchanges.acknowledging import Acknowledging
from app.exchanges.administrators import TellingAdministrators
from app.exchanges.batches import Batches
from app.exchanges.carrying import Captured, Carrier, Providers
from app.exchanges.composing import Composer
from app.exchanges.confirmation_mails import ConfirmationMails
from app.exchanges.confirming import Confirming
from app.exchanges.deciphering import Deciphering
from app.exchanges.delivering import Deliverer
from app.exchanges.dispatching import Dispatcher
from app.exchanges.echoing import Echoes
from app.exchanges.facts import PieceFetched
from app.exchanges.fetching import Fetching
from app.exchanges.forwarding import Forwarding
from app.exchanges.freezing import Freezer
from app.exchanges.idling import Idling
from app.exchanges.inbound import Inbound
from app.exchanges.inviting import Inviting
from app.exchanges.lanes import Lanes
from app.exchanges.noticing import Noticing
from app.exchanges.polling import Polling
from app.exchanges.receipts import Receipts
from app.exchanges.replaying import Replaying
from app.exchanges.resolving import Resolver
from app.exchanges.rounds import Rounds
from app.exchanges.satisfaction.answering import SatisfactionAnswers
from app.exchanges.satisfaction.asking import AskingSatisfaction
from app.exchanges.satisfaction.office import SatisfactionOffice
from app.exchanges.scanning import Scanning
from app.exchanges.sending_office import SendingOffice
from app.exchanges.streaming import Streaming
from app.exchanges.watching_folders import WatchedFolders
from app.sve.warning.posting import Posting
from app.sve.warning.vigil import Vigil
from app.sve.warning.windows import ReplyWindows
from app.tenants.facts import TenantResumed
from app.tickets.facts import MessageReceived


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What comes in and what goes out."""

    inbound: Inbound
    composer: Composer
    freezer: Freezer
    deliverer: Deliverer
    dispatcher: Dispatcher
    lanes: Lanes
    confirming: Confirming
    confirmation_mails: ConfirmationMails
    noticing: Noticing
    inviting: Inviting
    fetching: Fetching
    deciphering: Deciphering
    scanning: Scanning
    care: ChannelCare
    sending_office: SendingOffice
    vigil: Vigil
    resolver: Resolver
    replaying: Replaying
    forwarding: Forwarding
    satisfaction_office: SatisfactionOffice
    satisfaction_answers: SatisfactionAnswers
    asking_satisfaction: AskingSatisfaction
    rounds: Rounds
    folders: WatchedFolders
    idling: Idling
    streaming: Streaming


def traffic_of(ground: Ground, law: Law, *, context: Context, embedded: bool) -> Traffic:
    """Joins the doors' service, the outbox and the rounds."""
    database, tenants, channels, tickets = ground.database, ground.tenants, ground.channels, ground.tickets
    book, clock, store, legal = ground.book, ground.clock, ground.store, law.legal
    receipts, renewal = Receipts(legal, book, clock), Renewal(database, channels, ground.vault, context, book, clock)
    carrier = carrier_of(ground, context, renewal, embedded=embedded)
    freezer, hours = Freezer(tickets, book, ground.keys, ground.vault, clock), information_hours(ground.settings)
    composer = AttentiveComposer(channels, tickets, carrier, freezer, clock)
    office = SendingOffice(tenants, book, clock, default=hours)
    acknowledging = Acknowledging(tenants, channels, tickets, composer, freezer, office, book, clock)
    deliverer = deliverer_of(ground, law, carrier, receipts)
    echoes = Echoes(deliverer, tickets, book, clock)
    batches = Batches(channels, tenants, tickets, receipts, echoes, acknowledging, store, book)
    inbound = Inbound(database, channels, ground.reader, batches, book, clock)
    dispatcher = dispatcher_of(ground, law, deliverer, receipts, office)
    lanes, resolver = Lanes(dispatcher, clock), Resolver(legal, book, clock)
    noticing = Noticing(database, channels, carrier, ground.keys, book, clock)
    confirming, vigil = Confirming(database, ground.keys, book, clock), vigil_of(ground, law, noticing)
    confirmation_mails = confirmation_mails_of(ground, carrier, noticing, confirming)
    polling = Polling(database, channels, inbound, context, book, clock, renewal=renewal)
    fetching = Fetching(database, channels, store, context, book, clock)
    forwarding = Forwarding(database, channels, tickets, freezer, inbound, store, context, book, clock)
    care, folders = care_of(ground, context, renewal), folders_of(ground, inbound)
    deciphering, scanning = deciphering_of(ground), scanning_of(ground)
    asking = asking_of(ground, composer, freezer, office)
    leaving = (inbound, dispatcher, lanes, vigil, noticing, law.recomputing)
    looking = (polling, fetching, care, folders, confirmation_mails, forwarding)
    return Traffic(
        inbound=inbound,
        composer=composer,
        freezer=freezer,
        deliverer=deliverer,
        dispatcher=dispatcher,
        lanes=lanes,
        confirming=confirming,
        confirmation_mails=confirmation_mails,
        noticing=noticing,
        inviting=inviting_of(ground, noticing, embedded=embedded),
        fetching=fetching,
        deciphering=deciphering,
        scanning=scanning,
        care=care,
        sending_office=office,
        vigil=vigil,
        resolver=resolver,
        replaying=Replaying(channels, resolver),
        forwarding=forwarding,
        satisfaction_office=SatisfactionOffice(book, clock),
        satisfaction_answers=SatisfactionAnswers(database, tickets, ground.keys, book, clock),
        asking_satisfaction=asking,
        folders=folders,
        rounds=Rounds(database, tenants, *leaving, *looking, deciphering, scanning, asking, clock),
        idling=Idling(database, tenants, channels, context, renewal),
        streaming=Streaming(database, tenants, channels, inbound, context, book, clock),
    )


def inviting_of(ground: Ground, noticing: Noticing, *, embedded: bool) -> Inviting:
    """Joins what mails links to choose a password; where mails stay in the house, links are shown instead."""
    return Inviting(
        ground.database,
        ground.tenants,
        ground.accounts,
        ground.channels,
        noticing,
        ground.keys,
        ground.book,
        ground.clock,
        base_url=ground.base_url,
        leaves=not captures(ground.settings, embedded=embedded),
    )


def asking_of(ground: Ground, composer: Composer, freezer: Freezer, office: SendingOffice) -> AskingSatisfaction:
    """Joins what asks people whose request was answered whether they are satisfied."""
    return AskingSatisfaction(
        ground.database,
        ground.tenants,
        ground.channels,
        ground.tickets,
        composer,
        freezer,
        ground.keys,
        office,
        ground.book,
        ground.clock,
        base_url=ground.base_url,
    )


def deciphering_of(ground: Ground) -> Deciphering:
    """Joins what has scans read; it hears each message, and each piece that came later."""
    deciphering = Deciphering(
        ground.database,
        ground.store,
        ground.book,
        ground.clock,
        recogniser=recogniser_of(ground.settings),
        widely=ground.settings.ocr_pieces == "all",
    )
    ground.book.listen(MessageReceived, deciphering.heard)
    ground.book.listen(PieceFetched, deciphering.fetched)
    return deciphering


def scanning_of(ground: Ground) -> Scanning:
    """Joins what shows pieces to an antivirus; it hears each message, and each piece that came later."""
    antivirus = antivirus_of(ground.settings)
    scanning = Scanning(ground.database, ground.store, ground.book, ground.clock, antivirus=antivirus)
    ground.book.listen(MessageReceived, scanning.heard)
    ground.book.listen(PieceFetched, scanning.fetched)
    return scanning


def dispatcher_of(
    ground: Ground, law: Law, deliverer: Deliverer, receipts: Receipts, office: SendingOffice
) -> Dispatcher:
    """Joins what lets messages leave, lane by lane."""
    return Dispatcher(
        ground.database,
        ground.channels,
        deliverer,
        receipts,
        law.legal,
        ground.book,
        ground.clock,
        office=office,
    )


def carrier_of(ground: Ground, context: Context, renewal: Renewal, *, embedded: bool) -> Carrier:
    """Chooses how messages leave: to their providers, or into the house's own drawer."""
    chosen: Carrier = Captured() if captures(ground.settings, embedded=embedded) else Providers(context, renewal)
    return Within(chosen, ground.database, ground.bell, ground.clock)


def deliverer_of(ground: Ground, law: Law, carrier: Carrier, receipts: Receipts) -> Deliverer:
    """Joins what carries one leased message to what is recorded of it."""
    return Deliverer(
        ground.database,
        ground.channels,
        carrier,
        receipts,
        law.legal,
        ground.store,
        ground.book,
        ground.clock,
        vault=ground.vault,
        base_url=ground.base_url,
    )


def folders_of(ground: Ground, inbound: Inbound) -> WatchedFolders:
    """Joins the folders that scanners write into to the door."""
    return WatchedFolders(
        ground.database,
        ground.tenants,
        ground.channels,
        inbound,
        ground.book,
        ground.clock,
        root=ground.settings.data_dir / "courrier",
    )


def confirmation_mails_of(
    ground: Ground, carrier: Carrier, noticing: Noticing, confirming: Confirming
) -> ConfirmationMails:
    """Joins what asks the senders of doubtful submissions, and what forgets them in time."""
    return ConfirmationMails(
        ground.database,
        ground.tenants,
        ground.channels,
        carrier,
        noticing,
        confirming,
        ground.guarding,
        ground.clock,
        base_url=ground.base_url,
    )


def care_of(ground: Ground, context: Context, renewal: Renewal) -> ChannelCare:
    """Joins what looks after channels to what their messages wait for: new credentials let them leave."""
    ground.book.listen(ChannelReauthenticated, waking.heard)
    ground.book.listen(TenantResumed, waking.resumed)
    return ChannelCare(ground.database, ground.channels, context, ground.book, ground.clock, renewal=renewal)


def vigil_of(ground: Ground, law: Law, noticing: Noticing) -> Vigil:
    """Joins what watches legal terms to what tells agents; it hears each message for until when one may answer it."""
    database, tenants, channels = ground.database, ground.tenants, ground.channels
    book, clock = ground.book, ground.clock
    windows = ReplyWindows(
        channels, tenants, clock, can_mail=lambda connected: noticing.mail_way(connected) is not None
    )
    book.listen(MessageReceived, windows.heard)
    posting = Posting(book, clock)
    TellingAdministrators(tenants, posting, base_url=ground.base_url).listen(book)
    return Vigil(database, tenants, law.watch, windows, posting, book, clock, base_url=ground.base_url)
