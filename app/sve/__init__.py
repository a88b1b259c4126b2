"""The legal face of a ticket: saisines, clocks, acknowledgements, evidence."""
