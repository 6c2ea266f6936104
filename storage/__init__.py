"""The memory: SQL, and nothing about chat."""
