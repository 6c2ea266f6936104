"""A card as plain text: what a terminal, a rehearsal or a chat without cards shows."""

from templates.card import Card, Form
from templates.marks import plain


def text(card: Card) -> str:
    """Title, text, folds, facts and the form's one-line way, one under the other; buttons are not part of it."""
    parts = [plain(card.title), plain(card.text)]
    parts += [f"{plain(fold.label)}\n{plain(fold.value)}" for fold in card.folds]
    parts += ["\n".join(f"{fact.label}: {plain(fact.value)}" for fact in card.facts)]
    if card.form:
        parts += [_form(card.form)]
    return "\n".join(part for part in parts if part)


def buttons(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


def _form(form: Form) -> str:
    lines = [plain(form.intro)] if form.intro else []
    for field in form.fields:
        value = dict(field.choices).get(field.value, field.value)
        lines.append(f"{field.label}{' (required)' if field.required else ''}: {value}".rstrip())
    if form.plain:
        lines.append(f"In one line: {form.plain}")
    return "\n".join(lines)
