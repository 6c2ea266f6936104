"""What was shown already, without the words that were masked since: cards, topics, what people typed (TL-8)."""

from dataclasses import replace

from incidents.masking import MASKED, Hide, hide
from templates.card import Button, Card, Fact, Field, Form
from templates.effect import Effect


def line(typed: str, words: str) -> str:
    """A message or a line as somebody typed it; of a command that is masked whole the word stays."""
    if words:
        return hide(typed, words)
    head = typed.split(maxsplit=1)[0] if typed[:1] in ("!", "/", "@") else ""
    return f"{head} {MASKED}".strip()


def effect(shown: Effect, hidden: Hide) -> Effect:
    return replace(
        shown,
        card=shown.card and card(shown.card, hidden),
        text=hidden(shown.text),
        post=shown.post and replace(shown.post, title=hidden(shown.post.title), body=hidden(shown.post.body)),
    )


def card(shown: Card, hidden: Hide) -> Card:
    return replace(
        shown,
        title=hidden(shown.title),
        text=hidden(shown.text),
        folds=tuple(Fact(hidden(fold.label), hidden(fold.value)) for fold in shown.folds),
        facts=tuple(Fact(hidden(fact.label), hidden(fact.value)) for fact in shown.facts),
        buttons=tuple(_button(button, hidden) for button in shown.buttons),
        form=shown.form and _form(shown.form, hidden),
    )


def _button(button: Button, hidden: Hide) -> Button:
    return replace(button, label=hidden(button.label), says=hidden(button.says), confirm=hidden(button.confirm))


def _form(form: Form, hidden: Hide) -> Form:
    fields = tuple(_field(field, hidden) for field in form.fields)
    return replace(form, title=hidden(form.title), fields=fields, intro=hidden(form.intro), plain=hidden(form.plain))


def _field(field: Field, hidden: Hide) -> Field:
    """A choice's value is what the form sends; its label is what is read."""
    choices = tuple((value, hidden(label)) for value, label in field.choices)
    return replace(field, value=hidden(field.value), hint=hidden(field.hint), choices=choices)
