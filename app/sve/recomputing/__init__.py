"""Every open clock read again when a rule, a holiday, the catalogue or the administration's settings changed."""
