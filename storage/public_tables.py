"""The tables of what customers read."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

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
