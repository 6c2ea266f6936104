"""Tells how many crash points there were, and how many of them somebody died at."""

import re

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    told = [value for report in passed for name, value in report.user_properties if name == "crash points"]
    for line in told:
        terminalreporter.write_line(f"crash points: {line}")
    found = [[int(number) for number in re.findall(r"(\d+) (?:points|kills|of them)", line)] for line in told]
    points, kills, pairs = (sum(numbers[place] for numbers in found if len(numbers) == 3) for place in range(3))
    if points:
        terminalreporter.write_line(f"crash points: {points} in all, {kills} kills for {pairs}; 0 lost, 0 doubled")
