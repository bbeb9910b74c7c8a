"""What the pages show is what happens: each snippet is run, in the order of its page, in a folder of its own."""

import ast
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from classifier.cli.predict import _predict_parser
from classifier.cli.train import _train_parser

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PARSERS = {"predict": _predict_parser, "train": _train_parser}


class Block(NamedTuple):
    """A fenced block: ``sh``, ``sh by hand``, ``python``, ``python in FILE`` or the ``text`` that came out."""

    kind: str
    code: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    found = re.finditer(r"^```(\w.*)\n((?:.*\n)*?)^```$", text, re.MULTILINE)
    return [Block(match[1], match[2], text.count("\n", 0, match.start()) + 2) for match in found]


def commands(page: Path) -> Iterator[list[str]]:
    """Every command that a page shows, fenced, indented or in running text, as words."""
    text = page.read_text("utf-8")
    lines = [line for block in blocks(page) if block.kind.startswith("sh") for line in block.code.splitlines()]
    lines += re.findall(r"^    (.+?)(?:  .*)?$", text, re.MULTILINE)
    for line in lines:
        for part in re.split(r"&&|[<>|]", line):
            yield shlex.split(part, comments=True)


def doors(page: Path) -> Iterator[tuple[str, list[str]]]:
    for words in commands(page):
        for place, word in enumerate(words[:2]):
            opened = re.fullmatch(r"(?:.*/)?(?:ads-fraud-)?(predict|train)(?:\.py)?", word)
            if opened:
                yield opened[1], words[place + 1 :]
                break


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A project's folder as on a fresh machine after the installation: data, and the two commands on the path."""
    for name in ("examples", "datasets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    commands = tmp_path / ".bin"
    commands.mkdir()
    for door in PARSERS:
        script = commands / f"ads-fraud-{door}"
        script.write_text(
            f"#!{sys.executable}\nimport sys\nfrom classifier.cli import {door}_main as m\nsys.exit(m())\n"
        )
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_snippet_runs_and_prints_what_is_shown(page, fresh):
    names, printed = {"__name__": "snippet"}, ""
    for kind, code, line in blocks(page):
        where = f"{page.name}, line {line}"
        if kind == "python":
            printed = _run(code, names, where)
        elif kind == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", code], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{where}: {done.stderr}"
            printed = done.stdout
        elif kind == "text":
            assert printed.rstrip() == code.rstrip(), f"{where} should be:\n{printed}"
        elif kind.startswith("python in "):
            shown = ROOT / kind.removeprefix("python in ")
            assert set(code.splitlines()) <= set(shown.read_text("utf-8").splitlines()), where
        else:
            assert kind == "sh by hand", f"{where}: say how a block of {kind!r} is to be run"


def _run(code: str, names: dict[str, object], where: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, where, "exec"), names)
    return said.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_has_the_options_shown(page):
    for door, arguments in doors(page):
        PARSERS[door]().parse_args(arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_pointed_to_is_there(page):
    text = page.read_text("utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text):
        pointed = (page.parent / target) if target else page
        assert pointed.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", pointed.read_text("utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, f"{page.name}: {anchor}"
    for script in re.findall(r"(?:python|pytest) ((?:benchmarks|tests)/\S+?\.py)", text):
        assert (ROOT / script).exists(), script


def test_commands_are_found_on_every_page_of_users():
    """Or the tests above would pass without having looked at anything."""
    assert len(list(doors(ROOT / "README.md"))) > 15
    assert all(list(doors(ROOT / "docs" / f"{user}.md")) for user in ("moderator", "analyst", "engineer"))


def floors() -> list[set[str]]:
    """The rooms of the maintainer's page, floor by floor."""
    page = (ROOT / "docs" / "maintainer.md").read_text("utf-8")
    tables = re.findall(r"^\| room \|.*\n\|.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    return [
        {name for row in table.splitlines() for name in re.findall("`([^`]+)`", row.split("|")[1])}
        for table in tables
    ]


def imported(room: str) -> set[str]:
    """The rooms that a room imports, anywhere in it."""
    path = ROOT / "classifier" / room
    files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
    found = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "classifier":
            below = node.module.split(".")[1:2]
            found |= set(below or (alias.name for alias in node.names if alias.name.islower()))
    return found - {room}


def test_every_room_is_on_the_maintainers_page_once():
    shown = [room for floor in floors() for room in floor]
    there = {
        path.stem
        for path in (ROOT / "classifier").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    there |= {"templates"}
    assert sorted(shown) == sorted(there - {"__init__"})


def test_no_room_knows_the_floors_below_it():
    known: set[str] = set()
    for floor in floors():
        known |= floor
        for room in floor:
            assert imported(room) <= known, f"{room} knows {', '.join(sorted(imported(room) - known))}"
