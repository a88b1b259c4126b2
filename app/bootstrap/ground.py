"""The ground floor of the house."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.api.health import Check
from app.api.readiness import readiness
from app.audit.journal import AuditTrail
from app.audit.witness import Witness
from app.bootstrap.choosing import bell_of, masters_of, password_accounts, quotas_of, ring_of
from app.bootstrap.pieces import store_of
from app.bootstrap.refusing import refuse_settings
from app.bootstrap.sealed import SEALED
from app.channels.registry import Registry
from app.channels.service import Channels
from app.clock import Clock
from app.db.transaction import Database
from app.egress.policy import EgressPolicy
from app.exchanges.reading import Reader
from app.facts import FactBook
from app.files.store import Store
from app.forms.guarding import Guarding
from app.forms.publishing import Publishing
from app.forms.service import Forms
from app.identity.absences import Absences
from app.identity.accounts import Accounts
from app.identity.codes import Codes
from app.identity.operators import Operators
from app.identity.passkeys import Passkeys
from app.identity.passwords import Passwords
from app.identity.preferences import Preferences
from app.identity.proving import Proving
from app.identity.second_factor import SecondFactor
from app.identity.service import Keys
from app.identity.sessions import Sessions
from app.identity.signing_in import SigningIn
from app.identity.teams import Teams
from app.jobs.setting_aside import SettingAside
from app.live.bell import Bell
from app.live.events import EventLog
from app.live.presence import Presence
from app.reporting.opening.office import OpeningOffice
from app.rest.quotas import Quotas
from app.sealing import KeyRing
from app.settings import Settings
from app.sve.guards import LiveTermGuard
from app.tenants.naming import Naming
from app.tenants.particulars import Particulars
from app.tenants.service import Tenants
from app.tenants.standing import Standing
from app.tickets.drafts import Drafts
from app.tickets.fields import Fields
from app.tickets.filling import FieldsGuard
from app.tickets.links import Links
from app.tickets.service import Tickets
from app.tickets.snoozing import Snoozing
from app.tickets.tags import Tags
from app.tickets.views import Views
from app.vault.rotating import Rotation
from app.vault.service import Vault


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What stands whatever the house does: settings, database, bell, journal, people's and channels' registers."""

    settings: Settings
    clock: Clock
    database: Database
    keys: KeyRing
    quotas: Quotas
    vault: Vault
    rotation: Rotation
    base_url: str
    registry: Registry
    store: Store
    bell: Bell
    presence: Presence
    events: EventLog
    book: FactBook
    eyewitness: Witness
    reader: Reader
    setting_aside: SettingAside
    tenants: Tenants
    standing: Standing
    naming: Naming
    particulars: Particulars
    access: Keys
    sessions: Sessions
    accounts: Accounts
    teams: Teams
    opening: OpeningOffice
    absences: Absences
    preferences: Preferences
    second_factor: SecondFactor
    passkeys: Passkeys
    proving: Proving
    signing_in: SigningIn
    operators: Operators
    channels: Channels
    forms: Forms
    guarding: Guarding
    publishing: Publishing
    tickets: Tickets
    tags: Tags
    fields: Fields
    links: Links
    views: Views
    drafts: Drafts
    snoozing: Snoozing
    checks: Sequence[Check]


def ground_of(settings: Settings, *, clock: Clock, database: Database, reader: Reader, embedded: bool) -> Ground:
    """Lays the ground."""
    refuse_settings(settings, embedded=embedded)
    ring = ring_of(settings, embedded=embedded)
    vault = Vault(masters_of(settings, ring), ring, clock)
    bell = bell_of(settings, database)
    events = EventLog(bell)
    book, registry = FactBook(sinks=(events, AuditTrail())), Registry.installed()
    channels = Channels(database, registry, vault, clock, egress=EgressPolicy(settings.egress_allow))
    access, passwords, codes = Keys(database, clock), Passwords(only=password_accounts(settings)), Codes(vault)
    sessions, tenants = Sessions(database, access, clock), Tenants(database, clock)
    base_url, store = settings.base_url.rstrip("/"), store_of(settings)
    passkeys = Passkeys(database, ring, book, clock, base_url=base_url)
    tickets, teams = Tickets(book, FieldsGuard(LiveTermGuard()), clock), Teams(book, clock)
    return Ground(
        settings=settings,
        clock=clock,
        database=database,
        keys=ring,
        quotas=quotas_of(settings),
        vault=vault,
        rotation=Rotation(database, vault, SEALED, book, clock),
        base_url=base_url,
        registry=registry,
        store=store,
        bell=bell,
        presence=Presence(bell),
        events=events,
        book=book,
        eyewitness=Witness(database, ring, book, clock),
        reader=reader,
        setting_aside=SettingAside(database, book, clock, named={"channel": "channels", "message": "messages"}),
        tenants=tenants,
        particulars=Particulars(tenants, book, clock),
        naming=Naming(tenants, database, book, clock, hosts=settings.tenant_hosts),
        standing=Standing(tenants, book, clock, ask=settings.operator_contact),
        access=access,
        sessions=sessions,
        accounts=Accounts(database, sessions, passwords, book, clock),
        teams=teams,
        opening=OpeningOffice(tenants, teams, book, clock),
        absences=Absences(tenants, sessions, book, clock),
        preferences=Preferences(book, clock),
        second_factor=SecondFactor(codes, sessions, book, clock),
        passkeys=passkeys,
        proving=Proving(database, sessions, passwords, codes, passkeys, access, book, clock),
        signing_in=SigningIn(database, sessions, passwords, codes, passkeys, book, clock),
        operators=Operators(database, sessions, book, clock),
        channels=channels,
        forms=Forms(database, channels, book, clock),
        guarding=Guarding(database, ring),
        publishing=Publishing(store, book, clock),
        tickets=tickets,
        tags=Tags(tickets, book, clock),
        fields=Fields(book, clock),
        links=Links(tickets, book, clock),
        views=Views(book, clock),
        drafts=Drafts(database, tickets, book, clock),
        snoozing=Snoozing(database, tickets, book, clock),
        checks=readiness(database, store, vital=settings.files_url is None),
    )
