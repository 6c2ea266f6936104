"""What the reports count of posts, from the events of one transaction (KPI-8, KPI-14, KPI-15)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.account_events import AccountPublished, AccountReturned
from incidents.account_records import Account
from incidents.approval_events import DraftApproved, DraftReturned
from incidents.event import Event
from incidents.incident import Incident
from incidents.maintenance import Maintenance
from incidents.maintenance_events import MaintenanceExtended, MaintenanceLongerReturned
from incidents.posting_events import ChannelAgain, Contradicted, UpdatePublished
from incidents.records import Draft, Update, Wording
from incidents.severity import Severity
from storage import post_figures
from storage.post_figures import Decision, Outcome, Quality
from templates.checked import findings
from templates.house import House


@dataclass(slots=True)
class Figures:
    """Collected while lines are carried out, written with all else."""

    house: House
    decisions: list[Decision] = field(default_factory=list)
    posts: list[Quality] = field(default_factory=list)
    differing: dict[int, tuple[Incident, datetime]] = field(default_factory=dict)

    def note(self, incident: Incident, event: Event) -> None:
        match event:
            case DraftApproved():
                how: Outcome = "alone" if event.alone else "edited" if event.edited else "approved"
                self._decided(incident, event, event.draft, how)
            case DraftReturned() if event.by.id != event.draft.author.id:
                self._decided(incident, event, event.draft, "returned")
            case AccountPublished() | AccountReturned() if event.by.id != event.account.author.id:
                result: Outcome = "approved" if isinstance(event, AccountPublished) else "returned"
                self._decided(incident, event, event.account, result)
            case UpdatePublished():
                self.posts.append(self._quality(incident, event))
            case Contradicted() | ChannelAgain():
                self.differing[incident.id] = (incident, event.at)

    def _decided(self, incident: Incident, event: Event, said: Draft | Account, how: Outcome) -> None:
        what = "incident" if isinstance(said, Draft) else "report"
        self.decisions.append(
            Decision(
                f"{what}:{incident.id}",
                incident.id,
                int(incident.severity),
                incident.private,
                said.number,
                said.submitted_at,
                event.at,
                how,
                event.by.id,
            )
        )

    def _quality(self, incident: Incident, event: UpdatePublished) -> Quality:
        """Compared with what customers read until then."""
        update, until_then = event.update, replace(incident, update=event.before, stage=event.old)
        found = findings(as_draft(update), until_then, self.house)
        wrong = [each.severity for each in found]
        return Quality(
            incident.id,
            int(incident.severity),
            incident.private,
            update.number,
            update.posted_at,
            update.template,
            wrong.count("error"),
            wrong.count("warning"),
            " ".join(update.aside),
        )

    async def write(self, c: AsyncConnection) -> None:
        if self.decisions:
            await post_figures.decided(c, self.decisions)
        if self.posts:
            await post_figures.posted(c, self.posts)
        for incident, at in self.differing.values():
            pairs = {(rule, channel) for rule, _, channel in (key.partition(":") for key in incident.contradictions)}
            await post_figures.differ(c, incident.id, pairs, private=incident.private, at=at)
        self.decisions, self.posts, self.differing = [], [], {}


def as_draft(update: Update) -> Draft:
    """The post as its wording is looked at."""
    texts = {update.language: Wording(update.title, update.body), **update.texts}
    return Draft(
        update.number,
        update.stage,
        update.template,
        texts,
        update.by,
        update.posted_at,
        language=update.language,
        facts=update.facts,
        components=update.components,
    )


def of_maintenance(maintenance: Maintenance, event: Event) -> Decision | None:
    """Its author’s own yes to a later end is none, except alone in a small team (APPR-7)."""
    match event:
        case MaintenanceExtended() if event.approved_by:
            how: Outcome = "alone" if event.alone else "edited" if event.edited else "approved"
            by, sent, number = event.approved_by, event.sent_at or event.at, maintenance.extensions
        case MaintenanceLongerReturned() if event.by.id != event.extension.by.id:
            how, by, sent, number = "returned", event.by, event.extension.at, event.extension.number
        case _:
            return None
    subject, severity = f"maintenance:{maintenance.id}", int(Severity.SEV4)
    return Decision(subject, 0, severity, False, number, sent, event.at, how, by.id)
