"""What the office of webhooks refuses."""

from app.errors import Conflict
from app.rest.languages import Said

MOST_ENDPOINTS, MOST_SECRETS = 20, 5


class TooManyWebhooks(Conflict):
    """An administration has as many endpoints as it may."""

    code = "too-many-webhooks"
    title_fr = "Trop de webhooks"
    title_en = "Too many webhooks"
    advice = Said(
        f"une administration en a {MOST_ENDPOINTS} au plus : supprimez-en un",
        en=f"an administration has {MOST_ENDPOINTS} at most: remove one",
    )


class TooManySecrets(Conflict):
    """As many secrets as may be sign already."""

    code = "too-many-webhook-secrets"
    title_fr = "Trop de secrets en vigueur"
    title_en = "Too many secrets in force"
    advice = Said(
        f"{MOST_SECRETS} secrets signent déjà : attendez la fin du plus ancien, ou demandez un recouvrement de zéro heure",
        en=f"{MOST_SECRETS} secrets sign already: wait for the oldest to end, or ask for an overlap of zero hours",
    )
