"""What an installation decides about its status page."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PublicPage:
    """``url`` is where customers find the page; ``files`` the folder it is also written to."""

    page: bool = True
    url: str = ""
    files: Path | None = None

    def address(self, base_url: str) -> str:
        """Links in feeds, calendars and JSON begin with it; no slash at its end."""
        return self.url or f"{base_url}/status"
