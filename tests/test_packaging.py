"""What ``pip install .`` gives: two commands that work outside the checkout."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest
from chromium import COMPLAINTS, SECOND, settled, visiting
from machine import free_port, wait_until_it_answers
from packaging.requirements import Requirement
from playwright.sync_api import expect

from autoencoder_explorer.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
IN_WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]


def pinned() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {each.name: each for each in found}


def test_the_package_needs_what_the_requirements_pin():
    needed = {each.name: each for each in map(Requirement, PROJECT["project"]["dependencies"])}
    assert needed.keys() == pinned().keys()
    for name, each in pinned().items():
        version = str(each.specifier).removeprefix("==")
        assert needed[name].specifier.contains(version), name
        assert needed[name].extras == each.extras


def test_all_that_the_app_is_made_of_lies_beside_it():
    tops = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = {name.split("/")[0] for name in tops.stdout.split()}
    for_developers = {".ci", ".gitignore", "README.md", "babel.cfg", "benchmarks", "docs", "tests"}
    for_developers |= {
        name for name in tracked if re.fullmatch(r"requirements.*|pyproject.*", name)
    }
    packages = {"aecore", "autoencoder_explorer"}
    assert IN_WHEEL == {
        name: f"autoencoder_explorer/{name}" for name in tracked - for_developers - packages
    }


def test_options_become_streamlits(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", [])
    monkeypatch.setattr("streamlit.web.cli.main", lambda: None)
    monkeypatch.setenv("AECORE_DATA_DIR", "unset")
    monkeypatch.setenv("AECORE_LESSONS_DIR", "lessons")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()
    main(["--port", "9000", "--base-path=class", "--data=digits", "--server.headless=true"])
    assert sys.argv[2:] == [
        str(ROOT / "app.py"),
        "--server.port=9000",
        "--server.baseUrlPath=class",
        "--server.headless=true",
    ]
    assert os.environ["AECORE_DATA_DIR"] == str(tmp_path / "digits")
    assert os.environ["AECORE_LESSONS_DIR"] == str(tmp_path / "lessons")


def test_a_missing_folder_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["--data", "nowhere"])
    assert "no folder nowhere" in capsys.readouterr().err


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder of the commands in an environment that has our wheel, outside the checkout.

    What the wheel needs it takes from the tests' own environment.
    """
    folder = tmp_path_factory.mktemp("packaging")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    no_network = ["--no-deps", "--no-index"]
    build = ["wheel", *no_network, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *build], check=True)
    [wheel] = folder.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment)
    places = {"base": str(environment), "platbase": str(environment)}
    scripts, packages = (
        Path(sysconfig.get_path(name, "venv", places)) for name in ("scripts", "purelib")
    )
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    python = scripts / Path(sys.executable).name
    subprocess.run([*pip, "--python", str(python), "install", *no_network, str(wheel)], check=True)
    return scripts


@pytest.mark.browser
def test_a_wheel_gives_the_app_and_the_command(installed, chromium, tmp_path):
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    elsewhere.mkdir()
    home.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.startswith("AECORE_")}
    own |= {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": ""}
    port = free_port()
    server = subprocess.Popen(
        [installed / "autoencoder-explorer", "--port", str(port), "--address", "127.0.0.1",
         "--base-path", "class", "--server.headless=true"],
        cwd=elsewhere,
        env=own,
    )  # fmt: skip
    try:
        helped = subprocess.run([installed / "aecore", "--help"], cwd=elsewhere, env=own,
                                capture_output=True, text=True, check=True)  # fmt: skip
        assert "evaluate" in helped.stdout
        asked = "from aecore import storage; print(storage.runs_dir())"
        python = installed / Path(sys.executable).name
        runs = subprocess.run([python, "-c", asked], cwd=elsewhere, env=own,
                              capture_output=True, text=True, check=True)  # fmt: skip
        assert runs.stdout.strip() == str(home / "autoencoder-explorer" / "runs")
        address = f"http://127.0.0.1:{port}/class"
        wait_until_it_answers(address, server)
        with visiting(chromium, address) as page:
            page.goto(address)
            expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=60 * SECOND)
            settled(page)
            # of our own config.toml, which Streamlit has found
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "18px"
            page.goto(f"{address}/plane")
            expect(page.locator("canvas").first).to_be_visible(timeout=60 * SECOND)
            settled(page)
            expect(page.locator(COMPLAINTS)).to_have_count(0)
    finally:
        server.terminate()
        server.wait()
    assert list(elsewhere.iterdir()) == []
