"""sitrep lint --templates [DIR]: are an organisation's own templates of public posts fit to be used?"""

from pathlib import Path

import click

from bot.config import Config


def lint_templates(config: Config, folder: Path | None = None) -> int:
    """One line for each problem; 1 when there is any. Without ``folder`` the one that the configuration names."""
    from bot.mistake import Mistake
    from templates.overrides import load

    chosen = folder or config.templates
    if chosen is None:
        raise Mistake("Which templates? Name a folder, or set public.templates in sitrep.toml.")
    fit, problems = load(chosen, config.settings.house.wording)
    for problem in problems:
        click.echo(f"{chosen / problem.file}:{problem.line}: {problem.text}")
    refused = len({problem.file for problem in problems})
    click.echo(f"{len(fit)} fit, {refused} not.")
    return int(bool(problems))
