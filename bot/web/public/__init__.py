"""What customers read without signing in: the status page, its feeds, its files and its JSON (CHN-1a)."""
