"""Tells how many crash points there were."""

import re

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    told = [value for report in passed for name, value in report.user_properties if name == "crash points"]
    for line in told:
        terminalreporter.write_line(f"crash points: {line}")
    points = [int(found[1]) for line in told if (found := re.search(r"(\d+) points", line))]
    if points:
        terminalreporter.write_line(f"crash points: {sum(points)} in all")
