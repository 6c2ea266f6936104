"""What can be said: one file per word, and the one door they all come through."""
