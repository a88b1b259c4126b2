"""One act over many requests: foreseen, carried out request by request, gone on with after a stop, taken back."""
