"""Which template and version a post came from, in each language (STG-4)."""

from collections.abc import Mapping

OWN_WORDS = "own words"


def origin_line(origins: Mapping[str, str]) -> str:
    """`STG-14 v3`; `STG-14 v3, pl: short v1` where languages differ. Empty when somebody wrote it all themselves."""
    by_origin: dict[str, list[str]] = {}
    for language, origin in origins.items():
        by_origin.setdefault(origin, []).append(language)
    if not by_origin.keys() - {OWN_WORDS}:
        return ""
    first, *others = by_origin
    return ", ".join([first, *(f"{' and '.join(by_origin[origin])}: {origin}" for origin in others)])
