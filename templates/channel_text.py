"""What a channel carries of an update: in its language, within its length, with revision and link (CHN-2, CHN-4)."""

import re
from collections.abc import Callable

from incidents.channels import Channel, Medium
from incidents.records import Update, Wording
from templates import lengths
from templates.house import House

Fits = Callable[[str], bool]

_MARK = {"en": "Update", "zh-CN": "第 {} 次更新", "fr": "Point", "pl": "Komunikat"}
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


def channel_text(update: Update, channel: Channel, house: House) -> Wording:
    """The text as it goes out. Short channels get the beginning and always the whole link."""
    text = update.texts.get(channel.language) or Wording(update.title, update.body)
    language = channel.language if channel.language in update.texts else update.language
    if channel.kind is Medium.SMS:
        return Wording("", _sms(text, channel, house))
    if channel.kind is Medium.SOCIAL:
        most = channel.length or lengths.SOCIAL
        whole = f"{text.title}. {_first_sentence(text.body)}"
        return Wording("", _short(whole, house.status_url, lambda cut: lengths.weight(cut) <= most))
    return Wording(_title(text.title, channel), _body(text.body, _mark(language, update.number), channel, house))


def _sms(text: Wording, channel: Channel, house: House) -> str:
    most = channel.length or lengths.SMS_PARTS
    whole = f"{text.title}. {_first_sentence(text.body)}"
    return _short(whole, house.status_url, lambda cut: lengths.sms_parts(cut) <= most)


def _short(text: str, link: str, fits: Fits) -> str:
    end = f" {link}" if link else ""
    return _cut(text, lambda kept: fits(kept + end)) + end


def _title(title: str, channel: Channel) -> str:
    most = lengths.SUBJECT if channel.kind is Medium.EMAIL else lengths.TITLE
    return _cut(title, lambda text: len(text) <= most)


def _body(body: str, mark: str, channel: Channel, house: House) -> str:
    end = f"\n\n{mark}{f' · {house.status_url}' if house.status_url else ''}"
    most = channel.length
    return (_cut(body, lambda kept: len(kept + end) <= most) if most else body) + end


def _mark(language: str, number: int) -> str:
    mark = _MARK.get(language, _MARK["en"])
    return mark.format(number) if "{}" in mark else f"{mark} {number}"


def _first_sentence(body: str) -> str:
    return _END.split(body.strip(), maxsplit=1)[0].replace("\n", " ")


def _cut(text: str, fits: Fits) -> str:
    """The longest beginning that fits, ending at a word, with a mark that something is missing."""
    if fits(text):
        return text
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(text[:middle] + "…") else (least, middle - 1)
    kept = text[:least]
    at_word = kept.rpartition(" ")[0]
    return (at_word if len(at_word) > least // 2 else kept).rstrip(" ,.;:") + "…"
