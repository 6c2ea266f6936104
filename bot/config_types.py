"""What the values of sitrep.toml are made of. Every rule here is a sentence that can follow the name of the key."""

import re
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_EMAIL = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"']+\.[^@\s<>,;\"'.]+")
_URL = re.compile(r"(?:https?://[^\s/?#]+(?:[/?#]\S*)?)?")


def wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("sitrep", "{sentence}", {"sentence": sentence})


def matching(pattern: re.Pattern[str], sentence: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(sentence)
        return value

    return AfterValidator(check)


def one_line(value: str) -> str:
    if not value.isprintable():
        raise wrong("must be one line without control characters")
    return value.strip()


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        raise wrong("must be an address or a network such as 10.0.0.0/8") from None
    if not network.prefixlen:
        raise wrong("must not be every address there is: anybody could say who they are")
    return text


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
Email = Annotated[
    str,
    Field(max_length=254),
    AfterValidator(str.lower),
    matching(_EMAIL, "must be an e-mail address such as ada@example.com"),
]
Address = Annotated[
    str,
    Field(max_length=500),
    matching(_URL, "must be an address that begins with http:// or https://"),
    AfterValidator(lambda value: value.rstrip("/")),
]
Network = Annotated[str, AfterValidator(_network)]


STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
