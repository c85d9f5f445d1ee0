from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from portal.questions.commands import library


def test_our_own_library_is_right() -> None:
    done = CliRunner().invoke(library, ["check"])
    assert (done.output, done.exit_code) == ("The library is right.\n", 0)


def test_faults_of_an_overlay_are_named_and_the_exit_code_says_so(written: Callable[[dict[str, str]], Path]) -> None:
    overlay = written({"questions/seller.toml": '[[question]]\nkey = "place"\nkind = "where"\nlabel = "哪里"\n'})
    done = CliRunner().invoke(library, ["check"], env={"PORTAL_LIBRARY": str(overlay)})
    lines = done.output.splitlines()
    assert done.exit_code == 1
    assert lines[0].startswith("questions/seller.toml, key place: “kind” is “where”; it can be ")
    kinds = ("collective", "company", "cooperative", "household", "sole_trader")
    assert lines[1:] == [
        f"registration/{kind}.toml, page called, key called: there is no shared question “called”" for kind in kinds
    ]
