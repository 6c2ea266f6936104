"""The status page over HTTP: no session, no cookie, no script; answered from memory alone (SEC-113, REL-183)."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import hdrs, web

from bot.web.public.here import API, INDEX, ROOT
from bot.web.public.keeper import Keeper
from bot.web.public.pages import Stale
from bot.web.public.tree import CSS, HTML, JSON, Document, Tree

KEEPER = web.AppKey("keeper", Keeper)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_FRESH = "public, max-age=10, stale-if-error=86400"
_FOR_EVER = "public, max-age=31536000, immutable"
_NEVER = "no-store"
_PIECES = re.compile(r"[A-Za-z0-9*][A-Za-z0-9-]*")
_MOST_WISHES = 20


def owns(path: str) -> bool:
    """Is this address the public's? Nothing of the rest of Sitrep is there."""
    return path == ROOT or path.startswith((f"{ROOT}/", f"/{API}"))


def routes() -> list[web.RouteDef]:
    return [
        web.get(ROOT, _page),
        web.get(ROOT + "/{path:.*}", _page),
        web.get(f"/{API}{{path:.+}}", _api),
    ]


async def _page(request: web.Request) -> web.Response:
    keeper = request.config_dict[KEEPER]
    tree = keeper.tree
    if tree is None:
        return _not_yet()
    name = _name(tree, request.match_info.get("path", ""))
    wanted = _language(request, tree)
    if name is None:
        body = tree.missing(wanted, keeper.stale)
        return web.Response(
            body=body, status=404, content_type=HTML, charset="utf-8", headers={"Cache-Control": _NEVER}
        )
    plain = wanted == tree.snapshot.house.languages[0] and "lang" not in request.query
    if name.endswith(".html") and not plain and (chosen := f"{wanted}/{name}") in tree:
        name = chosen
    return _answer(request, tree.document(name, keeper.stale), keeper.stale)


async def _api(request: web.Request) -> web.Response:
    """Anybody's program may read it, from any site, without credentials (SEC-106)."""
    keeper = request.config_dict[KEEPER]
    tree = keeper.tree
    if tree is None:
        return _open(_not_yet())
    name, language = API + request.match_info["path"], request.query.get("lang", "")
    name = next((each for each in (f"{language}/{name}", name) if each in tree), "")
    if not name:
        error = {"error": "There is nothing under this address."}
        return _open(web.json_response(error, status=404, headers={"Cache-Control": _NEVER}))
    return _open(_answer(request, tree.document(name), keeper.stale))


def _not_yet() -> web.Response:
    headers = {"Retry-After": "5", "Cache-Control": _NEVER}
    return web.Response(text="The status page is not ready yet.", status=503, headers=headers)


def _open(answer: web.Response) -> web.Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _name(tree: Tree, path: str) -> str | None:
    """`history`, `history.html`, `fr`, `fr/`: the document that is meant. Our JSON has an address of its own."""
    plain = path.rstrip("/")
    tried = (plain, f"{plain}.html", f"{plain}/{INDEX}" if plain else INDEX)
    return next((name for name in tried if name in tree and API not in name), None)


def _language(request: web.Request, tree: Tree) -> str:
    """`?lang=fr`, then what the browser prefers; the first of the configuration when nothing of ours is wanted."""
    ours = tree.snapshot.house.languages
    if (asked := request.query.get("lang", "")) in ours:
        return asked
    for wish in wishes(request.headers.get(hdrs.ACCEPT_LANGUAGE, "")):
        for language in ours:
            if language.lower() == wish or language.partition("-")[0] == wish.partition("-")[0]:
                return language
    return ours[0]


def wishes(header: str) -> list[str]:
    """The languages of an Accept-Language header, the dearest first."""
    found: list[tuple[float, str]] = []
    for part in header[:500].split(",")[:_MOST_WISHES]:
        name, _, quality = part.strip().partition(";")
        if _PIECES.fullmatch(name.strip()):
            found.append((_weight(quality), name.strip().lower()))
    return [name for weight, name in sorted(found, key=lambda each: -each[0]) if weight > 0]


def _weight(parameter: str) -> float:
    value = parameter.strip().lower().removeprefix("q=").strip()
    if not value:
        return 1.0
    return float(value) if re.fullmatch(r"[01](?:\.[0-9]{0,3})?", value) else 0.0


def _answer(request: web.Request, document: Document, stale: Stale | None) -> web.Response:
    packed = document.packed if _takes_gzip(request) else None
    headers = {
        "ETag": f'"{document.tag}{"-gz" if packed else ""}"',
        "Last-Modified": format_datetime(document.changed_at.astimezone(UTC), usegmt=True),
        "Cache-Control": _FOR_EVER if document.kind == CSS else _FRESH,
        "Vary": "Accept-Encoding, Accept-Language" if document.kind == HTML else "Accept-Encoding",
    }
    if stale:
        headers["Age"] = str(stale.minutes * 60)
    if _unchanged(request, headers["ETag"], document.changed_at):
        return web.Response(status=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    charset = None if document.kind == JSON else "utf-8"
    return web.Response(body=packed or document.body, content_type=document.kind, charset=charset, headers=headers)


def _takes_gzip(request: web.Request) -> bool:
    for part in request.headers.get(hdrs.ACCEPT_ENCODING, "")[:200].split(","):
        name, _, quality = part.strip().partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return _weight(quality) > 0
    return False


def _unchanged(request: web.Request, tag: str, changed_at: datetime) -> bool:
    """A tag, where one is sent, counts alone; the packed and the plain form are the same to whoever asks."""
    given = request.headers.get(hdrs.IF_NONE_MATCH)
    if given is not None:
        tags = {each.strip().removeprefix("W/").replace('-gz"', '"') for each in given.split(",")}
        return "*" in tags or tag.replace('-gz"', '"') in tags
    since = request.if_modified_since
    return since is not None and changed_at <= since
