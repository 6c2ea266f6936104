"""What is wrong with a sitrep.toml, as sentences with file and line (REL-225)."""

import re
import types
from difflib import get_close_matches
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.mistake import Mistake
from bot.toml_lines import Path, line_of


class ConfigError(Mistake):
    """Every sentence names its place; there is one per mistake found."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def located(file: str, path: Path, sentence: str, where: dict[Path, int]) -> str:
    return f"{file}:{line_of(path, where)}: {dotted(path)}: {sentence}"


def dotted(path: Path) -> str:
    """`people[1].email`; counted from one, as people count."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def refused(error: ValidationError, document: type[BaseModel], file: str, where: dict[Path, int]) -> ConfigError:
    """Everything pydantic found, in the order of the file."""
    found = []
    for detail in error.errors(include_url=False, include_input=True):
        path = tuple(part for part in detail["loc"] if part != "[key]")
        found.append((line_of(path, where), located(file, path, _sentence(detail, path, document), where)))
    return ConfigError(*(sentence for _, sentence in sorted(found)))


def _sentence(detail: ErrorDetails, path: Path, document: type[BaseModel]) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown(path, document)
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map(_Words(detail.get("ctx", {})))
    return re.sub(r"^(?:Input|Value|String) should", "must", detail["msg"])


_SENTENCES = {
    "sitrep": "{sentence}",
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list in square brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "literal_error": "must be {expected}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
}


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _unknown(path: Path, document: type[BaseModel]) -> str:
    names = list(_fields(document, path[:-1]))
    near = get_close_matches(str(path[-1]), names, 1)
    if near:
        return f"there is no such key; did you mean {near[0]}?"
    return f"there is no such key; here may stand {', '.join(names)}"


def _fields(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand at `path`."""
    kind: Any = model
    for part in path:
        kind = _inner(kind.model_fields[part].annotation if isinstance(part, str) else kind)
    return list(kind.model_fields)


def _inner(kind: Any) -> Any:
    """The model in `list[Model]`, `Model | None` and the like; else the type itself."""
    if get_origin(kind) in (list, Union, types.UnionType):
        return next((_inner(each) for each in get_args(kind) if each is not type(None)), kind)
    return kind
