"""A small language for saying what Slack accepts as JSON, and for complaining in Slack's words."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

Complaints = list[str]
Check = Callable[[Any, str, Complaints], None]
"""What arrived, where it stands (a JSON pointer), and the list to complain into."""


def complain(complaints: Complaints, words: str, where: str) -> None:
    complaints.append(f"{words} [json-pointer:{where}]")


def string(most: int, *, least: int = 1) -> Check:
    def check(value: Any, where: str, complaints: Complaints) -> None:
        if not isinstance(value, str):
            complain(complaints, "must provide a string", where)
        elif len(value) > most:
            complain(complaints, f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            complain(complaints, f"must be more than {least - 1} characters", where)

    return check


def url(most: int = 3000) -> Check:
    short_enough = string(most)

    def check(value: Any, where: str, complaints: Complaints) -> None:
        short_enough(value, where, complaints)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "slack://", "mailto:")):
            complain(complaints, "must be a valid URL", where)

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, where: str, complaints: Complaints) -> None:
        if value not in allowed:
            complain(complaints, f"must be one of: {', '.join(allowed)}", where)

    return check


def boolean(value: Any, where: str, complaints: Complaints) -> None:
    if not isinstance(value, bool):
        complain(complaints, "must be a boolean", where)


def whole_number(least: int = 0, most: int = 10**10) -> Check:
    def check(value: Any, where: str, complaints: Complaints) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            complain(complaints, f"must be a number from {least} to {most}", where)

    return check


def anything(value: Any, where: str, complaints: Complaints) -> None:
    """For what Slack knows and Sitrep does not use."""


def array(item: Check, most: int, *, least: int = 1) -> Check:
    def check(value: Any, where: str, complaints: Complaints) -> None:
        if not isinstance(value, list):
            complain(complaints, "must provide an array", where)
            return
        if len(value) > most:
            complain(complaints, f"no more than {most} items allowed", where)
        if len(value) < least:
            complain(complaints, f"no fewer than {least} items allowed", where)
        for number, each in enumerate(value):
            item(each, f"{where}/{number}", complaints)

    return check


def shape(keys: Mapping[str, Check], *, need: Collection[str] = ()) -> Check:
    """An object with these keys and no others."""

    def check(value: Any, where: str, complaints: Complaints) -> None:
        if not isinstance(value, dict):
            complain(complaints, "must provide an object", where)
            return
        for key in need:
            if key not in value:
                complain(complaints, f"missing required field: {key}", where)
        for key, each in value.items():
            if key in keys:
                keys[key](each, f"{where}/{key}", complaints)
            elif key != "type":
                complain(complaints, f"invalid additional property: {key}", where)

    return check


def typed(shapes: Mapping[str, Check], allowed: Collection[str]) -> Check:
    """An object whose `type` says which of the shapes it has."""

    def check(value: Any, where: str, complaints: Complaints) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            complain(complaints, "missing required field: type", where)
        elif kind not in shapes or kind not in allowed:
            complain(complaints, f"unsupported type: {kind}", f"{where}/type")
        else:
            shapes[kind](value, where, complaints)

    return check


def both(*checks: Check) -> Check:
    def check(value: Any, where: str, complaints: Complaints) -> None:
        for each in checks:
            each(value, where, complaints)

    return check


def text(most: int, *kinds: str) -> Check:
    """A text object. Empty text is refused, as in Slack."""
    allowed = kinds or ("plain_text", "mrkdwn")
    shapes = {
        "plain_text": shape({"text": string(most), "emoji": boolean}, need=("text",)),
        "mrkdwn": shape({"text": string(most), "verbatim": boolean}, need=("text",)),
    }
    return typed(shapes, allowed)


def plain(most: int) -> Check:
    return text(most, "plain_text")
