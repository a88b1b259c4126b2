"""What an account of departures says left, and what it merely mentions."""

from app.exchanges.left_already import departures


def test_a_mailbox_tells_by_the_message_id_of_each_head_alone() -> None:
    box = """From parvis Mon Mar  2 09:00:00 2026
Message-ID:
 <left@x>
In-Reply-To: <no@x>
References: <no@x>
\t<no@x>

Message-ID: <quoted@x>

From parvis Mon Mar  2 09:01:00 2026
References: <no@x>
message-id: <also@x>

"""
    assert [line.split("<")[1][:-2] for line in departures(box.splitlines(keepends=True)) if "<" in line] == [
        "left@x",
        "also@x",
    ]


def test_a_relays_log_tells_by_what_it_sent_further_than_itself() -> None:
    log = [
        *(f"Mar 2 h postfix/cleanup[1]: {one}: message-id=<{one}@x>" for one in ("SENT1", "BOUNCED1", "FILTERED1")),
        "Mar 2 h postfix/cleanup[1]: BAD1: milter-reject: END-OF-MESSAGE: 5.7.1 <BAD1@x>",
        "Mar 2 h postfix/smtp[2]: SENT1: to=<u@x>, relay=mx.x[192.0.2.1]:25, status=sent (250 ok)",
        "Mar 2 h postfix/smtp[2]: BOUNCED1: to=<u@x>, relay=mx.x[192.0.2.1]:25, status=bounced (550)",
        "Mar 2 h postfix/smtp[2]: FILTERED1: to=<u@x>, relay=127.0.0.1[127.0.0.1]:10024, status=sent (250)",
    ]
    assert list(departures(log)) == ["message-id=<SENT1@x>"]


def test_a_plain_list_tells_by_each_of_its_lines() -> None:
    listed = ["id,to", "SM1,u@x", "<a@x>"]
    assert list(departures(listed)) == listed
