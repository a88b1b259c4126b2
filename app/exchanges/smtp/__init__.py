"""The mail doors: SMTP for anybody, LMTP for the MTA in front. A mail is acknowledged once its bytes are committed."""

from app.exchanges.smtp.certificates import Certificate
from app.exchanges.smtp.door import SmtpDoor

__all__ = ["Certificate", "SmtpDoor"]
