"""What is said to authenticators, and how their answers are checked (WebAuthn level 2), apart: few processes ever need the library."""

from collections.abc import Sequence
from dataclasses import dataclass

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json, parse_registration_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.identity.people import Person

# What the library raises on answers that are not what they say, beside its own errors.
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError)


@dataclass(frozen=True, slots=True)
class House:
    """Who asks: the name of the house (`rp.id`), and the origin its pages have."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new credential, checked."""

    credential: bytes
    public_key: bytes
    counter: int
    transports: list[str]
    may_be_copied: bool
    copied: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, checked; the counter and whether the credential is copied are those it tells."""

    counter: int
    copied: bool


def enrolment(house: House, person: Person, known: Sequence[bytes], *, house_name: str, challenge: bytes) -> str:
    """Returns the options of a registration, as JSON."""
    options = generate_registration_options(
        rp_id=house.host,
        rp_name=house_name,
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_named(known),
    )
    return options_to_json(options)


def enrolled(house: House, answer: str, *, challenge: bytes) -> Enrolled:
    """Checks the answer to a registration. Raises one of `UNREADABLE`."""
    credential = parse_registration_credential_json(answer)
    checked = verify_registration_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=house.host,
        expected_origin=house.origin,
        require_user_verification=True,
    )
    return Enrolled(
        credential=checked.credential_id,
        public_key=checked.credential_public_key,
        counter=checked.sign_count,
        transports=[one.value for one in credential.response.transports or ()],
        may_be_copied=checked.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        copied=checked.credential_backed_up,
    )


def asking(house: House, allowed: Sequence[bytes], *, challenge: bytes) -> str:
    """Returns the options of an authentication, as JSON."""
    options = generate_authentication_options(
        rp_id=house.host,
        challenge=challenge,
        allow_credentials=_named(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def parsed(answer: str) -> AuthenticationCredential:
    """Reads the answer to an authentication. Raises one of `UNREADABLE`."""
    return parse_authentication_credential_json(answer)


def signed(
    house: House, credential: AuthenticationCredential, *, challenge: bytes, public_key: bytes, counter: int
) -> Signed:
    """Checks a signature against what is known of its credential. Raises one of `UNREADABLE`."""
    checked = verify_authentication_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=house.host,
        expected_origin=house.origin,
        credential_public_key=public_key,
        credential_current_sign_count=counter,
        require_user_verification=True,
    )
    return Signed(counter=checked.new_sign_count, copied=checked.credential_backed_up)


def _named(known: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one) for one in known]
