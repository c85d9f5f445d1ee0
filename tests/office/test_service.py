"""The office that pages and papers name."""

from pathlib import Path

import pytest

from portal import i18n
from portal.config import ROOT
from portal.office import service
from portal.questions.models import Library
from portal.questions.service import BadLibrary

OURS = ROOT / "portal" / "library"


def test_a_county_brings_its_own_office_in_an_overlay(tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    text = (OURS / "office" / "office.toml").read_text("utf-8").replace("0000-0000000", "0855-1234567")
    (tmp_path / "office" / "office.toml").write_text(text, "utf-8")
    assert service.setup(OURS, tmp_path).phone == "0855-1234567"
    assert service.setup(OURS, None).phone == "0000-0000000"
    assert service.office().short == "黎平县"


@pytest.mark.parametrize(
    ("written", "faults"),
    [
        (b"name = ", ["this is not TOML: Invalid value (at end of document)"]),
        (b"\xff", ["this is not TOML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"]),
        (
            'name = "县里"\nshort = "县"\nphone = "1"\nhours = "2"\naddress = ""\nfax = "3"'.encode(),
            [
                "“county” is missing",
                "“address” cannot be “”: String should have at least 1 character",
                "there is no field “fax”",
            ],
        ),
    ],
)
def test_every_fault_of_an_office_is_told(tmp_path: Path, written: bytes, faults: list[str]) -> None:
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "office.toml").write_bytes(written)
    with i18n.speaking("en"):
        told = service.problems(Library(), OURS, tmp_path)
    assert told == [f"office/office.toml: {fault}" for fault in faults]
    with pytest.raises(BadLibrary):
        service.setup(OURS, tmp_path)
    assert service.problems(Library(), OURS) == []
