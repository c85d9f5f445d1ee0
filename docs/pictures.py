"""Makes docs/pictures/ again, from a demo in a real Chromium: `.venv/bin/python -m docs.pictures` after deploy/test."""

import io
import logging
import os
import re
import socket
import subprocess
import tempfile
import threading
from functools import partial
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlmodel import select
from werkzeug.serving import make_server

from portal import config, create_app, db, demo, migrations, press
from portal.demo.drawing import sample_picture
from portal.review import decisions, remarks, service
from portal.review.models import Case
from tests.browser.conftest import Served
from tests.browser.test_life import sign_in_staff

OUT, AROUND, GAP, NAME = config.ROOT / "docs" / "pictures", (206, 206, 200), 20, "月亮坡椪柑"


def start(home: Path) -> Served:
    """A demo instance that answers on a free port of this machine until the script ends."""
    port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
    settings = config.Settings.read({"PORTAL_HOME": str(home), "PORT": str(port)})
    app = create_app(settings)
    migrations.upgrade(settings)
    demo.run(40)
    threading.Thread(target=make_server("127.0.0.1", port, app, threaded=True).serve_forever, daemon=True).start()
    return Served(settings.url, settings)


def sent_back() -> str:
    """Sends a grower's application back; returns the grower's phone."""
    waiting = select(Case).where(Case.state == "submitted", Case.kind == "household")
    with db.writing() as session:
        case, by = session.exec(waiting).all()[0], demo.OFFICER
        case = service.take(session, case, by=by, version=case.version)
        remarks.remark(session, case, by=by, key="shop_name", reason="OTHER", words="店名不带数字。")
        remarks.remark(session, case, by=by, key="shop_picture", reason="PICTURE", words="请离果子近一点。")
        decisions.settle(session, decisions.send_back(session, case, by=by, version=case.version))
        return f"154{int(re.findall('[0-9]+', case.title)[-1]):08d}"


def keep(name: str, *shots: bytes) -> None:
    """Puts pictures of one size side by side, in few colours, into docs/pictures/."""
    parts = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    whole = Image.new("RGB", ((parts[0].width + GAP) * len(parts) + GAP, parts[0].height + 2 * GAP), AROUND)
    for at, part in enumerate(parts):
        whole.paste(part, (GAP + (part.width + GAP) * at, GAP))
    whole.quantize(96, dither=Image.Dither.NONE).save(OUT / name, optimize=True)


def mend(phone: Page, number: str) -> list[bytes]:
    """A grower mends what the officer remarked on, with one mistake on the way, and sends it again."""
    phone.goto("/registration/mine")
    phone.fill("[name=phone]", number)
    phone.click("main button.go")
    phone.fill("[name=code]", re.findall(r"\b[0-9]{6}\b", phone.inner_text("main"))[0])
    phone.click("main button.go")
    phone.click("text=去改")
    tasks = phone.screenshot()
    phone.click("ul.list a:has-text('您的店')")
    phone.fill("[name=shop_name]", "国家级椪柑")
    phone.click(".bar button.go")
    phone.locator(".field.bad").evaluate("it => it.scrollIntoView({block: 'center'})")
    fault, picture = phone.screenshot(), sample_picture("椪柑", 5)
    phone.fill("[name=shop_name]", NAME)
    phone.set_input_files("[name=shop_picture]", {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": picture})
    phone.click(".bar button.go")
    phone.wait_for_selector("[name=shop_picture]", state="detached")
    phone.goto(phone.url.rsplit("/", 1)[0] + "/check")
    phone.click("text=交上去审核")
    phone.wait_for_selector(".code")
    return [tasks, fault, phone.screenshot()]


def printed(phone: Page, served: Served, folder: str) -> list[bytes]:
    """The cover of the grower's own guide and its page on photos, as a grey printer shows them."""
    phone.click("text=打印我的开店指南")
    served.work()
    phone.goto(phone.url)
    pdf = phone.request.get(phone.get_attribute("main a.go", "href") or "").body()
    subprocess.run(["pdftoppm", "-gray", "-r", "75", "-png", "-", f"{folder}/page"], input=pdf, check=True)
    return [Path(folder, f"page-{number}.png").read_bytes() for number in (1, 4)]


def main() -> None:
    """Makes all of them, with our own letters on every machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as temp, sync_playwright() as play:
        Path(temp, "fonts").symlink_to(config.ROOT / "portal" / "static" / "fonts")
        env: dict[str, str | float | bool] = {**os.environ, "XDG_DATA_HOME": temp}
        chrome = play.chromium.launch(executable_path=which("chromium"), chromium_sandbox=os.getuid() != 0, env=env)
        served = start(Path(temp, "home"))
        opened = partial(chrome.new_page, locale="zh-CN", base_url=served.url)
        phone = opened(viewport={"width": 360, "height": 740}, device_scale_factor=1.5)
        desk = opened(viewport={"width": 1280, "height": 800})
        keep("phone.png", *mend(phone, sent_back()))
        sign_in_staff(desk, served)
        desk.click(f"text={NAME}")
        desk.click("[data-key=t]")
        desk.evaluate("scrollTo(0, 186)")
        desk.wait_for_load_state("networkidle")
        keep("desk.png", desk.screenshot())
        keep("guide.png", *printed(phone, served, temp))
        press.close()


if __name__ == "__main__":
    main()
