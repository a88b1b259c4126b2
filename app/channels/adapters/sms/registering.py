"""Telling Twilio and Vonage where the SMS of a number go, and taking it back. Repeated, it changes nothing.

Sources: twilio.com/docs/phone-numbers/api/incomingphonenumber-resource, /docs/messaging/api/service-resource;
developer.vonage.com/en/api/numbers (number/update).
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from app.channels.contract import Checked, Context
from app.channels.kit.json import objects, text
from app.channels.kit.probing import Told, asked, incomplete, ready, unsure
from app.channels.kit.sending import Call, basic_auth

TWILIO = "api.twilio.com"
TWILIO_SERVICES = "messaging.twilio.com"
VONAGE = "rest.nexmo.com"
_FORM = "application/x-www-form-urlencoded"
_KEYS_MISSING = (
    "donnez les clés du compte et le numéro qui reçoit",
    "give the account's keys and the number that receives",
)


async def tell_twilio(
    account: str, token: SecretStr | None, context: Context, *, sender: str | None, service: str | None, url: str
) -> Checked:
    """Sets the address of a messaging service, or else of a number; an empty one takes it back."""
    if token is None or not account or not (service or sender):
        return incomplete(*_KEYS_MISSING)
    signed = {"Authorization": basic_auth(account, token)}
    if service:
        place = f"https://{TWILIO_SERVICES}/v1/Services/{quote(service, safe='')}"
        return await _set("Twilio", place, signed, {"InboundRequestUrl": url, "InboundMethod": "POST"}, context)
    if not sender or not sender.startswith("+"):
        return incomplete(
            "l'adresse d'un expéditeur WhatsApp se donne dans la console de Twilio",
            "the address of a WhatsApp sender is given in Twilio's console",
        )
    root = f"https://{TWILIO}/2010-04-01/Accounts/{quote(account, safe='')}/IncomingPhoneNumbers"
    found = await _get("Twilio", f"{root}.json?{urlencode({'PhoneNumber': sender})}", signed, context)
    if isinstance(found, Checked):
        return found
    sid = next((sid for one in objects(found.document, "incoming_phone_numbers") if (sid := text(one, "sid"))), None)
    if sid is None:
        return incomplete(f"ce compte Twilio n'a pas le numéro {sender}", f"this Twilio account lacks {sender}")
    return await _set(
        "Twilio", f"{root}/{quote(sid, safe='')}.json", signed, {"SmsUrl": url, "SmsMethod": "POST"}, context
    )


async def tell_vonage(key: str, secret: SecretStr | None, context: Context, *, sender: str, url: str) -> Checked:
    """Sets the address of a number; an empty one takes it back."""
    number = sender.lstrip("+")
    if secret is None or not key or not number.isdecimal():
        return incomplete(*_KEYS_MISSING)
    signed = {"Authorization": basic_auth(key, secret)}
    asking = urlencode({"pattern": number, "search_pattern": "0"})
    found = await _get("Vonage", f"https://{VONAGE}/account/numbers?{asking}", signed, context)
    if isinstance(found, Checked):
        return found
    ours = [one for one in objects(found.document, "numbers") if text(one, "msisdn") == number]
    country = text(ours[0], "country") if ours else None
    if country is None:
        return incomplete(f"ce compte Vonage n'a pas le numéro {number}", f"this Vonage account lacks {number}")
    wanted = {"country": country, "msisdn": number, "moHttpUrl": url}
    return await _set("Vonage", f"https://{VONAGE}/number/update", signed, wanted, context)


async def check_vonage(key: str, secret: SecretStr | None, context: Context) -> Checked:
    """Asks for the balance of the account, which its keys alone may read."""
    if secret is None or not key:
        return incomplete("donnez la clé et son secret pour répondre", "give the key and its secret to answer")
    signed = {"Authorization": basic_auth(key, secret)}
    found = await _get("Vonage", f"https://{VONAGE}/account/get-balance", signed, context)
    if isinstance(found, Checked):
        return found
    if text(found.document, "value") is None:
        return unsure("Vonage")
    return ready("Vonage reconnaît le compte", "Vonage knows the account")


async def _get(name: str, url: str, headers: Mapping[str, str], context: Context) -> Told | Checked:
    host = url.split("/")[2]
    return await asked(Call(method="GET", url=url, headers=headers, hosts=(host,)), context, name=name)


async def _set(name: str, url: str, headers: Mapping[str, str], wanted: Mapping[str, str], context: Context) -> Checked:
    host = url.split("/")[2]
    call = Call(
        method="POST",
        url=url,
        headers={**headers, "Content-Type": _FORM},
        body=urlencode(wanted).encode(),
        hosts=(host,),
    )
    found = await asked(call, context, name=name)
    if isinstance(found, Checked):
        return found
    # Vonage answers 200 with the code of what went wrong.
    code = text(found.document, "error-code")
    if code not in {None, "200"}:
        return unsure(name, detail=text(found.document, "error-code-label") or code)
    return ready(f"{name} est prévenu", f"{name} was told")
