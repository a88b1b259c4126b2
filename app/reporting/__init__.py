"""What the house says of itself on paper: the register, the calendar of terms, the evidence of a saisine."""
