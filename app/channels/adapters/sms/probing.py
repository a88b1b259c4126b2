"""The live tests of SMS providers that have an account one can ask about: nothing is sent.

Sources: twilio.com/docs/iam/api/account; api.ovh.com/console (GET /sms/{serviceName}); developers.brevo.com/reference
(GET /account).
"""

from urllib.parse import quote

from pydantic import SecretStr

from app.channels.contract import Checked, Context, Sent
from app.channels.kit.json import JsonRefused, load_provider, number, objects, text
from app.channels.kit.probing import asked, incomplete, limited, ready, refused, unreachable, unsure
from app.channels.kit.sending import Answer, Call, basic_auth

BREVO_HOST = "api.brevo.com"
TWILIO_HOST = "api.twilio.com"
_FEW = 50


async def check_twilio(account: str, token: SecretStr | None, context: Context) -> Checked:
    """Asks for the account the token opens."""
    if not account or token is None:
        return incomplete(
            "donnez l'identifiant du compte et son jeton pour répondre", "give the account's id and its token to answer"
        )
    url = f"https://{TWILIO_HOST}/2010-04-01/Accounts/{quote(account, safe='')}.json"
    call = Call(method="GET", url=url, headers={"Authorization": basic_auth(account, token)}, hosts=(TWILIO_HOST,))
    found = await asked(call, context, name="Twilio")
    if isinstance(found, Checked):
        return found
    name, status = text(found.document, "friendly_name") or account, text(found.document, "status")
    if status not in {None, "active"}:
        return refused("Twilio", detail=f"le compte est {status}")
    if text(found.document, "type") == "Trial":
        return limited(
            f"Twilio reconnaît le compte d'essai « {name} » : il n'écrit qu'aux numéros vérifiés",
            f"Twilio knows the trial account “{name}”: it writes to verified numbers only",
        )
    return ready(f"Twilio reconnaît le compte « {name} »", f"Twilio knows the account “{name}”")


async def check_brevo(key: SecretStr | None, context: Context) -> Checked:
    """Asks for the account the key opens, and how many SMS it has left."""
    if key is None:
        return incomplete("donnez la clé d'API du compte pour répondre", "give the account's API key to answer")
    headers = {"api-key": key.get_secret_value(), "Accept": "application/json"}
    call = Call(method="GET", url=f"https://{BREVO_HOST}/v3/account", headers=headers, hosts=(BREVO_HOST,))
    found = await asked(call, context, name="Brevo")
    if isinstance(found, Checked):
        return found
    name = text(found.document, "companyName") or text(found.document, "email")
    if name is None:
        return unsure("Brevo")
    left = next(
        (number(plan, "credits") for plan in objects(found.document, "plan") if text(plan, "type") == "sms"), None
    )
    if left is not None and left < _FEW:
        return limited(
            f"Brevo reconnaît le compte « {name} », où il ne reste que {int(left)} SMS",
            f"Brevo knows the account “{name}”, which has {int(left)} SMS left",
        )
    return ready(f"Brevo reconnaît le compte « {name} »", f"Brevo knows the account “{name}”")


def judged_ovh(answer: Answer | Sent, *, service: str) -> Checked:
    """Judges what OVHcloud answers about an SMS service."""
    if isinstance(answer, Sent):
        return unreachable("OVHcloud")
    try:
        document = load_provider(answer.body)
    except JsonRefused:
        document = None
    told = text(document, "message")
    if answer.status in {401, 403}:
        return refused("OVHcloud", detail=told)
    if answer.status == 404:
        return incomplete(
            f"OVHcloud ne connaît pas le service {service}", f"OVHcloud does not know the service {service}"
        )
    if answer.status == 429 or answer.status >= 500:
        return unreachable("OVHcloud")
    if answer.status != 200 or not isinstance(document, dict):
        return unsure("OVHcloud", detail=told)
    left = number(document, "creditsLeft")
    if left is not None and left < _FEW:
        return limited(
            f"OVHcloud reconnaît le service {service}, où il ne reste que {int(left)} crédits",
            f"OVHcloud knows the service {service}, which has {int(left)} credits left",
        )
    return ready(f"OVHcloud reconnaît le service {service}", f"OVHcloud knows the service {service}")
