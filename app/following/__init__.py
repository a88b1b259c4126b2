"""Requests somebody follows, colleagues named in notes, and what each is told of it."""
