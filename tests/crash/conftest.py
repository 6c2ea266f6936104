"""Tells how many crash points there were, and how many of them somebody died at."""

import re

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    told = [value for report in passed for name, value in report.user_properties if name == "crash points"]
    for line in told:
        terminalreporter.write_line(f"crash points: {line}")
    points, kills = (
        sum(int(n) for line in told for n in re.findall(rf"(\d+) {what}", line)) for what in ("points", "kills")
    )
    if points:
        terminalreporter.write_line(f"crash points: {points} in all, {kills} kills; 0 lost, 0 doubled")
