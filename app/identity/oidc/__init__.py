"""Signing in through an OpenID provider: ProConnect, or the administration's own (OpenID Connect Core 1.0)."""
