"""Where connections may go: one policy for everything the house calls, whoever wrote the address."""
