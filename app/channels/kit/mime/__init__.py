"""Reading of RFC 5322 messages that may have been written to harm the reader."""
