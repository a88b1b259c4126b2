"""The entrance through an identity provider, where the settings describe one."""

import httpx

from app.bootstrap.choosing import provider_of
from app.bootstrap.ground import Ground
from app.identity.codes import Codes
from app.identity.oidc.asking import Asking
from app.identity.oidc.door import ProviderDoor
from app.identity.oidc.recognising import Recognising


def provider_door_of(ground: Ground, *, http: httpx.AsyncClient) -> ProviderDoor | None:
    """Builds the door of the provider; what it asks leaves through the house's own client. Raises `Misconfigured`."""
    provider = provider_of(ground.settings)
    if provider is None:
        return None
    return ProviderDoor(
        Asking(provider, http, ground.clock),
        Recognising(provider, ground.sessions, ground.book),
        provider,
        ground.database,
        ground.sessions,
        ground.accounts,
        ground.tenants,
        Codes(ground.vault),
        ground.keys,
        ground.vault,
        ground.book,
        ground.clock,
    )
