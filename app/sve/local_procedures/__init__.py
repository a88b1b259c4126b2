"""An administration's own procedures: published by edition, never edited, over the national catalogue."""
