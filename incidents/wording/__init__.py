"""The wording of public posts: what must be in them and what must not (WL-1). Begin with check.py."""
