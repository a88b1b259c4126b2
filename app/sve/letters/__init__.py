"""Letters a saisine calls for: what each must say, in French, as a page and as plain text."""
