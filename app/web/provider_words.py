"""What the page of signing in says when a provider did not open a session: what happened, and what to do."""

from collections.abc import Mapping
from types import MappingProxyType

from app.identity.oidc.troubles import Trouble

WORDS: Mapping[Trouble, tuple[str, str]] = MappingProxyType(
    {
        Trouble.EXPIRED: (
            "Cette connexion n’est plus valable.",
            "Elle a duré plus de dix minutes, a déjà servi, ou fut commencée dans un autre navigateur. Recommencez.",
        ),
        Trouble.CANCELLED: (
            "La connexion avec {provider} a été interrompue.",
            "Recommencez quand vous voulez.",
        ),
        Trouble.UNREACHABLE: (
            "{provider} ne répond pas.",
            "Recommencez dans quelques minutes ; si cela dure, prévenez votre administrateur.",
        ),
        Trouble.UNTRUSTED: (
            "La réponse de {provider} n’a pas pu être vérifiée.",
            "Par prudence, rien n’a été ouvert. Recommencez ; si cela se répète, prévenez votre administrateur.",
        ),
        Trouble.TOWN_WANTED: (
            "Il manque le nom de votre administration.",
            "Donnez celui de vos adresses, par exemple villebourg, puis connectez-vous de nouveau.",
        ),
        Trouble.NO_SIRET: (
            "Cette administration n’a pas encore déclaré son SIRET.",
            "{provider} la reconnaît par ce numéro : demandez à l’exploitant du service de l’enregistrer.",
        ),
        Trouble.OTHER_TOWN: (
            "Votre compte {provider} relève d’une autre administration.",
            "Choisissez-y l’organisation qui vous emploie ici, ou voyez votre administrateur.",
        ),
        Trouble.UNKNOWN: (
            "Aucun compte n’est relié à votre identité {provider}.",
            "Demandez une invitation à votre administrateur, puis ouvrez son lien : il reliera votre compte.",
        ),
        Trouble.TAKEN: (
            "Votre identité {provider} ouvre déjà un autre compte.",
            "Connectez-vous sans le lien d’invitation, ou voyez votre administrateur.",
        ),
        Trouble.INVITATION_OVER: (
            "Ce lien d’invitation n’est plus valable.",
            "Il sert une fois, pendant trois jours : demandez-en un autre à votre administrateur.",
        ),
        Trouble.SUSPENDED: ("Votre compte est suspendu.", "Voyez votre administrateur."),
        Trouble.WEAK: (
            "Votre rôle demande une double authentification.",
            "{provider} ne l’a pas faite, et votre compte n’a pas de code. Activez-la chez votre fournisseur d’identité.",
        ),
    }
)


def told(trouble: Trouble, *, provider: str) -> tuple[str, str]:
    """Returns what happened and what to do, in words an agent understands."""
    happened, advice = WORDS[trouble]
    return happened.format(provider=provider), advice.format(provider=provider)
