"""The sheet with the key: typed back with all the slips that people make, and proved on the data."""

import os
import pty
import re
import secrets
import string
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from portal import create_app, db, files, vault
from portal.accounts.models import Staff
from portal.backup import keys
from portal.backup.commands import NOT_OURS, PARTLY
from portal.config import ROOT, Settings
from tests.backup.office import Run
from tests.conftest import SECRET
from tests.press import reading
from tests.review.life import Life

OTHER = "other-only-for-tests-other-only-for-tests"
SHEETS = [
    SECRET,
    f"{OTHER},{SECRET}",
    "密钥" * 20,
    "x" * 32,
    pytest.param(secrets.token_urlsafe(32), id="as install makes it"),
]


def wrong_line(lines: list[str]) -> int:
    """The number of the line that is complained about."""
    with pytest.raises(keys.WrongLine) as wrong:
        keys.secret_of("\n".join(lines))
    return int(str(wrong.value.values["number"]))


@pytest.mark.parametrize("secret", SHEETS)
def test_what_is_typed_from_the_sheet_is_the_secret(secret: str) -> None:
    assert keys.secret_of("\n".join(keys.lines(secret))) == secret


@pytest.mark.parametrize("secret", SHEETS)
def test_small_letters_spaces_numbers_and_look_alikes_do_no_harm(secret: str) -> None:
    text = "\n\n".join(f" {at}) {line.lower()}  " for at, line in enumerate(keys.lines(secret), start=1))
    assert keys.secret_of("# Haohuo\n" + text.replace(" ", "  ")) == secret
    alike = [line.replace("0", "O").replace("1", "l") for line in keys.lines(secret)]
    assert keys.secret_of("\r\n".join(alike)) == secret
    wide = "\n".join(line.replace(" ", "").replace("0", "０").replace("A", "Ａ") for line in keys.lines(secret))
    assert keys.secret_of(wide) == secret


def test_no_letter_on_the_sheet_looks_like_another() -> None:
    letters = "".join(line.rpartition(" ")[0] for line in keys.lines(SECRET)).replace(" ", "")
    assert set(letters) <= set(keys.LETTERS)
    assert set(keys.LETTERS) & set("OILU") == set()


def test_each_line_ends_with_a_word_of_its_own() -> None:
    words = [line.rpartition(" ")[2] for line in keys.lines(SECRET)]
    assert [word for word in words if re.fullmatch("[a-z]{3,8}", word)] == words
    assert len(set(words)) == len(words)


def test_one_wrong_character_anywhere_is_found_in_its_line() -> None:
    sheet = keys.lines(SECRET)
    for at, line in enumerate(sheet):
        before = line.rpartition(" ")[0]
        for place in [place for place, letter in enumerate(line) if letter != " "]:
            for letter in keys.LETTERS if place < len(before) else string.ascii_lowercase:
                if letter != line[place]:
                    bad = line[:place] + letter + line[place + 1 :]
                    assert wrong_line([*sheet[:at], bad, *sheet[at + 1 :]]) == at + 1


def test_two_characters_changed_about_and_one_left_out_or_doubled_are_found() -> None:
    sheet = keys.lines(SECRET)
    for at, line in enumerate(sheet):
        letters = line.replace(" ", "")
        for place in range(len(letters) - 1):
            one, two = letters[place], letters[place + 1]
            changes = [letters[:place] + letters[place + 1 :], letters[:place] + one + letters[place:]]
            if one != two:
                changes.append(letters[:place] + two + one + letters[place + 2 :])
            for bad in changes:
                if bad != letters:
                    assert wrong_line([*sheet[:at], bad, *sheet[at + 1 :]]) == at + 1, bad


def test_lines_changed_about_left_out_or_typed_twice_are_found() -> None:
    sheet = keys.lines(SECRET)
    assert wrong_line([sheet[1], sheet[0], *sheet[2:]]) == 1
    assert wrong_line([sheet[0], *sheet[2:]]) == 2
    with pytest.raises(keys.LinesMissing):
        keys.secret_of("\n".join(sheet[:-1]))


@pytest.mark.parametrize("content", ["", "\n \n", "# Haohuo\n"])
def test_a_file_with_nothing_typed_in_says_so(app: Flask, tmp_path: Path, run: Run, content: str) -> None:
    typed = tmp_path / "typed"
    typed.write_text(content)
    done = run("keys", "check", typed)
    said = "Error: Nothing is typed in here. Type the lines of the key sheet, each on a line of its own.\n"
    assert (done.exit_code, done.output) == (1, said)


def test_a_sheet_proves_what_it_opens(life: Life, settings: Settings, tmp_path: Path, run: Run) -> None:
    typed = tmp_path / "typed"
    typed.write_text("\n".join(keys.lines(SECRET)))
    done = run("keys", "check", typed)
    assert (done.exit_code, "It is the secret in use." in done.output) == (0, True)
    assert re.findall(r"opens (\d+) of (\d+) sealed", done.output) == [("20", "20")]
    assert ("and the database" in done.output) == (not settings.database)


def test_of_several_secrets_each_is_told_what_it_opens(life: Life, settings: Settings) -> None:
    both = replace(settings, secret=f"{OTHER},{SECRET}")
    create_app(both)
    with db.writing() as session:
        officer = session.exec(select(Staff)).one()
        officer.totp = vault.seal(b"with the newer one", f"staff:{officer.id}:totp")
    proof = keys.prove(both, both.secret)
    assert ([part.things for part in proof.parts], proof.tried, proof.whole) == ([2, 18], 20, True)
    assert [part.database for part in proof.parts] == [False, not settings.database]


@pytest.mark.parametrize("typed", [OTHER, f"{SECRET},{OTHER}"])
def test_a_sheet_of_another_instance_does_not_pass(life: Life, tmp_path: Path, run: Run, typed: str) -> None:
    sheet = tmp_path / "typed"
    sheet.write_text("\n".join(keys.lines(typed)))
    done = run("keys", "check", sheet)
    if SECRET in typed:
        assert "PORTAL_SECRET is another now" in done.output
    else:
        assert (done.exit_code, done.output) == (1, f"Error: {NOT_OURS}\n")
    assert files.read(files.keep(b"the vault is as it was")) == b"the vault is as it was"


def test_a_sheet_that_opens_all_but_what_is_damaged_says_so(life: Life, tmp_path: Path, run: Run) -> None:
    with db.writing() as session:
        session.exec(select(Staff)).one().totp = b"damaged"
    sheet = tmp_path / "typed"
    sheet.write_text("\n".join(keys.lines(SECRET)))
    done = run("keys", "check", sheet)
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, f"Error: {PARTLY}")


@pytest.mark.parametrize("how", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_sheet_typed_in_an_editor_on_windows_is_read(app: Flask, tmp_path: Path, run: Run, how: str) -> None:
    typed = tmp_path / "typed.txt"
    typed.write_text("\r\n".join(["# 密钥单", *keys.lines(SECRET)][how != "gb18030" :]), how)
    assert run("keys", "check", typed).exit_code == 0
    said = subprocess.run(
        [sys.executable, "-m", "portal.backup.keys"],
        cwd=ROOT,
        input=typed.read_bytes(),
        capture_output=True,
        check=False,
    )
    assert (said.stdout.decode(), said.stderr) == (f"{SECRET}\n", b"")


def test_a_file_that_is_no_typed_sheet_names_its_first_line(app: Flask, tmp_path: Path, run: Run) -> None:
    typed = tmp_path / "sheet.pdf"
    typed.write_bytes(b"%PDF-1.7\n\xff\xfe\x95\n")
    done = run("keys", "check", typed)
    assert (done.exit_code, "Line 1 is not right." in done.output) == (1, True)


def test_a_slip_names_its_line(app: Flask, tmp_path: Path, run: Run) -> None:
    sheet = keys.lines(SECRET)
    typed = tmp_path / "typed"
    typed.write_text("\n".join([*sheet[:2], sheet[2].replace(sheet[2][0], "*", 1), *sheet[3:]]))
    done = run("keys", "check", typed)
    assert (done.exit_code, "Line 3 is not right." in done.output) == (1, True)


def test_typed_at_the_prompt_a_wrong_line_is_asked_for_again(app: Flask, run: Run) -> None:
    sheet = keys.lines(SECRET)
    done = run("keys", "check", input="\n".join([sheet[0], "nonsense", *sheet[1:]]) + "\n")
    assert (done.exit_code, done.output.count("Line 2")) == (0, 3)
    assert "It is the secret in use." in done.output


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_the_paper_holds_the_lines_and_what_to_do(
    app: Flask, tmp_path: Path, run: Run, locale: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("safe") / "sheet.pdf"
    done = run("keys", "print", "--out", out, "--locale", locale)
    assert (done.exit_code, oct(out.stat().st_mode)[-3:]) == (0, "600")
    text = reading.text(out.read_bytes())
    assert [line for line in keys.lines(SECRET) if line not in text] == []
    assert ("keys check" in text, len(reading.opened(out.read_bytes()).pages)) == (True, 1)
    assert SECRET not in text


def test_the_sheet_goes_nowhere_where_it_would_stay(app: Flask, settings: Settings, tmp_path: Path, run: Run) -> None:
    elsewhere = settings.home / "backups" / "sheet.pdf"
    for out in ((), ("--out", settings.home / "sheet.txt"), ("--out", elsewhere), ("--out", settings.home / "mode")):
        done = run("keys", "print", *out)
        assert (done.exit_code, keys.lines(SECRET)[0] in done.output) == (1, False)
    assert (elsewhere.exists(), (settings.home / "mode").read_text()) == (False, "trial")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_terminal_shows_the_sheet_and_the_sheet_says_the_secret(app: Flask, settings: Settings) -> None:
    environ = {**os.environ, "PORTAL_HOME": str(settings.home), "PORTAL_SECRET": SECRET, "PORTAL_URL": settings.url}
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "flask", "--app", "app", "keys", "print"]
    assert subprocess.run(command, cwd=ROOT, env=environ, stdout=theirs, check=False).returncode == 0
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    said = subprocess.run(
        [sys.executable, "-m", "portal.backup.keys"],
        cwd=ROOT,
        input=shown,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.stdout, said.stderr) == (f"{SECRET}\n", "")
