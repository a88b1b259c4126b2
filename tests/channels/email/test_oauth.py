"""Tokens of mailboxes, on the wire of Microsoft and Google: what is asked, what is understood, what is never told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.adapters.email.oauth import NoToken, grant, renew
from app.channels.contract import CheckState, Outcome, Party, PointKind, SendRequest
from app.channels.errors import CredentialsRefused
from tests.channels.signing import NOON
from tests.simulators.identification import Identification, refusing
from tests.simulators.misery import (
    Misery,
    a_page_in_a_success,
    cut_short,
    lost_after_the_body,
    lost_before_the_body,
    no_connection,
    out_of_order,
    sent_elsewhere,
)

APPLICATION = {"oauth_client_id": "application", "oauth_client_secret": "s3cret"}


def config(provider: str = "microsoft", **more: Any) -> EmailConfig:
    server = {"imap_host": "outlook.example.org", "imap_username": "contact@villebourg.example.fr"}
    whole = {"address": "contact@villebourg.example.fr", **server, **APPLICATION, "oauth_provider": provider, **more}
    return EmailConfig.model_validate(whole)


async def test_a_refresh_token_gives_an_access_token_at_microsoft() -> None:
    service = Identification()
    found = await renew(config(oauth_refresh_token="R0", oauth_directory="villebourg.example.fr"), service.context())
    assert found.settings == {"oauth_access_token": "jeton-1"}
    assert found.ends_at == NOON + timedelta(hours=1)
    (request,) = service.requests
    assert str(request.url) == "https://login.microsoftonline.com/villebourg.example.fr/oauth2/v2.0/token"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    (form,) = service.forms
    assert (form["grant_type"], form["refresh_token"], form["client_secret"]) == ("refresh_token", "R0", "s3cret")
    assert set(form["scope"].split()) == {
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office.com/SMTP.Send",
        "offline_access",
    }


async def test_an_application_acts_in_its_own_name_at_microsoft() -> None:
    service = Identification()
    await renew(config(), service.context())
    (form,) = service.forms
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "https://outlook.office365.com/.default"
    assert "refresh_token" not in form


async def test_google_is_asked_without_a_scope() -> None:
    service = Identification()
    await renew(config("google", oauth_refresh_token="R0"), service.context())
    assert str(service.requests[0].url) == "https://oauth2.googleapis.com/token"
    assert "scope" not in service.forms[0]


async def test_a_rotated_refresh_token_is_the_one_used_next() -> None:
    service = Identification(rotates=True)
    own = config(oauth_refresh_token="R0")
    first = await renew(own, service.context())
    second = await renew(config(oauth_refresh_token="R0", **first.settings), service.context())
    assert [form["refresh_token"] for form in service.forms] == ["R0", "R1"]
    assert second.settings["oauth_rotated_token"] == "R2"
    # What a token was obtained with does not change by rotating: only a person's new credentials do.
    assert grant(own) == grant(config(oauth_refresh_token="R0", **first.settings))
    assert grant(own) != grant(config(oauth_refresh_token="autre"))


@pytest.mark.parametrize(("lasts", "seconds"), [("3599", 3599), (None, 3000), (-5, 3000), (10**9, 3000), (5, 60)])
async def test_a_strange_duration_is_bounded(lasts: object, seconds: int) -> None:
    found = await renew(config(), Identification(lasts=lasts).context())
    assert found.ends_at == NOON + timedelta(seconds=seconds)


async def test_a_grant_that_ends_says_when() -> None:
    service = Identification()
    service.grant_lasts = 604_800
    found = await renew(config("google", oauth_refresh_token="R0"), service.context())
    assert found.credentials_expire_at == NOON + timedelta(days=7)


@pytest.mark.parametrize(
    ("misery", "told"),
    [
        (refusing("invalid_grant", "AADSTS700082: The refresh token has expired"), "invalid_grant, AADSTS700082"),
        (
            refusing("invalid_client", "AADSTS7000222: The provided client secret keys are expired", 401),
            "AADSTS7000222",
        ),
        (refusing("interaction_required", "AADSTS50076: multi-factor"), "une personne doit s'identifier"),
        (refusing("invalid_scope"), "droits sur le courrier"),
        (refusing("unauthorized_client"), "n'a pas le droit"),
    ],
)
async def test_what_only_a_person_can_mend_is_said_in_words(misery: Misery, told: str) -> None:
    service = Identification()
    service.suffer(misery)
    with pytest.raises(CredentialsRefused) as refusal:
        await renew(config(oauth_refresh_token="R0-tres-secret"), service.context())
    assert told in str(refusal.value)
    assert "R0-tres-secret" not in str(refusal.value)
    assert "Trace ID" not in str(refusal.value)


@pytest.mark.parametrize(
    "misery",
    [
        no_connection,
        lost_before_the_body,
        lost_after_the_body,
        cut_short,
        a_page_in_a_success,
        sent_elsewhere,
        out_of_order,
        refusing("temporarily_unavailable", status=503),
        refusing("invalid_grant", status=429),
        refusing("invalid_grant", status=502),
        refusing("une panne inconnue"),
        lambda *_: httpx.Response(200, json={"access_token": "a b"}),
        lambda *_: httpx.Response(200, json={"access_token": ["x"]}),
        lambda *_: httpx.Response(200, json=[]),
    ],
)
async def test_whatever_may_pass_is_tried_later(misery: Misery) -> None:
    service = Identification()
    service.suffer(misery)
    with pytest.raises(NoToken):
        await renew(config(oauth_refresh_token="R0"), service.context())


async def test_settings_that_were_never_saved_are_tested_with_a_token_of_their_own() -> None:
    service = Identification()
    service.suffer(refusing("invalid_client", "AADSTS7000215: Invalid client secret", 401))
    checked = await EmailAdapter().check(config(), service.context())
    assert (checked.ok, checked.state) == (False, CheckState.REFUSED)
    assert "le secret de l'application est refusé" in checked.words_fr


async def test_nothing_is_sent_before_there_is_a_token() -> None:
    request = SendRequest(ref="0190", to=Party(PointKind.EMAIL, "usager@example.org"), text="Bonjour")
    own = config(smtp_host="127.0.0.1", smtp_port=9, smtp_username="contact@villebourg.example.fr")
    sent = await EmailAdapter().send(request, own, Identification().context())
    assert (sent.outcome, sent.detail) == (Outcome.RETRY, "le jeton de la boîte n'est pas encore obtenu")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"oauth_client_id": None}, "identifiant de l'application"),
        ({"oauth_client_secret": None}, "Microsoft demande"),
        ({"oauth_provider": "google"}, "Google demande"),
        ({"smtp_certificate": "any"}, "doit être vérifié"),
        ({"imap_after": "move", "imap_done_folder": "INBOX"}, "un autre"),
    ],
)
def test_settings_that_do_not_hold_together_are_refused_in_words(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        config(**wrong)


def test_no_token_shows_in_a_configuration() -> None:
    shown: Callable[[EmailConfig], str] = repr
    own = config(oauth_refresh_token="R0-tres-secret", oauth_access_token="jeton-tres-secret")
    assert "tres-secret" not in shown(own) + own.model_dump_json()
