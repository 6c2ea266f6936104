"""French sets unbreakable spaces before its tall signs: narrow ones before ; ! ? % », a full one before the colon."""

import re

_NARROW = "\u202f"


def french(text: str) -> str:
    return re.sub(r" (?=[;!?%»])|(?<=«) ", _NARROW, text).replace(" :", "\u00a0:")
