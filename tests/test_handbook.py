"""The operator's handbook: both languages say the same commands, and every command in it exists."""

import re
import shlex

import click
import pytest
from flask import Flask

from portal.config import ROOT

BOOK = ROOT / "docs" / "handbook"
PAGES = sorted(path.name for path in (BOOK / "zh").glob("*.md"))
# What runs on any Debian 12.
SYSTEM = {"apt-get", "cat", "cd", "certbot", "chgrp", "chmod", "cp", "df", "echo", "install", "journalctl", "ls", "mv"}
SYSTEM |= {"printf", "rm", "rsync", "runuser", "sed", "sh", "systemctl", "umask", "haohuo", "END"}
OTHERS_UNITS = {"nginx", "postgresql", "ssh", "haohuo-*"}


def text(language: str, page: str) -> str:
    """One page."""
    return (BOOK / language / page).read_text("utf-8")


def boxes(words: str, kind: str = "sh|text") -> list[str]:
    """The lines of a page's boxes of commands."""
    found = re.findall(rf"^```(?:{kind})\n(.*?)^```$", words, re.MULTILINE | re.DOTALL)
    return [line for box in found for line in box.splitlines()]


def commands(words: str) -> list[str]:
    """Every `haohuo …` of a page, in boxes and in sentences."""
    lines = [line.removeprefix("sudo ") for line in [*boxes(words), *re.findall(r"`([^`\n]+)`", words)]]
    return [line for line in lines if line.startswith("haohuo ")]


def fault(app: Flask, line: str) -> str:
    """What is wrong with a command of ours, or an empty string."""
    command: click.Command = app.cli
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if isinstance(command, click.Group) and not command.invoke_without_command and words != ["--help"]:
        return f"{line}: {' '.join(words) or command.name} is no command"
    try:
        given, rest, _ = command.make_parser(click.Context(command)).parse_args(words)
    except click.UsageError as wrong:
        return f"{line}: {wrong.message}"
    missing = [each.name for each in command.params if each.required and not given.get(each.name or "")]
    return f"{line}: {rest or missing}" if (rest or missing) and words != ["--help"] else ""


def test_both_languages_have_the_same_pages_with_the_same_commands() -> None:
    assert sorted(path.name for path in (BOOK / "en").glob("*.md")) == PAGES
    assert {page: boxes(text("zh", page), "sh") for page in PAGES} == {
        page: boxes(text("en", page), "sh") for page in PAGES
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_command_of_ours_exists_with_its_options(app: Flask, language: str) -> None:
    found = [line for page in PAGES for line in commands(text(language, page))]
    assert len(found) > 30
    assert [wrong for line in found if (wrong := fault(app, line))] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_other_command_is_the_systems_or_a_script_of_ours(language: str) -> None:
    lines = [line for page in PAGES for line in boxes(text(language, page), "sh")]
    known = [line for line in lines if re.match(r'[a-z_]+ = "', line) or re.split(r"[ =]", line)[0] in SYSTEM]
    assert [line for line in lines if line not in known] == []
    everywhere = "\n".join(text(language, page) for page in PAGES)
    installer = (ROOT / "deploy" / "install").read_text("utf-8")
    flags = set(re.findall(r"--[a-z-]+", "\n".join(re.findall(r"deploy/install[^`\n]*", everywhere))))
    assert flags
    assert [flag for flag in flags if f" {flag}" not in installer.partition('[ "$(id')[0]] == []
    assert all((ROOT / path).exists() for path in re.findall(r"(deploy/[A-Za-z./-]*[A-Za-z])", everywhere))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_unit_exists_and_every_link_leads_somewhere(language: str) -> None:
    units = {path.stem for path in (ROOT / "deploy" / "systemd").iterdir()} | {"haohuo.target"} | OTHERS_UNITS
    for page in PAGES:
        words = text(language, page)
        named = re.findall(r"systemctl (?:--no-pager )?(?:start|stop|restart|status|list-timers) ([^`\n]+)", words)
        named += [
            unit for line in re.findall(r"journalctl[^`\n]*", words) for unit in re.findall(r"-u ([^ `\n]+)", line)
        ]
        assert {unit.strip("'") for line in named for unit in line.split()} - units == set(), page
        links = [link for link in re.findall(r"\]\(([^)#]+)\)", words) if "://" not in link]
        assert [link for link in links if not (BOOK / language / link).resolve().exists()] == [], page
