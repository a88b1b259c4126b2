"""Configurations that can send, to providers that do not exist."""

import base64

from pydantic import SecretStr

from app.channels.adapters.http.adapter import HttpConfig
from app.channels.adapters.mastodon import MastodonConfig
from app.channels.adapters.meta.instagram import InstagramConfig
from app.channels.adapters.meta.messenger import MessengerConfig
from app.channels.adapters.meta.whatsapp import WhatsappConfig
from app.channels.adapters.sms.brevo import BrevoSmsConfig
from app.channels.adapters.sms.low_code import LowCodeConfig
from app.channels.adapters.sms.mtarget import MtargetConfig
from app.channels.adapters.sms.ovh import OvhConfig
from app.channels.adapters.sms.smsmode import SmsmodeConfig
from app.channels.adapters.sms.twilio import TwilioConfig
from app.channels.adapters.sms.vonage import VonageConfig
from app.channels.adapters.telegram import TelegramConfig
from app.channels.contract import ChannelConfig

SIGNING = SecretStr("whsec_" + base64.b64encode(b"k" * 32).decode())
SENDING: dict[str, ChannelConfig] = {
    "http": HttpConfig(
        secrets=(SIGNING,), outbound_url="https://partner.example.org/parvis", outbound_secrets=(SIGNING,)
    ),
    "mastodon": MastodonConfig(
        instance="social.example.org", acct="ville@social.example.org", access_token=SecretStr("token-of-tests")
    ),
    "meta.instagram": InstagramConfig(
        app_secret=SecretStr("s"), access_token=SecretStr("token-of-tests"), account_id="1002"
    ),
    "meta.messenger": MessengerConfig(
        app_secret=SecretStr("s"), access_token=SecretStr("token-of-tests"), page_id="1001"
    ),
    "meta.whatsapp": WhatsappConfig(
        app_secret=SecretStr("s"),
        access_token=SecretStr("token-of-tests"),
        phone_number_id="77",
        business_account_id="900",
    ),
    "sms.brevo": BrevoSmsConfig(api_key=SecretStr("key-of-tests"), sender="Villebourg"),
    "sms.http": LowCodeConfig(
        send_url="https://sms.example.org/send?k={secret}",
        body='{"to": "{to}", "text": "{text}"}',
        headers={"Authorization": "Bearer {secret}"},
        secret=SecretStr("secret-of-tests"),
        sent_id_field="id",
    ),
    "sms.mtarget": MtargetConfig(username="ville", password=SecretStr("password-of-tests"), service_id="42"),
    "sms.ovh": OvhConfig(
        service_name="sms-ab12345-1",
        application_key="application",
        application_secret=SecretStr("secret-of-tests"),
        consumer_key=SecretStr("consumer-of-tests"),
    ),
    "sms.smsmode": SmsmodeConfig(api_key=SecretStr("key-of-tests")),
    "sms.vonage": VonageConfig(
        signature_secret=SecretStr("signature-of-tests"),
        api_key="key",
        api_secret=SecretStr("secret-of-tests"),
        sender="33700000000",
    ),
    "sms.twilio": TwilioConfig(account_sid="AC1", auth_token=SecretStr("token-of-tests"), sender="+33700000000"),
    "telegram": TelegramConfig(secret_token=SecretStr("s"), bot_token=SecretStr("123:token-of-tests")),
}
