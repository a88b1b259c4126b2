"""What a signing secret is sealed to."""

from uuid import UUID


def secret_bound(tenant_id: UUID, secret_id: UUID) -> str:
    """Names the row, so that a secret moved to another one does not open."""
    return f"webhook:{tenant_id}:{secret_id}"
