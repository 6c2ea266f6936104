"""From the words of sitrep.toml to the settings the commands work with."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as Folder

from bot import config_file as file
from bot import config_outlets as outlets
from bot.config_approval import approval, named_approvers
from bot.config_duties import named_contacts, routines, twice, with_duties
from bot.config_file import Document, Someone
from bot.config_rhythm import in_force
from bot.config_wording import contradictions_of_wording, wording
from bot.public_settings import PublicPage
from bot.slack.settings import Commands, SlackSettings
from bot.toml_lines import Path
from commands.settings import Contact, Roster, Settings
from incidents.components import Component
from incidents.maintenance import MaintenanceNumbers
from incidents.person import Person
from incidents.policy import STANDARD, Level, Policy
from incidents.severity import Severity
from incidents.wording.post import House as Wording
from templates.house import House, OwnText

_FIRST_TWO = (Severity.SEV1, Severity.SEV2)
_PROFILES: dict[str, dict[str, int]] = {
    "standard": {},
    "strict": {"first_notice": 5, "first_notice_target": 5, "cadence": 20},  # SVR-13
    "peak": {"cadence": 15},  # CAD-18
}


def settings(document: Document, *, base_url: str, folder: Folder = Folder()) -> Settings:
    """``folder`` is where the file lies, which its own paths begin at."""
    return Settings(
        policy=policy(document),
        roster=_roster(document),
        house=_house(document, base_url, own_templates(document, folder)),
        maintenance=MaintenanceNumbers(**document.maintenance.model_dump()),
        services=tuple(document.organisation.services),
        routines=routines(document.routine, {each.email: _contact(each).person for each in document.people}),
    )


def slack(document: Document) -> SlackSettings:
    """Without the tokens, which are not in the file."""
    written, rooms = document.slack, document.rooms
    names = written.commands
    return SlackSettings(
        mode=written.mode,
        team=written.team,
        app=written.app,
        commands=Commands(names.incident, names.ic, names.status),
        privacy=written.privacy,
        status_channel=written.status_channel or rooms.status,
        announce_channel=written.announce_channel or rooms.announce,
        support_channel=written.support_channel or rooms.support,
        sales_channel=written.sales_channel or rooms.sales,
        pin_emoji=written.pin_emoji,
        key_emoji=written.key_emoji,
        trusted_bots=tuple(dict.fromkeys(written.trusted_bots)),
        administrators=tuple(dict.fromkeys(written.administrators)),
        call_url=written.call_url,
        dashboard_url=written.dashboard_url,
        api_url=written.api_url.rstrip("/") + "/",
    )


def public(document: Document) -> PublicPage:
    written = document.public
    return PublicPage(page=written.page, url=written.url, files=Folder(written.files) if written.files else None)


def own_page(document: Document, base_url: str) -> str:
    """Where customers find Sitrep's own status page; empty where there is none."""
    written = public(document)
    return written.address(base_url) if written.page else written.url


def _feed(elsewhere: str, page: str) -> str:
    """Ours can be subscribed to; of a page elsewhere nothing is known."""
    return f"{page}/feed.atom" if page and not elsewhere else ""


def _house(document: Document, base_url: str, templates: Folder | None) -> House:
    organisation = document.organisation
    page = own_page(document, base_url)
    words = wording(document)
    own, troubles = _own(templates, words) if templates else ({}, ())
    return House(
        organisation=organisation.name,
        base_url=base_url,
        status_url=organisation.status_url or page,
        support_contact=organisation.support_contact,
        subscribe_url=organisation.subscribe_url or _feed(organisation.status_url, page),
        test_mode=organisation.test_mode,
        zone=organisation.zone,
        status_room=document.rooms.status,
        announce_room=document.rooms.announce,
        support_room=document.rooms.support,
        sales_room=document.rooms.sales,
        languages=tuple(dict.fromkeys(document.public.languages)),
        channels=outlets.register(document),
        matrix=outlets.matrix(document),
        wording=words,
        components=tuple(
            Component(each.name, tuple(each.aliases), each.group, each.description) for each in document.components
        ),
        own=own,
        template_troubles=troubles,
        post_untranslated=document.public.untranslated == "as-is",
    )


def own_templates(document: Document, folder: Folder) -> Folder | None:
    """The folder of the organisation's own templates of public posts."""
    return folder / Folder(document.public.templates).expanduser() if document.public.templates else None


def _own(folder: Folder, words: Wording) -> tuple[Mapping[tuple[str, str], OwnText], tuple[str, ...]]:
    """What is not fit is left out; the built-in texts stand in, so that no incident waits for it (SEC-085)."""
    from templates.overrides import load

    fit, problems = load(folder, words)
    return fit, tuple(map(str, problems))


def policy(document: Document) -> Policy:
    """Table 3.1 and the standard numbers, as the file changes them."""
    people = {each.email: _contact(each).person for each in document.people}
    made = Policy(
        levels={severity: _level(document, severity) for severity in Severity},
        small_team=document.team.mode == "small",
        eta_public=document.eta.public,
        approval=approval(document, people),
        executives=tuple(people[email] for email in document.crisis.executives if email in people),
        zone=document.organisation.zone,
        trained=tuple(document.team.trained),
    )
    strict = document.profile.name == "strict"
    if strict:
        made = replace(made, scoping_within=5)  # SVR-13
    made = in_force(made, document.hours, document.rhythm, strict=strict)
    made = with_duties(made, document.regulatory, document.posting, people)
    return replace(
        made,
        definition=document.definition.statement or made.definition,
        major_definition=document.definition.major_statement or made.major_definition,
    )


def _level(document: Document, severity: Severity) -> Level:
    """Table 3.1, then the profile for the first two, then what the file says about this level."""
    given = _written(document, severity)
    numbers = {name: getattr(given, name) for name in given.model_fields_set}
    profile = _PROFILES[document.profile.name] if severity in _FIRST_TWO else {}
    level = replace(STANDARD[severity], **{**profile, **numbers})
    if document.profile.name == "strict" and severity in _FIRST_TWO and "cadence" not in numbers:
        level = replace(level, later_cadence=STANDARD[severity].cadence)  # SVR-13
    target, notice = level.first_notice_target, level.first_notice
    if target and notice and target > notice:
        return replace(level, first_notice_target=notice)
    return level


def _written(document: Document, severity: Severity) -> file.Level:
    part = document.severity
    return (part.sev1, part.sev2, part.sev3, part.sev4, part.sev5)[severity.value - 1]


def _roster(document: Document) -> Roster:
    written = document.roster
    directory = {contact.person.id: contact for contact in map(_contact, document.people)}
    return Roster(
        primary=directory.get(written.primary or ""),
        backup=directory.get(written.backup or ""),
        shadow=directory.get(written.shadow or ""),
        duty_manager=directory.get(written.duty_manager or ""),
        backup_liaison=directory.get(written.backup_liaison or ""),
        emergency=tuple(written.emergency),
        departments={str(name): whom for name, whom in written.departments.items()},
        teams={name: tuple(directory[email] for email in emails) for name, emails in written.teams.items()},
        directory=directory,
    )


def _contact(someone: Someone) -> Contact:
    person = Person(id=someone.email, name=someone.name, handle=handle_of(someone))
    return Contact(person=person, phone=someone.phone)


def contradictions(document: Document) -> Iterator[tuple[Path, str]]:
    """What each key alone cannot show."""
    yield from _doubles(document.people)
    yield from twice(document.routine)
    known = {person.email for person in document.people}
    for key, email in _all_named(document):
        if email not in known:
            yield key, f"must be the e-mail of somebody under [[people]], and {email} is not there"
    for severity in Severity:
        level = _written(document, severity)
        target, notice = level.first_notice_target, level.first_notice
        if target and notice and target > notice:
            yield (
                ("severity", f"sev{severity.value}", "first_notice_target"),
                f"must not be later than first_notice ({notice})",
            )
    if document.rooms.status == document.rooms.announce:
        yield ("rooms", "announce"), "must be another room than rooms.status"
    for own, room in (("support", document.rooms.support), ("sales", document.rooms.sales)):
        if room and room in (document.rooms.status, document.rooms.announce):
            yield ("rooms", own), "must be a room of its own"
    yield from contradictions_of_wording(document.wording)
    yield from _slack_contradictions(document)
    yield from outlets.contradictions(document)


def _slack_contradictions(document: Document) -> Iterator[tuple[Path, str]]:
    names = document.slack.commands.model_dump()
    for key, name in names.items():
        if list(names.values()).count(name) > 1 and key in document.slack.commands.model_fields_set:
            yield ("slack", "commands", key), f"must be the name of one command only, and {name} is another's"
            break
    planned = slack(document)
    if planned.status_channel == planned.announce_channel and document.rooms.status != document.rooms.announce:
        yield ("slack", "announce_channel"), "must be another channel than the one for public posts"


def _all_named(document: Document) -> Iterator[tuple[Path, str]]:
    yield from _named(document.roster)
    yield from ((("crisis", "executives", at), email) for at, email in enumerate(document.crisis.executives))
    yield from named_approvers(document.approval)
    yield from named_contacts(document.regulatory, document.routine)


def _doubles(people: list[Someone]) -> Iterator[tuple[Path, str]]:
    emails, handles = set[str](), set[str]()
    for number, person in enumerate(people):
        handle = handle_of(person)
        if person.email in emails:
            yield ("people", number, "email"), f"must be there once, and {person.email} is there already"
        elif handle in handles:
            yield ("people", number, "handle"), f"must be there once, and @{handle} is taken already"
        emails.add(person.email)
        handles.add(handle)


def _named(roster: file.Roster) -> Iterator[tuple[Path, str]]:
    for name in ("primary", "backup", "shadow", "duty_manager", "backup_liaison"):
        if email := getattr(roster, name):
            yield ("roster", name), email
    for team, emails in roster.teams.items():
        for number, email in enumerate(emails):
            yield ("roster", "teams", team, number), email


def handle_of(person: Someone) -> str:
    return person.handle or re.sub(r"[^a-z0-9._-]", "-", person.email.partition("@")[0]).strip("._-") or "somebody"
