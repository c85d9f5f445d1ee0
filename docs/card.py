"""Makes portal/static/card.png again, the picture beside a link to the portal: `.venv/bin/python -m docs.card`."""

from PIL import Image, ImageDraw, ImageFont

from portal.config import ROOT

SIDE, FONT = 500, ROOT / "portal" / "static" / "fonts" / "NotoSansSC-Bold.ttf"
GREEN, PAPER, ORANGE, LEAF = "#0f6b4b", "#fbfaf6", "#e88a2c", "#5fa36b"


def main() -> None:
    """Draws the seal with an orange beside it, and what it is for below."""
    card = Image.new("RGB", (SIDE, SIDE), PAPER)
    draw = ImageDraw.Draw(card)
    draw.rounded_rectangle((60, 50, 310, 320), 36, fill=GREEN)
    letters = ImageFont.truetype(str(FONT), 112)
    for character, height in (("好", 122), ("货", 246)):
        draw.text((185, height), character, fill="white", font=letters, anchor="mm")
    draw.ellipse((330, 190, 450, 310), fill=ORANGE)
    draw.ellipse((392, 158, 448, 190), fill=LEAF)
    draw.text((SIDE / 2, 400), "帮您把店开起来", fill=GREEN, font=ImageFont.truetype(str(FONT), 56), anchor="mm")
    card.quantize(32, dither=Image.Dither.NONE).save(ROOT / "portal" / "static" / "card.png", optimize=True)


if __name__ == "__main__":
    main()
