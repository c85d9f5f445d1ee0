from pathlib import Path

import pytest

from portal.places import build
from portal.places.gazetteer import lines

ROWS = {
    "provinces.csv": '52,"贵州省"',
    "cities.csv": '5226,"黔东南苗族侗族自治州",52',
    "areas.csv": '522631,"黎平县",5226,52',
    "streets.csv": '522631105,"九潮镇",522631,52,5226\n522631001,"德凤街道",522631,52,5226',
}


def package(folder: Path, **changed: str) -> Path:
    for file, rows in ROWS.items():
        (folder / file).write_text("code,name,a,b,c\n" + changed.get(file.removesuffix(".csv"), rows) + "\n", "utf-8")
    return folder


def test_a_table_built_from_the_package_reads_back_in_the_order_of_codes(tmp_path: Path) -> None:
    assert build.write(package(tmp_path), tmp_path / "table") == 5
    assert list(lines(tmp_path / "table"))[2:] == [
        ("522631", "黎平县", "lipingxian", "lpx"),
        ("522631001", "德凤街道", "defengjiedao", ""),
        ("522631105", "九潮镇", "jiuchaozhen", ""),
    ]


def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    build.write(package(tmp_path), tmp_path / "one")
    build.write(tmp_path, tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_code_of_the_wrong_length_stops_the_build_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"areas\.csv: 52263 has not 6 digits"):
        build.write(package(tmp_path, areas='52263,"黎平县",5226,52'), tmp_path / "table")
