"""Business hours: when services are open, for figures only. Legal terms run in civil days and never read them."""
