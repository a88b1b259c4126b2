"""What a key may do, as a closed set."""

from enum import StrEnum


class Scope(StrEnum):
    INTAKE_WRITE = "intake:write"
    INTAKE_READ = "intake:read"
    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    CHANNELS_ADMIN = "channels:admin"
    SVE_READ = "sve:read"
    SVE_WRITE = "sve:write"
    SVE_CALENDAR = "sve:calendar"  # references and days only: what an address without a header may hold
    EVENTS_READ = "events:read"
    KEYS_ADMIN = "keys:admin"
    USERS_ADMIN = "users:admin"
    ABSENCES_ADMIN = "absences:admin"
    AUDIT_READ = "audit:read"
    ARCHIVES_READ = "archives:read"  # see what has passed into the intermediate archive, and the elimination lists
    ARCHIVES_ADMIN = "archives:admin"  # decide how long things are kept, enter the visa, have a list carried out
    WEBHOOKS_ADMIN = "webhooks:admin"
    PRIVACY_ADMIN = "privacy:admin"  # what people may ask of their data, and legal holds


EVERYTHING = frozenset(Scope)
