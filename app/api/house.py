"""What the API asks of the house it stands in; the composition root satisfies it."""

from typing import Annotated, Protocol

from fastapi import Depends, Request

from app.api.hall import Halls
from app.audit.witness import Witness
from app.automations.rehearsing import Rehearsing
from app.automations.service import Automations
from app.bulk.service import BulkActs
from app.channels.approving import Approving
from app.channels.caring import ChannelCare
from app.channels.service import Channels
from app.channels.telling import Telling
from app.chat.office import Chat
from app.clock import Clock
from app.db.transaction import Database
from app.exchanges.answering import Answering
from app.exchanges.challenging import Challenging
from app.exchanges.confiding import Confiding
from app.exchanges.corresponding import Corresponding
from app.exchanges.deciphering import Deciphering
from app.exchanges.desk import Desk
from app.exchanges.enclosing import Enclosing
from app.exchanges.fetching import Fetching
from app.exchanges.forwarding import Forwarding
from app.exchanges.inbound import Inbound
from app.exchanges.inviting import Inviting
from app.exchanges.macro_running import Running
from app.exchanges.moves import Moves
from app.exchanges.nearby import Nearby
from app.exchanges.persons import Persons
from app.exchanges.replaying import Replaying
from app.exchanges.resolving import Resolver
from app.exchanges.same_person import SamePerson
from app.exchanges.satisfaction.office import SatisfactionOffice
from app.exchanges.scanning import Scanning
from app.exchanges.sending_office import SendingOffice
from app.exchanges.wordings import Wordings
from app.facts import FactBook
from app.files.store import Store
from app.following.followers import Followers
from app.following.mentioning import Mentioning
from app.following.notifications import Notifications
from app.forms.publishing import Publishing
from app.forms.service import Forms
from app.identity.absences import Absences
from app.identity.accounts import Accounts
from app.identity.identified import Identified
from app.identity.operators import Operators
from app.identity.preferences import Preferences
from app.identity.second_factor import SecondFactor
from app.identity.service import Keys
from app.identity.sessions import Sessions
from app.identity.teams import Teams
from app.imports.service import Imports
from app.live.bell import Bell
from app.live.events import EventLog
from app.live.presence import Presence
from app.privacy.elimination import Eliminations
from app.privacy.erasures import Erasures
from app.privacy.exporting import Exporting
from app.privacy.holds import Holds
from app.privacy.rectifying import Rectifying
from app.privacy.restricting import Restricting
from app.privacy.retention_office import RetentionOffice
from app.reporting.opening.office import OpeningOffice
from app.reporting.reports import Reports
from app.rest.callers import Presented
from app.rest.quotas import Quotas
from app.sealing import KeyRing
from app.sve.letters.deliveries import PostalDeliveries
from app.sve.letters.letterheads import Letterheads
from app.sve.letters.service import Letters
from app.sve.local_procedures.service import Procedures
from app.sve.proposing import Proposing
from app.sve.recomputing.service import Recomputing
from app.sve.service import LegalFace
from app.sve.warning.settings import WatchSettingsOffice
from app.tenants.exports import Exports
from app.tenants.particulars import Particulars
from app.tenants.service import Tenants
from app.tenants.standing import Standing
from app.tickets.canned_replies import CannedReplies
from app.tickets.drafts import Drafts
from app.tickets.fields import Fields
from app.tickets.links import Links
from app.tickets.macros import Macros
from app.tickets.service import Tickets
from app.tickets.snoozing import Snoozing
from app.tickets.tags import Tags
from app.tickets.views import Views
from app.webhooks.service import Webhooks
from app.webhooks.trials import Trials


class Limits(Protocol):
    """The settings the doors obey."""

    @property
    def max_mail_bytes(self) -> int: ...

    @property
    def max_hook_bytes(self) -> int: ...

    @property
    def max_form_bytes(self) -> int: ...

    @property
    def security_contact(self) -> str | None: ...

    @property
    def operator_contact(self) -> str | None: ...


class ApiHouse(Protocol):
    """The part of the house that the API reaches, kept at `app.state.house`."""

    @property
    def settings(self) -> Limits: ...

    @property
    def database(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def keys(self) -> KeyRing: ...

    @property
    def quotas(self) -> Quotas: ...

    @property
    def base_url(self) -> str: ...

    @property
    def store(self) -> Store: ...

    @property
    def bell(self) -> Bell: ...

    @property
    def presence(self) -> Presence: ...

    @property
    def halls(self) -> Halls: ...

    @property
    def events(self) -> EventLog: ...

    @property
    def book(self) -> FactBook: ...

    @property
    def eyewitness(self) -> Witness: ...

    @property
    def tenants(self) -> Tenants: ...

    @property
    def standing(self) -> Standing: ...

    @property
    def particulars(self) -> Particulars: ...

    @property
    def exports(self) -> Exports: ...

    @property
    def imports(self) -> Imports: ...

    @property
    def access(self) -> Keys: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def teams(self) -> Teams: ...

    @property
    def absences(self) -> Absences: ...
    @property
    def preferences(self) -> Preferences: ...

    @property
    def operators(self) -> Operators: ...

    @property
    def second_factor(self) -> SecondFactor: ...

    @property
    def channels(self) -> Channels: ...

    @property
    def forms(self) -> Forms: ...

    @property
    def publishing(self) -> Publishing: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def tags(self) -> Tags: ...
    @property
    def fields(self) -> Fields: ...

    @property
    def links(self) -> Links: ...

    @property
    def views(self) -> Views: ...

    @property
    def snoozing(self) -> Snoozing: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def enclosing(self) -> Enclosing: ...

    @property
    def followers(self) -> Followers: ...

    @property
    def mentioning(self) -> Mentioning: ...

    @property
    def notifications(self) -> Notifications: ...

    @property
    def bulk(self) -> BulkActs: ...

    @property
    def canned_replies(self) -> CannedReplies: ...

    @property
    def wordings(self) -> Wordings: ...

    @property
    def macros(self) -> Macros: ...
    @property
    def automations(self) -> Automations: ...
    @property
    def rehearsing(self) -> Rehearsing: ...

    @property
    def running(self) -> Running: ...

    @property
    def procedures(self) -> Procedures: ...

    @property
    def proposing(self) -> Proposing: ...

    @property
    def legal(self) -> LegalFace: ...

    @property
    def letterheads(self) -> Letterheads: ...

    @property
    def letters(self) -> Letters: ...

    @property
    def deliveries(self) -> PostalDeliveries: ...

    @property
    def corresponding(self) -> Corresponding: ...

    @property
    def moves(self) -> Moves: ...

    @property
    def nearby(self) -> Nearby: ...

    @property
    def forwarding(self) -> Forwarding: ...

    @property
    def persons(self) -> Persons: ...

    @property
    def challenging(self) -> Challenging: ...

    @property
    def same_person(self) -> SamePerson: ...

    @property
    def holds(self) -> Holds: ...

    @property
    def erasures(self) -> Erasures: ...

    @property
    def exporting(self) -> Exporting: ...

    @property
    def restricting(self) -> Restricting: ...

    @property
    def rectifying(self) -> Rectifying: ...

    @property
    def recomputing(self) -> Recomputing: ...

    @property
    def watch_settings(self) -> WatchSettingsOffice: ...

    @property
    def confiding(self) -> Confiding: ...

    @property
    def inviting(self) -> Inviting: ...

    @property
    def inbound(self) -> Inbound: ...

    @property
    def fetching(self) -> Fetching: ...

    @property
    def deciphering(self) -> Deciphering: ...

    @property
    def scanning(self) -> Scanning: ...

    @property
    def care(self) -> ChannelCare: ...

    @property
    def telling(self) -> Telling: ...

    @property
    def approving(self) -> Approving: ...

    @property
    def opening(self) -> OpeningOffice: ...

    @property
    def satisfaction_office(self) -> SatisfactionOffice: ...

    @property
    def sending_office(self) -> SendingOffice: ...

    @property
    def answering(self) -> Answering: ...

    @property
    def resolver(self) -> Resolver: ...

    @property
    def replaying(self) -> Replaying: ...

    @property
    def desk(self) -> Desk: ...

    @property
    def retention(self) -> RetentionOffice: ...

    @property
    def eliminations(self) -> Eliminations: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def chat(self) -> Chat: ...

    @property
    def webhooks(self) -> Webhooks: ...

    @property
    def webhook_trials(self) -> Trials: ...

    async def authenticate(self, token: str, *, presented: Presented) -> Identified:
        """Names the caller of a key or a session. Raises `Unauthenticated`."""
        ...


def house_of(request: Request) -> ApiHouse:
    house: ApiHouse = request.app.state.house
    return house


async def _present(request: Request) -> ApiHouse:
    # A coroutine, though it waits for nothing: FastAPI sends plain functions to a thread, for every request.
    return house_of(request)


House = Annotated[ApiHouse, Depends(_present)]
