"""The live test of a mailbox: the sending server up to the identification, the read one up to its folder.

Nothing is sent and nothing is read. A closed port, a filtered one and an address that may not be called are told alike.
"""

import asyncio
from contextlib import suppress

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPResponseException,
)
from pydantic import SecretStr

from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.imap import probe
from app.channels.adapters.email.mailbox import MailboxRefused, MailboxUnavailable
from app.channels.adapters.email.oauth import renew
from app.channels.adapters.email.smtp_send import authenticate, client_for
from app.channels.contract import Checked, CheckState, Context
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.kit.certificates import certificate_flaw
from app.channels.kit.probing import limited, ready, refused, unreachable

_SENDING, _READING = "le serveur d'envoi", "la boîte à relever"
_PATIENCE_S = 15.0


async def check(config: EmailConfig, context: Context) -> Checked:
    """Tests what is set; the first thing that fails is told."""
    if config.smtp_host is None and config.imap_host is None:
        return limited(
            "rien à joindre : le courrier doit être poussé vers Parvis, et rien ne part",
            "nothing to reach: mail must be pushed to Parvis, and nothing leaves",
        )
    config = config.model_copy(
        update={
            "smtp_timeout_s": min(config.smtp_timeout_s, _PATIENCE_S),
            "imap_timeout_s": min(config.imap_timeout_s, _PATIENCE_S),
        }
    )
    if config.lacks_token:
        try:
            token = (await renew(config, context)).settings["oauth_access_token"]
        except CredentialsRefused as refusal:
            return _told(CheckState.REFUSED, str(refusal), "no token is given for the mailbox: authorise Parvis again")
        except ChannelError as later:
            return _told(CheckState.UNREACHABLE, str(later), "the identification service gives no token now")
        config = config.model_copy(update={"oauth_access_token": SecretStr(token)})
    tested: list[Checked] = []
    if config.smtp_host is not None:
        tested.append(await _sending(config, context))
    if config.imap_host is not None:
        tested.append(await _reading(config, context))
    failed = next((one for one in tested if not one.ok), None)
    if failed is not None:
        return failed
    ways = [
        *(["l'envoi"] if config.smtp_host else []),
        *(["la relève"] if config.imap_host else []),
    ]
    english = [*(["sending"] if config.smtp_host else []), *(["reading"] if config.imap_host else [])]
    return ready(f"{' et '.join(ways)} : connexion et identification réussies", f"{' and '.join(english)}: connected")


async def _sending(config: EmailConfig, context: Context) -> Checked:
    try:
        client = await client_for(config, context)
        await asyncio.wait_for(client.connect(), _PATIENCE_S)
    except (SMTPException, OSError, ValueError, TimeoutError) as error:
        if flaw := certificate_flaw(error):
            french = f"le certificat du serveur d'envoi est refusé : {flaw}"
            return _told(CheckState.UNREACHABLE, french, "the certificate of the sending server is not valid")
        return unreachable(_SENDING)
    try:
        await authenticate(client, config)
    except SMTPAuthenticationError as error:
        return refused(_SENDING) if error.code >= 500 else unreachable(_SENDING)
    except SMTPNotSupported:
        return refused(_SENDING, detail="il ne propose pas l'identification réglée")
    except SMTPResponseException as error:
        return refused(_SENDING, detail=f"réponse {error.code}")
    except (SMTPException, OSError, TimeoutError):
        return unreachable(_SENDING)
    finally:
        with suppress(SMTPException, OSError, TimeoutError):
            await client.quit()
        client.close()
    return ready(_SENDING, _SENDING)


async def _reading(config: EmailConfig, context: Context) -> Checked:
    try:
        await probe(config, context)
    except MailboxRefused as error:
        english = "the mailbox refuses the name, the password, the token or the folder"
        return _told(CheckState.REFUSED, str(error), english)
    except MailboxUnavailable:
        return unreachable(_READING)
    return ready(_READING, _READING)


def _told(state: CheckState, french: str, english: str) -> Checked:
    return Checked(ok=False, state=state, words_fr=french, words_en=english)
