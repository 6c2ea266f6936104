"""The tables of what customers read, and of how it came about."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

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

eta_history = Table(
    "eta_history",
    metadata,
    Column("incident_id", Integer, primary_key=True, autoincrement=False),
    Column("component", String(200), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("detected_at", UTCTime, nullable=False),
    Column("repaired_at", UTCTime, nullable=False),
    Column("raw_at", UTCTime),
    Column("public_at", UTCTime),
    Column("announced_at", UTCTime),
    Column("reports", Integer, nullable=False),
    Index("ix_eta_history_component", "component", "repaired_at"),
)
"""How long each repair took and what was expected (ETA-8). ``raw_at`` is the first estimate, ``public_at`` the first
time that customers read; both may be missing. ``reports`` counts what customers wrote (KPI-6)."""

stray_report = Table(
    "stray_report",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", UTCTime, nullable=False),
    Column("who", String(320), nullable=False),
    Column("count", Integer, nullable=False),
    Column("symptom", Text, nullable=False),
    Column("component", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Index("ix_stray_report_at", "at"),
)
"""What customers reported while nobody knew of an incident; who they are is not kept (FB-4, INC-8)."""

promise = Table(
    "promise",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("incident_id", Integer, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("name", String(40), nullable=False),
    Column("due_at", UTCTime, nullable=False),
    Column("settled_at", UTCTime, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("late_seconds", Integer, nullable=False),
    Column("owner_id", String(320), nullable=False),
    Column("owner", Text, nullable=False),
    Index("ix_promise_due_at", "due_at"),
    Index("ix_promise_incident_id", "incident_id"),
)
"""What became of everything that was owed at a time (KPI-3). ``done`` is False where nobody did it any more."""

decision = Table(
    "decision",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("subject", String(40), nullable=False),
    Column("incident_id", Integer, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("number", Integer, nullable=False),
    Column("submitted_at", UTCTime, nullable=False),
    Column("decided_at", UTCTime, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("by_id", String(320), nullable=False),
    Index("ix_decision_decided_at", "decided_at"),
)
"""Each text that somebody cleared, changed, returned, or posted alone (KPI-8). ``number`` is that of the draft."""

post_quality = Table(
    "post_quality",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("incident_id", Integer, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("number", Integer, nullable=False),
    Column("posted_at", UTCTime, nullable=False),
    Column("template", String(20), nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("aside", Text, nullable=False),
    Index("ix_post_quality_posted_at", "posted_at"),
)
"""What the rules of wording found in each post as it went out; ``aside`` names those that were set aside (KPI-14)."""

contradiction = Table(
    "contradiction",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("incident_id", Integer, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("rule", String(12), nullable=False),
    Column("channel", Text, nullable=False),
    Column("found_at", UTCTime, nullable=False),
    Column("ended_at", UTCTime),
    Index("ix_contradiction_incident_id", "incident_id"),
)
"""Each channel that said something else than the record, and until when (KPI-15)."""

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
