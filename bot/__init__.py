"""The outside: who speaks to us, where we speak, and the only place that wires things together."""
