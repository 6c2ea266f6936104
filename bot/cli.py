"""sitrep: the command line. Everything heavy is imported by the word that needs it, so that help is quick."""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from bot.mistake import Mistake

if TYPE_CHECKING:
    from bot.config import Config

Work = Coroutine[Any, Any, int | None]


class Words(click.Group):
    """A Mistake anywhere below is one sentence on stderr and its exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Mistake as mistake:
            click.echo(str(mistake), err=True)
            ctx.exit(mistake.code)


def configured(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --config."""
    told = "The sitrep.toml to use; else SITREP_CONFIG, else ./sitrep.toml if there is one."
    return click.option("--config", "file", metavar="FILE", default="", help=told)(command)


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", "file", metavar="FILE", default="", help="The sitrep.toml to use.")
@click.pass_context
def main(ctx: click.Context, file: str) -> None:
    """Sitrep runs the incident call from chat.

    Begin with `sitrep demo`: nothing to configure, nothing is kept.
    """
    ctx.obj = file


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep everything in this folder.")
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.option("--slack", is_flag=True, help="As it is in Slack: a stand-in for it at --port, the web room at the next.")
def demo(host: str, port: int, keep: Path | None, no_open: bool, slack: bool) -> None:
    """Run an incident in the browser, with a cast of five."""
    if slack:
        from bot import stand_in

        stand_in.reachable()
        from bot.demo_slack import demonstrate as demonstrate_slack

        if keep:
            raise Mistake("With --slack nothing can be kept: the stand-in forgets its workspace. Leave out --keep.")
        run(demonstrate_slack(host=host, port=port, browser=not no_open))
    from bot.demo import demonstrate

    run(demonstrate(host=host, port=port, keep=keep, browser=not no_open))


@main.command()
@click.option("--host", help="Where to listen; 0.0.0.0 lets other machines in.")
@click.option("--port", type=click.IntRange(1, 65535))
@configured
def serve(file: str, host: str | None, port: int | None) -> None:
    """Run Sitrep."""
    # What is loaded now stays: looking through it took an eighth of the start, and 40 ms again and again later.
    gc.disable()
    from bot.config import read
    from bot.serve import serve as run_server
    from bot.slack.settings import ready

    gc.freeze()
    gc.enable()
    given = {"SITREP_HOST": host or "", "SITREP_PORT": str(port or "")}
    chosen = {name: value for name, value in given.items() if value}
    config = read_config(file, chosen)
    if config.slack:
        ready(config.slack)
    run(run_server(config, partial(read, str(config.file or ""), chosen=chosen)))


@main.command()
@click.option("--as", "who", metavar="EMAIL", default="", help="Who is speaking; else whoever is logged in here.")
@click.option("--in", "room", metavar="ROOM", default="", help="Where: general, inc-1 or the room's whole name.")
@click.argument("line", nargs=-1, required=True)
@configured
def say(file: str, who: str, room: str, line: tuple[str, ...]) -> None:
    """Say one line, such as: sitrep say '/incident sev1 Checkout is down'.

    Works on the database alone; a running server is not needed.
    """
    from bot.say import say as say_line

    run(say_line(read_config(file), " ".join(line), who=who, room=room))


@main.command()
@click.argument("script", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def rehearse(script: Path, form: Literal["text", "jsonl"]) -> None:
    """Play a written incident and print what everybody would have seen."""
    from bot.rehearsal import rehearse as play

    run(play(script, form=form))


@main.command()
@click.argument("words", nargs=-1, metavar="FILE | explain LINT-n")
@click.option("--lang", "language", metavar="en|zh-CN|fr|pl", default="", help="The language of the post; en.")
@click.option(
    "--stage", metavar="STAGE", default="", help="investigating, identified, monitoring, resolved, scheduled …"
)
@click.option("--severity", metavar="SEV", default="", help="Such as sev1.")
@click.option("--kind", metavar="KIND", default="", help="incident, maintenance, security or postmortem.")
@click.option("--channel", metavar="CHANNEL", default="", help="page, sms, social, email, in_app, chat or internal.")
@click.option("--data-checked", is_flag=True, help="It was checked and recorded that data is safe.")
@click.option("--templates", is_flag=True, help="Check your own templates: those of FILE, a folder, or sitrep.toml's.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@configured
def lint(
    file: str,
    words: tuple[str, ...],
    form: Literal["text", "json"],
    *,
    data_checked: bool,
    templates: bool,
    **said: str,
) -> None:
    """Check the wording of a public post; exit 1 when something must not go out.

    FILE is a JSON object of fields or a plain text, - the standard input. `sitrep lint explain LINT-21` says what a
    rule is about.
    """
    from bot.lint import lint as examine

    config = read_config(file)
    if templates:
        from bot.lint_templates import lint_templates

        sys.exit(lint_templates(config, Path(words[0]) if words else None))
    if not words:
        raise click.UsageError("Missing FILE, - for the standard input, or explain LINT-n.")
    house = config.settings.house.wording
    sys.exit(examine(words, said=said, data_checked=data_checked, form=form, house=house))


@main.command()
@click.argument("incident")
@click.option("--format", "form", type=click.Choice(["md", "json", "csv"]), default="md", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
@configured
def export(file: str, incident: str, form: Literal["md", "json", "csv"], output: Path | None) -> None:
    """Write down an incident's timeline. INCIDENT is 1 or inc-1."""
    from bot.upkeep import export as write_down

    run(write_down(read_config(file), incident, form=form, output=output))


@main.command()
@click.option("--resend", metavar="OP", default="", help="Try once more what was given up.")
@click.option("--release", is_flag=True, help="After a restore: let leave what comes from now on.")
@click.option("--everything", is_flag=True, help="With --release: also what was waiting when the copy was made.")
@configured
def outbox(file: str, resend: str, *, release: bool, everything: bool) -> None:
    """List what waits to be delivered and what was given up."""
    from bot import outbox as words

    config = read_config(file)
    if resend:
        run(words.resend(config, resend))
    run(words.release(config, everything=everything) if release else words.show(config))


@main.command("status-page")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@configured
def status_page(file: str, folder: Path) -> None:
    """Write the status page to FOLDER as files, for a web server or a bucket."""
    from bot.upkeep import status_page as write_down

    run(write_down(read_config(file), folder))


@main.command()
@click.option("--new", is_flag=True, help="Make an empty one, also where one was lost.")
@configured
def migrate(file: str, *, new: bool) -> None:
    """Bring the database to this version."""
    from bot.upkeep import migrate as bring_up

    run(bring_up(read_config(file), new=new))


@main.command()
@configured
def doctor(file: str) -> None:
    """Check the installation; exit 1 when something does not work."""
    from bot.upkeep import doctor as examine

    run(examine(read_config(file)))


@main.command()
@click.argument("platform", type=click.Choice(["slack"]))
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@click.option(
    "--url", metavar="https://…", default="", help="Where Slack reaches Sitrep, in HTTP mode; else web.base_url."
)
@configured
def manifest(file: str, platform: str, form: Literal["yaml", "json"], url: str) -> None:
    """Print what Slack asks for when an app is made."""
    from bot.slack.manifest import written
    from bot.slack.settings import SlackSettings

    config = read_config(file)
    settings = config.slack or SlackSettings()
    base_url = config.settings.house.base_url if settings.mode == "http" else ""
    click.echo(written(settings, url=url or base_url, form=form), nl=False)


@main.command()
@click.argument("email")
@click.option("--name", default="", help="How others see this person.")
@configured
def invite(file: str, email: str, name: str) -> None:
    """Print a link that signs somebody in once, within a day."""
    from bot.upkeep import invite as make_link

    run(make_link(read_config(file), email, name=name))


@main.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    click.echo(f"sitrep {installed('sitrep')}")


def read_config(file: str, chosen: Mapping[str, str] | None = None) -> "Config":
    from bot.config import read

    return read(file or click.get_current_context().find_root().obj or "", chosen=chosen)


def run(work: Work) -> None:
    """Do the work; what it returns is the exit code."""
    sys.exit(asyncio.run(work) or 0)
