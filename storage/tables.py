"""Every table. Times are UTC; ids of people are e-mail addresses in lower case where one is known."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Serial, UTCTime, metadata
from storage.public_tables import (
    contradiction,
    decision,
    eta_history,
    maintenance,
    maintenance_entry,
    post_quality,
    promise,
    publication,
    stray_report,
)
from storage.web_tables import (
    web_change,
    web_invitation,
    web_member,
    web_message,
    web_reaction,
    web_read,
    web_room,
    web_session,
)

__all__ = [
    "UTCTime",
    "alias",
    "contradiction",
    "deadline",
    "decision",
    "eta_history",
    "heard",
    "incident",
    "lane",
    "letter",
    "maintenance",
    "maintenance_entry",
    "metadata",
    "outbox",
    "person",
    "post_quality",
    "posted",
    "promise",
    "publication",
    "room",
    "setting",
    "stray_report",
    "timeline",
    "web_change",
    "web_invitation",
    "web_member",
    "web_message",
    "web_reaction",
    "web_read",
    "web_room",
    "web_session",
]

incident = Table(
    "incident",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("phase", String(20), nullable=False),
    Column("stage", String(20)),
    Column("open", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("declared_at", UTCTime, nullable=False),
    Column("state", Text, nullable=False),
    Index("ix_incident_still_open", "id", sqlite_where=text("open = 1"), postgresql_where=text("open")),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("incident_id", ForeignKey("incident.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("recorded_at", UTCTime, nullable=False),
    Column("type", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("actor_id", String(320), nullable=False),
    Column("actor", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("source", String(200), nullable=False),
    Column("refers_to", Integer),
    Column("change", String(10), nullable=False, default=""),
    Column("new_text", Text),
    Column("visibility", String(10), nullable=False, default="internal"),
    UniqueConstraint("incident_id", "seq"),
    Index("ix_timeline_incident_id_source", "incident_id", "source"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("lane", String(400), nullable=False),
    Column("op", String(40), nullable=False, unique=True),
    Column("incident_id", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("place", String(340), nullable=False),
    Column("slot", String(60), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", UTCTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("ref", String(200)),
    Column("sent_at", UTCTime),
    Index(
        "ix_outbox_waiting",
        "lane",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)

lane = Table(
    "lane",
    metadata,
    Column("name", String(400), primary_key=True),
    Column("pending", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("not_before", UTCTime, nullable=False),
    Column("lease_until", UTCTime),
    Column("token", String(40)),
    Column("failures", Integer, nullable=False),
    Index(
        "ix_lane_waiting",
        "not_before",
        sqlite_where=text("pending > 0"),
        postgresql_where=text("pending > 0"),
    ),
)

deadline = Table(
    "deadline",
    metadata,
    Column("incident_id", ForeignKey("incident.id"), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("due_at", UTCTime, nullable=False),
    Column("wake_at", UTCTime, nullable=False),
    Index("ix_deadline_wake_at", "wake_at"),
)

heard = Table(
    "heard",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("delivery", String(200), nullable=False, unique=True),
    Column("at", UTCTime, nullable=False),
    Column("who", String(320), nullable=False),
    Column("room", String(200), nullable=False),
    Column("via", String(10), nullable=False),
    Column("words", Text, nullable=False),
    Column("incident_id", Integer),
    Column("outcome", String(20), nullable=False),
    Column("changes", Text, nullable=False),
    Column("reply", Text),
)

letter = Table(
    "letter",
    metadata,
    Column("delivery", String(200), primary_key=True),
    Column("at", UTCTime, nullable=False),
    Column("who", String(320), nullable=False),
    Column("room", String(200), nullable=False),
    Column("words", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("reference", String(8), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UTCTime, nullable=False),
    Index("ix_letter_next_at", "next_at"),
)
"""Every line that came in, once: what stops a second delivery, and the audit log (GEN-10)."""

person = Table(
    "person",
    metadata,
    Column("id", String(320), primary_key=True),
    Column("name", Text, nullable=False),
    Column("handle", String(100), nullable=False, unique=True),
    Column("phone", String(60), nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
)

alias = Table(
    "alias",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("ref", String(100), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Index("ix_alias_platform_person_id", "platform", "person_id"),
)
"""Who somebody is on a platform."""

room = Table(
    "room",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("ref", String(200), primary_key=True),
    Column("incident_id", ForeignKey("incident.id"), nullable=False),
    Column("name", String(100), nullable=False),
    UniqueConstraint("platform", "incident_id"),
)
"""Which chat room is which incident's."""

posted = Table(
    "posted",
    metadata,
    Column("incident_id", ForeignKey("incident.id"), primary_key=True),
    Column("platform", String(20), primary_key=True),
    Column("slot", String(60), primary_key=True),
    Column("ref", String(200), nullable=False),
)
"""Where the message in a slot stands, so that it can be replaced (headline, timeline, …)."""

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about this installation that must survive a restart (the demo's clock, the cookie key)."""
