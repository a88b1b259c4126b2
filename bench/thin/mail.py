"""The thin intake: the standard library reads the mail, one durable function call threads, stores and indexes it."""

import asyncio
import time
import uuid
from collections.abc import Iterable, Sequence
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import psycopg

from bench.corpus import Mail
from bench.figures import Round

SCHEMA = """
CREATE TABLE people (id uuid PRIMARY KEY, address text UNIQUE NOT NULL, name text NOT NULL);
CREATE TABLE tickets (id uuid PRIMARY KEY, person uuid NOT NULL REFERENCES people, subject text NOT NULL,
                      received_at timestamptz NOT NULL, last_activity_at timestamptz NOT NULL);
CREATE TABLE mails (id uuid PRIMARY KEY, ticket uuid NOT NULL REFERENCES tickets, message_id text UNIQUE NOT NULL,
                    subject text NOT NULL, body text NOT NULL, raw bytea NOT NULL, received_at timestamptz NOT NULL,
                    search tsvector GENERATED ALWAYS AS (to_tsvector('french', subject || ' ' || body)) STORED);
CREATE INDEX ON mails USING gin (search);
CREATE INDEX ON tickets (last_activity_at);
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ticket uuid NOT NULL, at timestamptz NOT NULL);
CREATE FUNCTION take(a_mail uuid, a_ticket uuid, a_person uuid, an_address text, a_name text, a_message_id text,
                     refs text[], a_subject text, a_body text, a_raw bytea) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE p uuid; t uuid;
BEGIN
  INSERT INTO people VALUES (a_person, an_address, a_name) ON CONFLICT (address) DO UPDATE SET name = people.name
    RETURNING id INTO p;
  SELECT ticket INTO t FROM mails WHERE message_id = ANY (refs) LIMIT 1;
  IF t IS NULL THEN
    t := a_ticket;
    INSERT INTO tickets VALUES (t, p, a_subject, now(), now());
  ELSE
    UPDATE tickets SET last_activity_at = now() WHERE id = t;
  END IF;
  INSERT INTO mails (id, ticket, message_id, subject, body, raw, received_at)
    VALUES (a_mail, t, a_message_id, a_subject, a_body, a_raw, now()) ON CONFLICT (message_id) DO NOTHING;
  INSERT INTO events (ticket, at) VALUES (t, now());
  RETURN t;
END $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO parvis_app;
"""
_TAKE = "SELECT take(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


async def taken(dsn: str, corpus: Sequence[Mail], *, tasks: int) -> Round:
    """Takes a corpus over so many connections, each mail committed before the next; threads keep their order."""
    connections = [await psycopg.AsyncConnection.connect(dsn, autocommit=True) for _ in range(tasks)]
    lanes = [[mail for mail in corpus if mail.root % tasks == lane] for lane in range(tasks)]
    begun = time.perf_counter()
    await asyncio.gather(*(_lane(connection, lane) for connection, lane in zip(connections, lanes, strict=True)))
    seconds = time.perf_counter() - begun
    for connection in connections:
        await connection.close()
    return Round(len(corpus), seconds)


async def _lane(connection: psycopg.AsyncConnection[tuple[object, ...]], lane: Iterable[Mail]) -> None:
    for mail in lane:
        await connection.execute(_TAKE, _row(mail.raw))


def _row(raw: bytes) -> tuple[object, ...]:
    message = message_from_bytes(raw)
    name, address = parseaddr(str(message["From"]))
    references = str(message.get("References", "")).split()
    subject = str(make_header(decode_header(str(message["Subject"]))))
    return (
        uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), address, name, str(message["Message-ID"]), references,
        subject, _text(message), raw,
    )  # fmt: skip


def _text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return content.decode(part.get_content_charset("utf-8"), "replace")
    return ""
