"""Telling people: whom, how often, by which mail; and noticing when nobody watches any more."""
