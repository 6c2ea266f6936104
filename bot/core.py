"""The parts that every way of running Sitrep has in common, put together once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.recording import RecordingChat
from bot.web.chat import WebChat
from bot.web.wake import Live
from commands.run import Door
from commands.settings import Settings
from scheduler.again import Again
from scheduler.auditor import Auditor
from scheduler.calling import Calling
from scheduler.chat import Chat
from scheduler.clock import Clock
from scheduler.comparing import Comparing
from scheduler.delivery import Delivery
from scheduler.outlets import Outlets, Publisher
from scheduler.overhearing import Feed, Overhearing
from scheduler.publishing import Publishing
from scheduler.routines import Routines
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Core:
    database: Database
    door: Door
    live: Live
    chat: Chat
    delivery: Delivery
    clock: Clock
    publishing: Publishing
    comparing: Comparing
    overhearing: Overhearing
    again: Again
    auditor: Auditor
    routines: Routines


def assemble(
    database: Database,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    news: Callable[[], None] = lambda: None,
    recorded: bool = False,
    others: Iterable[Chat] = (),
    elsewhere: Iterable[str] = (),
    publishers: Mapping[str, Publisher] | None = None,
    feeds: Mapping[str, Feed] | None = None,
) -> Core:
    """``news`` is called after each commit; with ``recorded`` the chat keeps a record of what became visible.

    Every incident lives in the web room and in each of the ``others``. What is to be seen ``elsewhere`` is written
    down too, for the process that speaks to those platforms. ``publishers`` are the channels that Sitrep posts to,
    ``feeds`` where it reads what the public says.
    """
    chats = {other.platform: other for other in others}
    settings = replace(settings, platforms=("web", *chats, *elsewhere))
    live = Live(database)
    web = WebChat(database, live=live, clock=now)
    chat = RecordingChat(web, database, clock=now) if recorded else web
    door = Door(database, settings, news=news, calls=Calling(chats.values()).call)
    delivery = Delivery(database, {"web": chat, **chats}, settings.house, clock=now, seen=live.nudge)
    clock = Clock(database, door.say, now=now)
    outlets = Outlets(publishers or {}, database, door.say, clock=now)
    publishing = Publishing(database, outlets, settings.house, clock=now)
    comparing = Comparing(database, outlets, door.say, clock=now)
    overhearing = Overhearing(database, feeds or {}, door.say, clock=now)
    again = Again(database, door.say, settings.platforms, clock=now)
    auditor = Auditor(database, door.say, now=now)
    routines = Routines(database, settings, clock=now)
    return Core(
        database, door, live, chat, delivery, clock, publishing, comparing, overhearing, again, auditor, routines
    )
