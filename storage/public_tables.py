"""The tables of what customers read."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.columns import Serial, UTCTime, metadata

publication = Table(
    "publication",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("subject", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("posted_at", UTCTime, nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("subject", "number"),
    Index("ix_publication_posted_at", "posted_at"),
)
"""Every public post, as customers may read it for ever. ``subject`` is `incident:42` or `maintenance:3`."""

maintenance = Table(
    "maintenance",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("starts_at", UTCTime, nullable=False),
    Column("wake_at", UTCTime),
    Column("state", Text, nullable=False),
    Index("ix_maintenance_wake_at", "wake_at"),
)
"""Planned work. ``wake_at`` is when the clock looks at it next."""

maintenance_entry = Table(
    "maintenance_entry",
    metadata,
    Column("maintenance_id", ForeignKey("maintenance.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UTCTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""What was done about planned work, in order; rows are only ever added."""
