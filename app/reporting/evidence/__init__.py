"""The evidence of a saisine: everything that was received, said and decided, in one file that checks itself."""
