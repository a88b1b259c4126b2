"""The channels that come with Parvis. They register as anybody's do, by the entry points of `pyproject.toml`."""

from collections.abc import Mapping
from types import MappingProxyType

# The same lines as in pyproject.toml (a test compares them), for a checkout whose installed metadata are older than it.
BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "bluesky": "app.channels.adapters.bluesky:BlueskyAdapter",
        "chat": "app.channels.adapters.chat:ChatAdapter",
        "email": "app.channels.adapters.email:EmailAdapter",
        "email.brevo": "app.channels.adapters.mail_providers.brevo:BrevoMailAdapter",
        "email.mailgun": "app.channels.adapters.mail_providers.mailgun:MailgunAdapter",
        "email.postmark": "app.channels.adapters.mail_providers.postmark:PostmarkAdapter",
        "email.ses": "app.channels.adapters.mail_providers.ses:SesAdapter",
        "http": "app.channels.adapters.http.adapter:HttpAdapter",
        "mastodon": "app.channels.adapters.mastodon:MastodonAdapter",
        "meta.instagram": "app.channels.adapters.meta.instagram:InstagramAdapter",
        "meta.messenger": "app.channels.adapters.meta.messenger:MessengerAdapter",
        "meta.whatsapp": "app.channels.adapters.meta.whatsapp:WhatsappAdapter",
        "open311": "app.channels.adapters.open311:Open311Adapter",
        "phone": "app.channels.adapters.phone:PhoneAdapter",
        "phone.ami": "app.channels.adapters.asterisk.ami_adapter:AmiAdapter",
        "phone.ari": "app.channels.adapters.asterisk.ari_adapter:AriAdapter",
        "phone.asterisk": "app.channels.adapters.asterisk.adapter:AsteriskAdapter",
        "post": "app.channels.adapters.post:PostAdapter",
        "sms.brevo": "app.channels.adapters.sms.brevo:BrevoSmsAdapter",
        "sms.highconnection": "app.channels.adapters.sms.highconnection:HighConnectionAdapter",
        "sms.http": "app.channels.adapters.sms.low_code:LowCodeAdapter",
        "sms.mtarget": "app.channels.adapters.sms.mtarget:MtargetAdapter",
        "sms.ovh": "app.channels.adapters.sms.ovh:OvhAdapter",
        "sms.smsmode": "app.channels.adapters.sms.smsmode:SmsmodeAdapter",
        "sms.twilio": "app.channels.adapters.sms.twilio:TwilioAdapter",
        "sms.vonage": "app.channels.adapters.sms.vonage:VonageAdapter",
        "telegram": "app.channels.adapters.telegram:TelegramAdapter",
        "webform": "app.channels.adapters.webform:WebformAdapter",
        "x": "app.channels.adapters.x:XAdapter",
    }
)
