"""Our own scripts and styles, under an address that changes when they do."""

import hashlib
from functools import cache

from aiohttp import web

from bot.web.dialect import FOLDER

KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}


@cache
def address() -> str:
    """One hash for all, as the folder's name: then modules find each other by plain relative names."""
    contents = b"\0".join(name.encode() + b"\0" + content for name, content in files().items())
    return f"/static/{hashlib.sha256(contents).hexdigest()[:16]}"


async def serve(request: web.Request) -> web.Response:
    """Any hash is served, so that a page from before an upgrade keeps working; only the right one may be kept."""
    name = request.match_info["name"]
    if name not in files():
        raise web.HTTPNotFound
    headers = {"Cache-Control": FOR_EVER if request.path == f"{address()}/{name}" else "no-store"}
    kind = KINDS["." + name.rpartition(".")[2]]
    return web.Response(body=files()[name], content_type=kind, charset="utf-8", headers=headers)
