"""Where a page stands, and so how its links are written: for our own server, or for a folder of files."""

from dataclasses import dataclass

ROOT = "/status"
API = "api/v2/"
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Here:
    """``path`` is the page without its language (`incidents/x.html`); ``prefix`` is `fr/`, or nothing."""

    path: str
    prefix: str = ""
    files: bool = False

    def own(self, path: str) -> str:
        return self.prefix + path

    def link(self, path: str) -> str:
        """To another page in this language."""
        return self.shared(self.own(path))

    def translated(self, language: str, path: str) -> str:
        return self.shared(f"{language}/{path}")

    def api(self, name: str) -> str:
        return self._up() + API + name if self.files else f"/{API}{name}"

    def shared(self, path: str) -> str:
        """Files lead to each other by relative names, wherever they are put; our server needs no `.html`."""
        if self.files:
            return self._up() + path
        plain = path.removesuffix(INDEX).removesuffix(".html").rstrip("/")
        return f"{ROOT}/{plain}" if plain else ROOT

    def _up(self) -> str:
        return "../" * self.own(self.path).count("/")
