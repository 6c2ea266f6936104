"""Sitrep's own web room: a full way in, also when every chat is down."""
