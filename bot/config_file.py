"""What may stand in sitrep.toml: its sections and their keys."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from bot.config_channels import Channels, Line, Matrix, Outbound, Replies
from bot.config_duties import Again, Posting, Regulatory
from bot.config_kinds import (
    API,
    APP,
    HOST,
    STRICT,
    TEAM,
    Address,
    Approver,
    Bot,
    Channel,
    Command,
    Email,
    Emoji,
    Handle,
    Minutes,
    Network,
    NoRoom,
    Phone,
    RoomName,
    Statement,
    Text,
    Watch,
    Zone,
    matching,
    one_line,
)
from bot.config_rhythm import Hours, Rhythm


class Section(BaseModel):
    model_config = STRICT


class Organisation(Section):
    name: Text = ""
    zone: Zone = "UTC"
    status_url: Address = ""
    support_contact: Annotated[str, Field(max_length=200), AfterValidator(one_line)] = ""
    subscribe_url: Address = ""
    services: list[Text] = []
    test_mode: bool = False


class Profile(Section):
    name: Literal["standard", "strict", "peak"] = "standard"


class Level(Section):
    """One severity; a key that is left out keeps the profile's number."""

    first_notice: Minutes = None
    first_notice_target: Minutes = None
    cadence: Minutes = None
    acknowledge: Minutes = None
    monitor: Watch = 0
    executive: Minutes = None


class Severities(Section):
    sev1: Level = Level()
    sev2: Level = Level()
    sev3: Level = Level()
    sev4: Level = Level()
    sev5: Level = Level()


class Definition(Section):
    statement: Statement | None = None
    major_statement: Statement | None = None


class Team(Section):
    mode: Literal["normal", "small"] = "normal"
    trained: list[Email] = []


class Approvers(Section):
    """By kind of incident; what is left out follows ``incident``, and that the commander."""

    incident: list[Approver] = []
    private: list[Approver] = []
    sev1: list[Approver] = []
    sev2: list[Approver] = []
    sev3: list[Approver] = []
    sev4: list[Approver] = []
    sev5: list[Approver] = []
    maintenance: list[Email] = []


class GraveApprovers(Section):
    """Each of these clears a statement on security, or every post in a crisis, as well."""

    legal: list[Approver] = []
    communications: list[Approver] = []


class Besides(Section):
    """Who is asked as well, and not waited for beyond the deadline."""

    sev1: list[Approver] = []
    sev2: list[Approver] = []


class ReportApprovers(Section):
    """Each of these clears the public report on an incident that is over."""

    service_owner: list[Approver] = []
    support: list[Approver] = []


class Approval(Section):
    mode: Literal["off", "on"] = "off"
    approvers: Approvers = Approvers()
    security: GraveApprovers = GraveApprovers()
    crisis: GraveApprovers = GraveApprovers()
    besides: Besides = Besides()
    report: ReportApprovers = ReportApprovers()
    backup: list[Approver] = ["deputy"]
    deadline_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    at_deadline: Literal["escalate", "holding", "post"] = "escalate"


class Crisis(Section):
    """Who may say that it is one, besides the commander and the duty manager."""

    executives: list[Email] = []


Department = Literal["support", "sales", "marketing", "product", "finance", "legal", "hr"]


class Roster(Section):
    primary: Email | None = None
    backup: Email | None = None
    shadow: Email | None = None
    duty_manager: Email | None = None
    backup_liaison: Email | None = None
    emergency: list[Phone] = []
    teams: dict[Text, list[Email]] = {}
    departments: dict[Department, Line] = {}


class Someone(Section):
    email: Email
    name: Text
    handle: Handle | None = None
    phone: Phone = ""


class Rooms(Section):
    status: RoomName = "status"
    announce: RoomName = "incidents"
    support: NoRoom = ""
    sales: NoRoom = ""


class Component(Section):
    """A part of the service that customers know."""

    name: Text
    aliases: list[Text] = []
    group: Text = ""
    description: Text = ""


class Public(Section):
    """What customers read. The first language is the one that posts are written in."""

    languages: Annotated[list[Literal["en", "zh-CN", "fr", "pl"]], Field(min_length=1)] = ["en"]
    page: bool = True
    url: Address = ""
    files: Annotated[str, Field(max_length=500), AfterValidator(one_line)] = ""
    templates: Annotated[str, Field(max_length=500), AfterValidator(one_line)] = ""
    untranslated: Literal["short", "as-is"] = "short"


class Maintenance(Section):
    """Planned work: how early customers hear of it, and what Sitrep may do without a person."""

    notice_hours: Annotated[int, Field(ge=0, le=28 * 24)] = 24
    remind_customers: bool = True
    start_by_itself: bool = False
    complete_by_itself: bool = False


class Eta(Section):
    """What customers may read of an estimate."""

    public: Literal["none", "padded", "on_request"] = "padded"


class Web(Section):
    host: Annotated[str, Field(max_length=253), matching(HOST, "must be an address such as 0.0.0.0")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    base_url: Address = ""
    trusted_proxies: list[Network] = []


class Wording(Section):
    """What the organisation adds to the rules of wording (WL-5)."""

    allowed: list[Text] = []
    providers: list[Text] = []
    customers: list[Text] = []
    staff: list[Text] = []
    hosts: list[Text] = []
    code_names: list[Text] = []
    contacts: list[Text] = []
    aliases: dict[Text, list[Text]] = {}
    eta: Literal["none", "padded", "on_request"] = "padded"
    levels: dict[str, Literal["error", "warning"]] = {}
    words: dict[str, dict[str, list[Text]]] = {}


class SlackCommands(Section):
    incident: Command = "/incident"
    ic: Command = "/ic"
    status: Command = "/incident-status"


class Slack(Section):
    """Tokens are not here but in the environment."""

    mode: Literal["socket", "http"] = "socket"
    privacy: Literal["all", "commands"] = "all"
    commands: SlackCommands = SlackCommands()
    status_channel: Channel = ""
    announce_channel: Channel = ""
    support_channel: Channel = ""
    sales_channel: Channel = ""
    pin_emoji: Emoji = "pushpin"
    key_emoji: Emoji = "star"
    trusted_bots: list[Bot] = []
    administrators: list[Email] = []
    call_url: Address = ""
    dashboard_url: Address = ""
    team: Annotated[str, matching(TEAM, "must be a workspace's id such as T0123456789")] = ""
    app: Annotated[str, matching(APP, "must be an app's id such as A0123456789")] = ""
    api_url: Annotated[str, matching(API, "must be an https:// address such as https://slack-gov.com/api")] = (
        "https://slack.com/api"
    )


class Document(Section):
    """The whole file."""

    organisation: Organisation = Organisation()
    profile: Profile = Profile()
    severity: Severities = Severities()
    definition: Definition = Definition()
    team: Team = Team()
    approval: Approval = Approval()
    crisis: Crisis = Crisis()
    roster: Roster = Roster()
    people: list[Someone] = []
    rooms: Rooms = Rooms()
    public: Public = Public()
    components: list[Component] = []
    eta: Eta = Eta()
    hours: Hours = Hours()
    rhythm: Rhythm = Rhythm()
    posting: Posting = Posting()
    regulatory: Annotated[list[Regulatory], Field(max_length=20)] = []
    routine: Annotated[list[Again], Field(max_length=50)] = []
    maintenance: Maintenance = Maintenance()
    channels: list[Channels] = []
    matrix: Matrix = {}
    replies: list[Replies] = []
    outbound: Outbound = Outbound()
    web: Web = Web()
    wording: Wording = Wording()
    slack: Slack = Slack()
