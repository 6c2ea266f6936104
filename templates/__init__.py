"""The words: events become cards here."""
