"""The tables of the web room: what the other chats keep for us, we keep here for it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.columns import Serial, UTCTime, metadata

web_room = Table(
    "web_room",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("op", String(40), unique=True),
    Column("topic", Text, nullable=False, default=""),
    Column("private", Boolean, nullable=False, default=False),
    Column("created_at", UTCTime, nullable=False),
)

web_member = Table(
    "web_member",
    metadata,
    Column("room_id", ForeignKey("web_room.id"), primary_key=True),
    Column("person_id", String(320), primary_key=True),
)

web_message = Table(
    "web_message",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("room_id", ForeignKey("web_room.id")),
    Column("thread_of", ForeignKey("web_message.id")),
    Column("private_to", String(320)),
    Column("author_id", String(320), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("card", Text),
    Column("incident_id", Integer),
    Column("slot", String(60), nullable=False, default=""),
    Column("op", String(200), nullable=False, unique=True),
    Column("pinned", Boolean, nullable=False, default=False),
    Column("loud", Boolean, nullable=False, default=False),
    Column("edited_at", UTCTime),
    Column("deleted_at", UTCTime),
    Index("ix_web_message_room_id_id", "room_id", "id"),
    Index("ix_web_message_private_to_id", "private_to", "id"),
)

web_reaction = Table(
    "web_reaction",
    metadata,
    Column("message_id", ForeignKey("web_message.id"), primary_key=True),
    Column("person_id", String(320), primary_key=True),
    Column("emoji", String(60), primary_key=True),
)

web_read = Table(
    "web_read",
    metadata,
    Column("person_id", String(320), primary_key=True),
    Column("room_id", Integer, primary_key=True),
    Column("message_id", Integer, nullable=False),
)
"""The newest message somebody has seen in a room; room 0 is their direct conversation."""

web_change = Table(
    "web_change",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("room_id", Integer),
    Column("message_id", Integer),
    Column("private_to", String(320)),
)
"""One row per visible change, in order: what a browser that lost its connection asks for."""

web_session = Table(
    "web_session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("person_id", String(320), nullable=False),
    Column("created_at", UTCTime, nullable=False),
    Column("seen_at", UTCTime, nullable=False),
    Column("csrf", String(64), nullable=False),
)

web_invitation = Table(
    "web_invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(320), nullable=False),
    Column("expires_at", UTCTime, nullable=False),
    Column("used_at", UTCTime),
)
