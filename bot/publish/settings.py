"""What is needed to post to channels. Secrets are in it, but never in its repr (SEC-140)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.publish.egress import Egress
from incidents.channels import How


@dataclass(frozen=True, slots=True)
class Way:
    """How one channel is reached. ``variable`` names the environment variable that holds ``secret``.

    ``key`` signs what our own webhooks carry, ``test`` is the address of the private target that tests go to.
    """

    by: How
    variable: str = ""
    secret: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    test: str = field(default="", repr=False)
    page: str = ""
    api_url: str = ""
    components: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outbound:
    """``ways`` are the channels that Sitrep posts to by itself, by name.

    ``alarm`` is where those who look after Sitrep are told that a chat shuts it out; empty where nowhere.
    """

    ways: Mapping[str, Way] = field(default_factory=dict)
    egress: Egress = field(default_factory=Egress)
    alarm: str = field(default="", repr=False)
    replies: Mapping[str, Way] = field(default_factory=dict)
    """Where the public writes, to be read (CHN-8)."""
