"""Every column of sealed values: who adds one adds it here, and rotations take it along (a test compares)."""

from app.channels import repository, token_repository
from app.identity import links_repository, people_repository
from app.privacy import restriction_repository
from app.webhooks import repository as webhooks_repository

SEALED = (
    repository.SEALED,
    token_repository.SEALED,
    people_repository.SEALED,
    links_repository.SEALED,
    webhooks_repository.SEALED,
    restriction_repository.SEALED,
)
