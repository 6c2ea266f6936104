"""Who reads a post when it goes out, by channel."""

from incidents import carrying, drafts
from incidents.channels import Audience, Channel, Medium, Offer, Subject
from incidents.incident import Incident
from incidents.publishing import NO_NEWS
from incidents.records import Draft
from incidents.stage import Stage
from templates.house import House
from templates.marks import room
from templates.update_fields import TO_EACH

_LANGUAGES = {"en": "English", "zh-CN": "Chinese", "fr": "French", "pl": "Polish"}
_PEOPLE = {
    Audience.USERS: "customers",
    Audience.VIP: "special customers",
    Audience.REGULATORS: "authorities",
}
_KINDS = {
    Medium.STATUS_PAGE: "status page",
    Medium.EMAIL: "e-mail",
    Medium.SMS: "SMS",
    Medium.IM: "company chat",
    Medium.SOCIAL: "social media",
    Medium.IN_APP: "in the product",
    Medium.HOTLINE: "service desk and hotline",
    Medium.UPDATES_ROOM: "updates room",
    Medium.INCIDENT_ROOM: "incident room",
}


def offered(incident: Incident, house: House, stage: Stage, *, kind: str = "", template: str = "") -> list[Offer]:
    """Where a post may go. A test instance tells nobody outside (GEN-12), nor does what each is written alone."""
    if house.test_mode or kind == TO_EACH:
        return []
    subject: Subject = "security" if drafts.of_security(template, kind) else "incident"
    nothing_new = kind == "no-news" or template == NO_NEWS
    return carrying.offers(
        incident, house.channels, house.matrix, stage=stage, subject=subject, without_news=nothing_new
    )


def receivers(incident: Incident, house: House, draft: Draft) -> list[str]:
    """A line for each place with those who read there: the room, the public page, every channel that carries it.

    Of a private incident nobody outside reads anything (G9).
    """
    if draft.kind == TO_EACH:
        return ["nobody by itself: you copy it to each customer concerned"]
    if not incident.public:
        return [f"{room(incident.room_name)}: only those who take part"]
    found = [f"{room(house.status_room)}: everybody in that room"]
    if house.status_url:
        found.append(f"{house.status_url}: customers")
    return found + [_receiver(each, house) for each in house.channels if each.name in draft.reach.carried]


def _receiver(channel: Channel, house: House) -> str:
    by_hand = ", posted by hand" if channel.by == "hand" else ""
    return f"{channel.name}: {described(channel, house)}{by_hand}"


def described(channel: Channel, house: House) -> str:
    """`e-mail to customers and partners, in English`."""
    people = _listed([_PEOPLE.get(each, each.value) for each in channel.audience])
    languages = _listed([_LANGUAGES[each] for each in channel.languages or house.languages[:1]])
    return f"{_KINDS.get(channel.kind, channel.kind.value)} to {people}, in {languages}"


def _listed(names: list[str]) -> str:
    """`English, French and Polish`."""
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last
