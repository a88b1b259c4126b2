"""Ports by what is spoken: a call to a provider never lands on a database, whoever wrote the address."""

from enum import StrEnum


class Speech(StrEnum):
    """What a connection will speak."""

    HTTP = "http"
    SMTP = "smtp"
    IMAP = "imap"
    STREAM = "stream"  # any other: a telephone exchange


# What answers on an unguarded machine and could be made to obey lines of HTTP: the Fetch standard's bad ports above
# 1024, databases, queues, caches, container and cluster managers.
_NEVER = frozenset(
    {
        1433, 1434, 1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 4369,
        5060, 5061, 5432, 5433, 5601, 5672, 5900, 5984, 5985, 5986, 6000, 6379, 6380, 6432, 6443, 6566, 6665, 6666,
        6667, 6668, 6669, 6697, 7000, 7001, 7077, 8086, 8125, 8500, 8600, 9042, 9092, 9100, 9200, 9300, 10080, 10250,
        10255, 11211, 11214, 11215, 15672, 25672, 27017, 27018, 28017, 50000, 61616,
    }
)  # fmt: skip
_MAIL = {Speech.SMTP: frozenset({25, 465, 587, 2525}), Speech.IMAP: frozenset({143, 993})}


def may_speak(speech: Speech, port: int) -> bool:
    """Says whether a port of the internet may be spoken to that way."""
    if speech in _MAIL:
        return port in _MAIL[speech]
    if speech is Speech.HTTP and port == 443:
        return True
    return 1024 <= port <= 65535 and port not in _NEVER
