"""What an organisation's template may contain, by its syntax, and how it is filled: bounded, with plain data only.

Jinja's sandbox alone is not enough: it stops attributes, not bombs. Here is nothing that repeats, calls or remembers,
so the output cannot be longer than the template times its longest value (SEC-080, SEC-081, SEC-086).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates.words import capital, dayed, small

LONGEST_TEMPLATE = 20_000
LONGEST_TEXT = 4_000
DEEPEST = 30
MOST_PARTS = 1_000
FILTERS = {
    "capital": capital,
    "small": small,
    "dayed": dayed,
    "upper": str.upper,
    "lower": str.lower,
    "trim": str.strip,
}
_OPERATORS = ("eq", "ne", "in", "notin")
_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
)


class Unusable(Exception):
    """Why a template cannot be used, as a sentence."""


def findings(source: str, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    """What is not allowed: (line, sentence). Nothing of it is carried out to find out."""
    if len(source) > LONGEST_TEMPLATE:
        yield 1, f"is longer than {LONGEST_TEMPLATE:,} characters"
        return
    try:
        tree = _sandbox().parse(source)
    except TemplateSyntaxError as error:
        yield error.lineno, f"is not a template: {error.message}"
        return
    except (RecursionError, ValueError, MemoryError, OverflowError):
        yield 1, "is nested too deeply, or holds a number too large"
        return
    yield from _in_tree(tree, names)


def render(source: str, values: Mapping[str, str]) -> str:
    """The filled text. Raises Unusable when it comes out longer than a post can be, or not at all (SEC-084)."""
    try:
        text = _compiled(source).render(values)
    except (TemplateError, TypeError, ValueError, SyntaxError, RecursionError) as error:
        raise Unusable(f"cannot be filled: {error}") from None
    if len(text) > LONGEST_TEXT:
        raise Unusable(f"comes out longer than {LONGEST_TEXT:,} characters")
    return text


def _in_tree(tree: nodes.Template, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    parts = 0
    while waiting:
        node, depth = waiting.pop()
        parts += 1
        if depth > DEEPEST or parts > MOST_PARTS:
            yield node.lineno or 1, f"is nested too deeply, or made of more than {MOST_PARTS:,} parts"
            return
        yield from ((node.lineno or 1, sentence) for sentence in _about(node, names))
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]


def _about(node: nodes.Node, names: frozenset[str]) -> Iterator[str]:
    if not isinstance(node, _PLAIN):
        yield f"uses “{type(node).__name__}”; allowed are placeholders, if and a few filters"
    elif isinstance(node, nodes.Name) and (node.ctx != "load" or node.name not in names):
        yield f"names “{node.name}”, which is no placeholder here"
    elif isinstance(node, nodes.Filter) and (node.name not in FILTERS or not _simple(node)):
        yield f"uses the filter “{node.name}”; allowed are {', '.join(sorted(FILTERS))}"
    elif isinstance(node, nodes.Const) and not isinstance(node.value, str):
        yield "holds a value that is no text"
    elif isinstance(node, nodes.Operand) and node.op not in _OPERATORS:
        yield "compares in another way than ==, != or in"


def _simple(node: nodes.Filter) -> bool:
    """Only `dayed` takes something, and that is a short text."""
    given = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
    plain = len(given) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    return plain and node.node is not None and len(given) == (1 if node.name == "dayed" else 0)


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    return _sandbox().from_string(source)


@lru_cache(maxsize=1)
def _sandbox() -> ImmutableSandboxedEnvironment:
    """No loader, no globals, no tests, our filters only."""
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True, optimized=False
    )
    made.globals.clear()
    made.tests.clear()
    made.filters = dict(FILTERS)
    return made
