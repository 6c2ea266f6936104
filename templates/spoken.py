"""What a leader of the house says in public about a SEV-1: an apology, then the words that customers read (CHN-9)."""

from incidents.records import Update, Wording
from templates.typography import french

_APOLOGY = {
    "en": (
        "I am {}. I am sorry that you cannot rely on us right now. This is what we know.",
        "I am {}. I am sorry for the trouble that we caused you. This is what happened.",
    ),
    "zh-CN": (
        "我是{}。您现在无法正常使用我们的服务，我向您道歉。以下是目前已知的情况。",
        "我是{}。这次故障影响了您的使用，我向您道歉。以下是事情的经过。",
    ),
    "fr": (
        "Je suis {}. Vous ne pouvez pas compter sur nous en ce moment, et je vous présente mes excuses. Voici ce que "
        "nous savons.",
        "Je suis {}. Nous vous avons causé des difficultés, et je vous présente mes excuses. Voici ce qui s'est passé.",
    ),
    "pl": (
        "Nazywam się {}. Przepraszam, że nie mogą Państwo teraz na nas polegać. Oto, co wiemy.",
        "Nazywam się {}. Przepraszam za kłopoty, które Państwu sprawiliśmy. Oto, co się stało.",
    ),
}
"""While it goes on, and once it is over."""


def spoken(update: Update, name: str) -> dict[str, Wording]:
    """In every language of the post; after the apology nothing but its words, so no fact can differ (CHN-4)."""
    texts = {update.language: Wording(update.title, update.body), **update.texts}
    return {code: Wording(text.title, _said(text, name, code, over=update.stage.final)) for code, text in texts.items()}


def _said(text: Wording, name: str, language: str, *, over: bool) -> str:
    apology = _APOLOGY[language][over].format(name)
    return f"{french(apology) if language == 'fr' else apology}\n\n{text.body}"
