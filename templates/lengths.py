"""How long a text may be on each channel, counted as the channel counts (CHN-2)."""

import re

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€")

TITLE = 80
SUBJECT = 78
SOCIAL = 280
SMS_PARTS = 2

_LINK = re.compile(r"https?://\S+")
_LINK_WEIGHT = 23
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def sms_parts(text: str) -> int:
    """160 characters of the GSM alphabet or 70 others fit into one part, 153 or 67 into each of several."""
    if all(letter in GSM or letter in GSM_TWICE for letter in text):
        length, alone, several = len(text) + sum(letter in GSM_TWICE for letter in text), 160, 153
    else:
        length, alone, several = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // several)


def weight(text: str) -> int:
    """As X counts: a link is 23, Chinese and the like are 2 each."""
    links = len(_LINK.findall(text))
    return links * _LINK_WEIGHT + sum(1 if _light(ord(letter)) else 2 for letter in _LINK.sub("", text))


def _light(code: int) -> bool:
    return any(first <= code <= last for first, last in _LIGHT)
