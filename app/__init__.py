"""Parvis: every message a citizen sends becomes one ticket, with the legal clocks it started beside it."""
