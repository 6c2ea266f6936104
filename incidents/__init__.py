"""The rules of an incident call. Standard library only: no clock, no database, no chat."""
