"""What is thrown at them: hostile texts, torn apart and put together again, from a seed."""

from random import Random

from hostile import CORPUS, PIECES

_SHORT = [each for each in CORPUS if len(each) < 300]
_SIGNS = "".join(
    map(chr, [*range(0x20), 0x7F, 0xA0, 0x200B, 0x202E, 0x2028, 0xFE0F, 0xFF1D, 0x1F4A3, 0xD800, 0x10FFFF])
)
_PLAIN = "abzAZ09 _-./:@#!<>&|*`~^{}[]()'\"\\%$=+,;?"


def hostile(chance: Random, *, more: tuple[str, ...] = ()) -> str:
    """Mostly a few pieces; sometimes one of them is changed in a place or two."""
    source = [*more, *PIECES] if more and chance.random() < 0.5 else _SHORT
    glue = chance.choice(["", " ", "\n"])
    text = glue.join(chance.choice(source if chance.random() < 0.8 else _SHORT) for _ in range(chance.randint(1, 4)))
    for _ in range(chance.choice([0, 0, 1, 3])):
        place = chance.randint(0, len(text))
        sign = chance.choice(_SIGNS if chance.random() < 0.4 else _PLAIN)
        text = text[:place] + sign + text[place + chance.randint(0, 2) :]
    return text


def torn(chance: Random, whole: bytes) -> bytes:
    """Another byte, one more, one less, or its end missing; never the same."""
    found = bytearray(whole)
    while bytes(found) == whole:
        place = chance.randint(0, len(found) - 1) if found else 0
        how = chance.choice(["other", "more", "less", "end"])
        if how == "other" and found:
            found[place] ^= 1 << chance.randrange(8)
        elif how == "more":
            found.insert(place, chance.randrange(256))
        elif how == "less" and found:
            del found[place]
        else:
            del found[place:]
    return bytes(found)
