"""What Support and Sales read at every public post, in rooms of their own (CHN-7, AUD-2, AUD-3)."""

from templates import standard_answers
from templates.card import Card
from templates.effect import Effect
from templates.marks import bold, commands, room
from templates.scene import Scene

SALES = ("when", "meanwhile", "compensation", "news")
"""Of the standard answers those that explain nothing technical."""


def guided(scene: Scene) -> list[Effect]:
    """A card for each of the two rooms that is configured, anew for each post; the one before says where to read on."""
    update = scene.incident.update
    if update is None or not scene.incident.public:
        return []
    effects = up_to_date(scene)
    for where in _rooms(scene) if update.number > 1 else ():
        replaced = Card(text=f"{_title(scene, update.number - 1)}\nReplaced by update {update.number}.")
        effects.append(scene.post(where, replaced, slot=f"{where}-{update.number - 1}"))
    return effects


def up_to_date(scene: Scene) -> list[Effect]:
    """The newest cards, as they are to read now."""
    update = scene.incident.update
    if update is None or not scene.incident.public:
        return []
    cards = {"support": _support, "sales": _sales}
    return [scene.post(where, cards[where](scene), slot=f"{where}-{update.number}") for where in _rooms(scene)]


def _rooms(scene: Scene) -> list[str]:
    house = scene.house
    return [name for name, own in (("support", house.support_room), ("sales", house.sales_room)) if own]


def _title(scene: Scene, number: int) -> str:
    return f"{scene.incident.severity.label} · {scene.incident.title} · update {number}"


def _support(scene: Scene) -> Card:
    """What may be answered word for word, and what to do with a report that says something new (AUD-2)."""
    answers = standard_answers.card(scene.incident, scene.house, scene.now)
    symptoms = commands("/incident us WHAT THEY SAY")
    where = room(scene.incident.room_name)
    new = f"Is it something else? {symptoms} compares it with what is known. What is new is counted in {where}."
    return Card(_title(scene, _number(scene)), f"{answers.text}\n\n{new}")


def _sales(scene: Scene) -> Card:
    """What customers read, and how to explain it; nothing technical (AUD-3)."""
    incident, house, update = scene.incident, scene.house, scene.incident.update
    texts = {update.language: update.wording(update.language), **update.texts} if update else {}
    blocks = [
        "\n\n".join(
            (
                bold(f"{standard_answers.NAMES[language]}: what customers read"),
                f"{text.title}\n\n{text.body}",
                bold(f"{standard_answers.NAMES[language]}: what you may say"),
                standard_answers.answers(incident, house, scene.now, language, only=SALES),
            )
        )
        for language, text in texts.items()
        if language in house.languages
    ]
    rest = "Ask for everything else in " + room(house.announce_room) + ", not in the incident's room."
    return Card(_title(scene, _number(scene)), "\n\n".join([*blocks, rest]))


def _number(scene: Scene) -> int:
    return scene.incident.update.number if scene.incident.update else 0
