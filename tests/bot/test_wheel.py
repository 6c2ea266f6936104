"""What is installed: our packages and no other, and the demo's stand-in for Slack inside one of them."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

HERE = Path(__file__).parents[2]
OURS = {"bot", "commands", "incidents", "scheduler", "storage", "templates"}
DEMO = """
import sys
from bot import stand_in
stand_in.reachable()
import bot.demo_slack, fakes.slack.fake, fakes.slack.window
print(bot.demo_slack.__file__, fakes.slack.fake.__file__, (fakes.slack.window._PAGE / "index.html").is_file())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(HERE)).build(directory=str(folder), versions=["standard"])))


def test_the_wheel_brings_no_package_but_ours(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert top == OURS
    assert not [name for name in names if "publishers" in name and "fakes" in name], "only Slack's is needed"


def test_the_demo_finds_its_stand_in_where_sitrep_was_installed(wheel: Path, tmp_path: Path) -> None:
    """Nothing of the checkout is on the path."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    # -S: an editable installation's .pth would lead back into the checkout.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *libraries])}
    said = subprocess.run(
        [sys.executable, "-S", "-c", DEMO], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    demo, fake, page = said.stdout.split()
    assert demo.startswith(str(tmp_path))
    assert fake.startswith(str(tmp_path / "bot" / "shipped"))
    assert page == "True"
