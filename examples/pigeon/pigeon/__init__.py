"""The channel sms.pigeon."""
