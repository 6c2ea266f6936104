"""Channels to customers: one file per way of posting."""
