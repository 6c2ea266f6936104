"""Every error as one sentence: a page for people, JSON for our own scripts, and never a trace (SEC-112)."""

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.sheltered import Broken, sheltered
from bot.web.public import answers
from bot.web.security import Handler
from bot.web.site import SITE
from storage.damage import Damaged

log = structlog.get_logger()

SENTENCES = {
    400: "This could not be read.",
    403: "This is not allowed.",
    404: "There is nothing here, or it is not for you.",
    405: "This method is not served here.",
    413: "This is too long.",
}

AWAY = "The database takes nothing in at the moment, so nothing was changed. What is there can still be read."


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    passing = (web.HTTPException, ConnectionResetError)
    try:
        done = await sheltered(_read(request, handler), action="web_error", passing=passing, path=request.path)
        if isinstance(done, Broken):
            sentence = f"Something broke in Sitrep, not in what you did. The log knows it as {done.reference}."
            raise web.HTTPInternalServerError(text=sentence)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        answer = _answer(request, error)
        answer.headers.update(
            {name: value for name, value in error.headers.items() if name in ("Allow", "Retry-After")}
        )
        return answer
    return done


async def _read(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (SQLAlchemyError, Damaged) as problem:
        log.error("the database did not answer", action="web_database_away", path=request.path, exc_info=problem)
        raise web.HTTPServiceUnavailable(text=AWAY) from None
    except RecursionError as error:
        raise web.HTTPBadRequest(text="This is nested too deeply.") from error


def _answer(request: web.Request, error: web.HTTPException) -> web.Response:
    usual = error.text is None or error.text == f"{error.status}: {error.reason}"
    sentence = SENTENCES.get(error.status, "This did not work.") if usual else str(error.text)
    if error.status == 413:
        sentence = SENTENCES[413]
    if request.path.startswith("/api/") or request.path == "/live":
        return web.json_response({"error": sentence}, status=error.status)
    if answers.owns(request.path):
        return web.Response(text=sentence, status=error.status)
    site = request.config_dict[SITE]
    page = site.dialect.page(
        "notice.html", status=error.status, sentence=sentence, organisation=site.config.organisation
    )
    return web.Response(text=page, status=error.status, content_type="text/html")
