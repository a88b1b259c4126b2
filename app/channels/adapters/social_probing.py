"""The live tests of Mastodon and Bluesky: whose account the credentials open.

Sources: docs.joinmastodon.org/methods/accounts#verify_credentials; docs.bsky.app com.atproto.server.createSession.
"""

import json

from pydantic import SecretStr

from app.channels.contract import Checked, Context
from app.channels.kit.json import text
from app.channels.kit.probing import asked, bearer, incomplete, limited, ready, refused
from app.channels.kit.sending import Call


async def check_mastodon(instance: str | None, acct: str | None, token: SecretStr | None, context: Context) -> Checked:
    """Tests an access token on its instance, and that it is the account's own."""
    if not instance or token is None:
        return incomplete("donnez l'instance et un jeton d'accès", "give the instance and an access token")
    url = f"https://{instance}/api/v1/accounts/verify_credentials"
    call = Call(method="GET", url=url, headers=bearer(token.get_secret_value()), hosts=(instance,))
    found = await asked(call, context, name="Mastodon")
    if isinstance(found, Checked):
        return found
    name = text(found.document, "acct") or text(found.document, "username") or "?"
    if acct and acct.lower().partition("@")[0] != name.lower().partition("@")[0]:
        return limited(
            f"le jeton est celui de @{name}, et le canal est réglé pour {acct}",
            f"the token is that of @{name}, and the channel is set for {acct}",
        )
    return ready(f"Mastodon reconnaît @{name}@{instance}", f"Mastodon knows @{name}@{instance}")


async def check_bluesky(service: str, did: str | None, password: SecretStr | None, context: Context) -> Checked:
    """Opens a session and keeps nothing of it."""
    if not did or password is None:
        return incomplete(
            "donnez le DID du compte et un mot de passe d'application", "give the account's DID and an app password"
        )
    body = json.dumps({"identifier": did, "password": password.get_secret_value()}).encode()
    url = f"https://{service}/xrpc/com.atproto.server.createSession"
    call = Call(method="POST", url=url, body=body, headers={"Content-Type": "application/json"}, hosts=(service,))
    found = await asked(call, context, name="Bluesky")
    if isinstance(found, Checked):
        return found
    if text(found.document, "did") != did:
        return refused("Bluesky", detail="un autre compte répond")
    name = text(found.document, "handle") or did
    return ready(f"Bluesky reconnaît @{name}", f"Bluesky knows @{name}")
