"""Sitrep in Slack."""
