"""Tokens of mailboxes at Microsoft and Google (RFC 6749 § 4.4, § 6): asked for, and what each refusal means."""

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit

from app.channels.adapters.email.config import EmailConfig
from app.channels.contract import Context, Renewed, Sent
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.kit.json import JsonRefused, load_provider, number, text
from app.channels.kit.sending import Answer, Call, exchange

_GOOGLE = "https://oauth2.googleapis.com/token"
_MICROSOFT = "https://login.microsoftonline.com/{directory}/oauth2/v2.0/token"
_APPLICATION_SCOPE = "https://outlook.office365.com/.default"
_DELEGATED_SCOPE = (
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
)
_NAMES = {"microsoft": "Microsoft", "google": "Google"}
# Of an answer that does not say how long its token lasts.
_SHORTEST_S, _USUAL_S, _LONGEST_S = 60.0, 3_000.0, 86_400.0
_WORD = re.compile(r"[a-z_]{1,60}")
_MICROSOFT_CODE = re.compile(r"\bAADSTS\d{4,8}\b")
# RFC 6749 § 5.2, and what OpenID Connect and Microsoft add to it: only a person ends these.
_REFUSALS: Mapping[str, str] = {
    "invalid_grant": "l'autorisation a été retirée, ou a expiré : autorisez Parvis de nouveau",
    "interaction_required": "une personne doit s'identifier de nouveau : autorisez Parvis de nouveau",
    "consent_required": "l'application n'est plus autorisée : redonnez-lui l'accès à la boîte",
    "invalid_client": "l'identifiant ou le secret de l'application est refusé, ou a expiré",
    "unauthorized_client": "l'application n'a pas le droit de demander ce jeton",
    "access_denied": "l'accès est refusé à l'application",
    "invalid_scope": "l'application n'a pas les droits sur le courrier (IMAP et SMTP)",
    "unsupported_grant_type": "l'application n'a pas le droit de demander ce jeton",
    "invalid_request": "la demande de jeton est refusée : vérifiez l'annuaire et l'identifiant de l'application",
    "invalid_resource": "l'application n'a pas les droits sur le courrier (IMAP et SMTP)",
}


class NoToken(ChannelError):
    """The identification service gave no token, and may give one later."""


def grant(config: EmailConfig) -> str | None:
    """Returns a digest of what tokens are obtained with; None for a mailbox that acts with a password."""
    if config.oauth_provider is None:
        return None
    told = [config.oauth_provider, config.oauth_directory, config.oauth_client_id or ""]
    secrets = (config.oauth_client_secret, config.oauth_refresh_token)
    told += [secret.get_secret_value() if secret else "" for secret in secrets]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()


async def renew(config: EmailConfig, context: Context) -> Renewed:
    """Obtains an access token, by the refresh token, or in the application's own name where there is none.

    Raises `CredentialsRefused` or `NoToken`. An answer that was lost is no harm: the token before goes on.
    """
    if config.oauth_provider is None:
        raise NoToken("cette boîte n'utilise pas de jeton renouvelé")
    name, url = _NAMES[config.oauth_provider], token_url(config)
    asked_at = context.now()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    host = urlsplit(url).hostname or ""
    call = Call(method="POST", url=url, body=urlencode(_form(config)).encode(), headers=headers, hosts=(host,))
    answer = await exchange(call, context)
    if isinstance(answer, Sent):
        raise NoToken(f"le service d'identification de {name} ne répond pas")
    document = _document(answer)
    token = text(document, "access_token")
    if answer.status != 200 or not token or not token.isascii() or any(char.isspace() for char in token):
        raise _refusal(answer, document, name=name)
    settings = {"oauth_access_token": token}
    rotated = text(document, "refresh_token") or _secret(config.oauth_rotated_token)
    if rotated:
        settings["oauth_rotated_token"] = rotated
    lasts = min(max(_seconds(document, "expires_in") or _USUAL_S, _SHORTEST_S), _LONGEST_S)
    grant_lasts = _seconds(document, "refresh_token_expires_in")
    return Renewed(
        settings=settings,
        ends_at=asked_at + timedelta(seconds=lasts),
        credentials_expire_at=asked_at + timedelta(seconds=grant_lasts) if grant_lasts else None,
    )


def token_url(config: EmailConfig) -> str:
    if config.oauth_provider == "google":
        return _GOOGLE
    return _MICROSOFT.format(directory=quote(config.oauth_directory, safe=""))


def _form(config: EmailConfig) -> dict[str, str]:
    form = {"client_id": config.oauth_client_id or ""}
    if config.oauth_client_secret is not None:
        form["client_secret"] = config.oauth_client_secret.get_secret_value()
    refresh = _secret(config.oauth_rotated_token) or _secret(config.oauth_refresh_token)
    if refresh is None:
        return form | {"grant_type": "client_credentials", "scope": _APPLICATION_SCOPE}
    form |= {"grant_type": "refresh_token", "refresh_token": refresh}
    if config.oauth_provider == "microsoft":
        form["scope"] = _DELEGATED_SCOPE
    return form


def _refusal(answer: Answer, document: object, *, name: str) -> ChannelError:
    error = text(document, "error") or ""
    if 400 <= answer.status < 500 and answer.status != 429 and error in _REFUSALS:
        # Of the provider's own words only its code is kept: they may quote what was sent.
        code = _MICROSOFT_CODE.search(text(document, "error_description") or "")
        told = f"{error}, {code[0]}" if code else error
        return CredentialsRefused(f"{name} ne donne plus de jeton pour la boîte : {_REFUSALS[error]} ({told})")
    told = f" ({error})" if _WORD.fullmatch(error) else ""
    if answer.status == 200:
        return NoToken(f"le service d'identification de {name} a répondu une chose qui ne se comprend pas")
    return NoToken(f"le service d'identification de {name} a répondu {answer.status}{told}")


def _document(answer: Answer) -> object:
    try:
        return load_provider(answer.body)
    except JsonRefused:
        return None


def _seconds(document: object, name: str) -> float | None:
    """Reads a duration; some servers write it as text. One of ten years or more is no duration."""
    found = number(document, name)
    return found if found is not None and 0 < found < 3.2e8 else None


def _secret(value: object) -> str | None:
    revealed = getattr(value, "get_secret_value", None)
    return revealed() or None if revealed else None
