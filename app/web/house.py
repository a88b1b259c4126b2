"""What the pages ask of the house they stand in; the composition root satisfies it."""

from typing import Protocol

from fastapi import Request

from app.audit.witness import Witness
from app.channels.approving import Approving
from app.channels.caring import ChannelCare
from app.channels.service import Channels
from app.channels.telling import Telling
from app.chat.office import Chat
from app.clock import Clock
from app.db.transaction import Database
from app.exchanges.challenging import Challenging
from app.exchanges.composing import Composer
from app.exchanges.confiding import Confiding
from app.exchanges.confirming import Confirming
from app.exchanges.corresponding import Corresponding
from app.exchanges.deciphering import Deciphering
from app.exchanges.desk import Desk
from app.exchanges.enrolling import Enrolling
from app.exchanges.fetching import Fetching
from app.exchanges.follow_up import FollowUp
from app.exchanges.forwarding import Forwarding
from app.exchanges.inbound import Inbound
from app.exchanges.inviting import Inviting
from app.exchanges.moves import Moves
from app.exchanges.nearby import Nearby
from app.exchanges.persons import Persons
from app.exchanges.replaying import Replaying
from app.exchanges.resolving import Resolver
from app.exchanges.same_person import SamePerson
from app.exchanges.satisfaction.answering import SatisfactionAnswers
from app.exchanges.scanning import Scanning
from app.exchanges.sending_office import SendingOffice
from app.facts import FactBook
from app.files.store import Store
from app.following.mentioning import Mentioning
from app.forms.guarding import Guarding
from app.forms.publishing import Publishing
from app.forms.service import Forms
from app.identity.absences import Absences
from app.identity.accounts import Accounts
from app.identity.identified import Identified
from app.identity.oidc.door import ProviderDoor
from app.identity.operators import Operators
from app.identity.passkeys import Passkeys
from app.identity.proving import Proving
from app.identity.second_factor import SecondFactor
from app.identity.service import Keys
from app.identity.sessions import Sessions
from app.identity.signing_in import SigningIn
from app.identity.teams import Teams
from app.imports.service import Imports
from app.privacy.elimination import Eliminations
from app.privacy.erasures import Erasures
from app.privacy.exporting import Exporting
from app.privacy.holds import Holds
from app.privacy.rectifying import Rectifying
from app.privacy.restricting import Restricting
from app.privacy.retention_office import RetentionOffice
from app.reporting.reports import Reports
from app.rest.callers import Presented
from app.rest.quotas import Quotas
from app.sealing import KeyRing
from app.sve.letters.deliveries import PostalDeliveries
from app.sve.letters.letterheads import Letterheads
from app.sve.letters.service import Letters
from app.sve.local_procedures.service import Procedures
from app.sve.proposing import Proposing
from app.sve.service import LegalFace
from app.sve.warning.settings import WatchSettingsOffice
from app.sve.warning.taking import Taking
from app.tenants.exports import Exports
from app.tenants.particulars import Particulars
from app.tenants.service import Tenants
from app.tenants.standing import Standing
from app.tickets.drafts import Drafts
from app.tickets.fields import Fields
from app.tickets.service import Tickets
from app.webhooks.service import Webhooks
from app.webhooks.trials import Trials


class Limits(Protocol):
    """The settings a page obeys."""

    @property
    def max_form_bytes(self) -> int: ...


class WebHouse(Protocol):
    """The part of the house that pages reach, kept at `app.state.house`."""

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
    def operators(self) -> Operators: ...

    @property
    def second_factor(self) -> SecondFactor: ...

    @property
    def passkeys(self) -> Passkeys: ...

    @property
    def proving(self) -> Proving: ...

    @property
    def signing_in(self) -> SigningIn: ...

    @property
    def provider_door(self) -> ProviderDoor | None: ...

    @property
    def channels(self) -> Channels: ...

    @property
    def fields(self) -> Fields: ...
    @property
    def forms(self) -> Forms: ...

    @property
    def publishing(self) -> Publishing: ...

    @property
    def guarding(self) -> Guarding: ...

    @property
    def confirming(self) -> Confirming: ...

    @property
    def satisfaction_answers(self) -> SatisfactionAnswers: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def mentioning(self) -> Mentioning: ...

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
    def desk(self) -> Desk: ...

    @property
    def enrolling(self) -> Enrolling: ...

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
    def follow_up(self) -> FollowUp: ...

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
    def taking(self) -> Taking: ...

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
    def sending_office(self) -> SendingOffice: ...

    @property
    def resolver(self) -> Resolver: ...

    @property
    def replaying(self) -> Replaying: ...

    @property
    def composer(self) -> Composer: ...

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

    async def same_administration(self, request: Request, caller: Identified) -> None:
        """Raises `Forbidden` when the request names another administration than its caller's."""
        ...

    async def witness(self, caller: Identified, *, method: str, path: str) -> None:
        """Writes what an operator asks for into the journal."""
        ...


def house_of(request: Request) -> WebHouse:
    house: WebHouse = request.app.state.house
    return house
