"""The town, its channels and what it had published. Everything is invented; example.fr belongs to nobody."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.bootstrap import House
from app.channels.values import Channel
from app.facts import Actor
from app.identity.accounts import Wanted
from app.identity.roles import Role
from app.identity.scopes import EVERYTHING
from app.tenants.values import TenantKind

SLUG = "villebourg"
TOWN: Mapping[str, Any] = {
    "slug": SLUG,
    "name": "Commune de Villebourg (démonstration)",
    "kind": TenantKind.COMMUNE.value,
    "territory": "METRO",
    "time_zone": "Europe/Paris",
    "service_name": "Accueil de la mairie",
    "postal_address": "1 place du Parvis, 00000 Villebourg",
    "email": "contact@villebourg.example.fr",
    "phone": "+33 1 99 00 00 00",
}
# Secrets of a house that nobody can reach from outside: they let the demonstration sign what it sends to itself.
CHANNELS: tuple[tuple[str, str, str | None, Mapping[str, Any]], ...] = (
    ("email", "Courriel de la mairie", "contact@villebourg.example.fr", {"address": "contact@villebourg.example.fr"}),
    ("webform", "Formulaire de contact", "contact", {"slug": "contact", "title": "Écrire à la mairie"}),
    (
        "sms.twilio",
        "SMS de la mairie",
        "+33199000001",
        {"account_sid": "ACdemonstration", "auth_token": "demonstration-twilio", "sender": "+33199000001"},
    ),
    ("sms.ovh", "SMS des alertes", "+33199000002", {"token": "demonstration-ovh", "service_name": "sms-demo-1"}),
    (
        "meta.messenger",
        "Page Facebook de la commune",
        None,
        {
            "app_secret": "demonstration-meta",
            "verify_token": "demonstration",
            "page_id": "100000000000001",
            "human_agent": True,
        },
    ),
    (
        "meta.instagram",
        "Instagram de la commune",
        None,
        {"app_secret": "demonstration-meta", "verify_token": "demonstration", "account_id": "100000000000002"},
    ),
    (
        "http",
        "Application « Ma rue »",
        None,
        {"secrets": ["whsec_ZGVtb25zdHJhdGlvbi1kZW1vbnN0cmF0aW9uLTAx"]},
    ),
)

# Nobody: names of examples, at addresses that reach no one.
ACCOUNTS = (
    (
        "administration@villebourg.example.fr",
        Wanted(name="Administration (démonstration)", role=Role.ADMINISTRATOR),
    ),
    ("agent@villebourg.example.fr", Wanted(name="Agent d’accueil (démonstration)", role=Role.AGENT)),
)
# Whoever opens the demonstration is shown around.
NEWCOMER: Mapping[str, Any] = {"tour": True}
# Without 0, o, 1, l nor i, which are mistaken for one another.
_TYPED = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Town:
    """The founded town: its id, its channels by type, a key with every right, its accounts and their passwords."""

    tenant_id: UUID
    channels: Mapping[str, Channel]
    key: str
    accounts: Mapping[str, str]


async def founded(house: House) -> Town | None:
    """Returns the town of an earlier start, None in an empty house."""
    for tenant_id in await house.tenants.directory():
        async with house.database.transaction(tenant=tenant_id) as session:
            tenant = await house.tenants.get(session, tenant_id)
            if tenant.slug == SLUG:
                channels = {c.type: c for c in await house.channels.all_of(session, tenant_id)}
                return Town(tenant_id, channels, _kept_key(house).read_text().strip(), _kept_accounts(house))
    return None


async def found(house: House) -> Town:
    """Founds the town, connects its channels, makes the key."""
    tenant_id = await house.tenants.found(dict(TOWN))
    channels = {}
    async with house.database.transaction(tenant=tenant_id) as session:
        for kind, name, address, config in CHANNELS:
            channels[kind] = await house.channels.connect(
                session, tenant_id, type=kind, name=name, address=address, config=config
            )
    key, _ = await house.access.create(tenant_id, name="démonstration", scopes=EVERYTHING)
    path = _kept_key(house)
    path.touch(mode=0o600)
    path.write_text(key)
    return Town(tenant_id, channels, key, await _people(house, tenant_id))


async def _people(house: House, tenant_id: UUID) -> Mapping[str, str]:
    """Opens the accounts as anybody's are: by their links. Returns their passwords, made here and for here alone."""
    passwords = {}
    for email, wanted in ACCOUNTS:
        async with house.database.transaction(tenant=tenant_id) as session:
            word, _ = await house.accounts.invite(session, tenant_id, email=email, wanted=wanted)
        passwords[email] = _password()
        person = await house.accounts.accept(word, password=passwords[email])
        async with house.database.transaction(tenant=tenant_id) as session:
            await house.preferences.change(
                session, tenant_id, person.id, wishes=NEWCOMER, version=0, actor=Actor("agent", person.id, person.name)
            )
    path = house.settings.data_dir / "accounts.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords))
    return passwords


def _kept_accounts(house: House) -> Mapping[str, str]:
    path = house.settings.data_dir / "accounts.json"
    if not path.exists():  # a house filled before there were accounts: its key still opens it
        return {}
    kept: Mapping[str, str] = json.loads(path.read_text())
    return kept


def _password() -> str:
    """Returns one that a newcomer can type: sixteen small letters and digits in four groups, some 80 bits."""
    return "-".join("".join(secrets.choice(_TYPED) for _ in range(4)) for _ in range(4))


def _kept_key(house: House) -> Any:
    # A key is shown once; the demonstration keeps its own so that a second start can print it again.
    return house.settings.data_dir / "demo.key"
