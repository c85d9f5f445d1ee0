"""Drawn sample pictures: nobody's real photos."""

import io

from portal import photos
from portal.config import ROOT
from portal.sheets import pictures

FONT = ROOT / "portal" / "static" / "fonts" / "NotoSansSC-Bold.ttf"


def sample_picture(words: str, shade: int) -> bytes:
    """A drawn picture that says what it stands for, with 样张 across it: nobody's real photo."""
    from PIL import Image, ImageDraw, ImageFont  # a web process must not carry Pillow

    picture = Image.new("RGB", (1200, 900), (235 - shade % 40, 240 - shade % 25, 225))
    draw = ImageDraw.Draw(picture)
    for at in range(5):
        left, top = 120 + (at * 211 + shade * 7) % 800, 180 + (at * 137 + shade * 13) % 420
        draw.ellipse((left, top, left + 230, top + 230), outline=(60, 90, 70), width=9, fill=(224, 150 + at * 12, 60))
    draw.rectangle((40, 40, 1160, 860), outline=(90, 100, 90), width=6)
    draw.text((600, 110), words, fill=(30, 45, 38), font=ImageFont.truetype(str(FONT), 76), anchor="mm")
    band = Image.new("L", (1500, 260), 0)
    letters = ImageFont.truetype(str(FONT), 190)
    ImageDraw.Draw(band).text((750, 130), "样 张 样 张", fill=150, font=letters, anchor="mm")
    across = band.rotate(28, expand=True)
    picture.paste((170, 60, 40), ((1200 - across.width) // 2, (900 - across.height) // 2), across)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


class Sketchbook:
    """One cleaned picture for each subject, drawn once."""

    def __init__(self) -> None:
        """Start empty."""
        self.drawn: dict[str, pictures.Stored] = {}

    def __getitem__(self, words: str) -> pictures.Stored:
        """The picture of a subject."""
        if words not in self.drawn:
            self.drawn[words] = pictures.store(photos.clean(sample_picture(words, len(self.drawn) * 17)))
        return self.drawn[words]
