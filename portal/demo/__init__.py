"""`flask demo --sellers N`: fills a trial instance with believable shops in all states and drawn sample pictures;
`flask demo --village N`: so many approved ones of one place, for the print room.

Everything goes through the same verbs that people use; the clock is set back so that the cases have ages.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlmodel import Session, select

from portal import db, migrations
from portal.access import Actor
from portal.accounts import service as accounts
from portal.demo.drawing import Sketchbook
from portal.demo.furnishing import COUNTY
from portal.demo.furnishing import furnish as furnish
from portal.i18n import N_, gettext
from portal.places import service as places
from portal.questions import codes
from portal.questions import service as questions
from portal.registration import platform, sellers
from portal.registration import service as registration
from portal.review import cells, checks, remarks
from portal.review import service as review
from portal.review.decisions import confirm, settle
from portal.review.kinds import kinds
from portal.review.models import Case
from portal.review.states import PROPOSED
from portal.sheets import pictures
from portal.sheets import service as sheets
from portal.sheets.models import Sheet

OFFICER = Actor("staff", "demo-officer", "示例审核员", frozenset({"reviewer"}), (COUNTY,), "demo")
# Who agrees where a kind of seller asks for a second person.
SECOND = Actor("staff", "demo-second", "示例复核员", frozenset({"reviewer"}), (COUNTY,), "demo")
# What grows and is made there, with its season and the fork it belongs to.
GOODS = (
    ("椪柑", "11 月到 1 月", "fresh"),
    ("糯米", "10 月以后", "fresh"),
    ("土鸡蛋", "全年", "fresh"),
    ("茶青", "3 月到 5 月", "fresh"),
    ("腊肉", "冬天", "processed"),
    ("蜂蜜", "6 月、10 月", "processed"),
    ("侗布包", "全年", "craft"),
    ("竹篮", "全年", "craft"),
    ("银耳环", "全年", "craft"),
)
SENTENCES = ("自家坡上种的，现摘现发。", "一家人做的，慢工细活。", "寨子里的老做法，坏了包赔。", "天亮摘，下午就发。")
CALLED = ("杨大姐", "吴师傅", "石大哥", "潘阿姨", "龙大叔", "陆妹")
ENDS = ("draft", "submitted", "in_review", "changes_requested", "resubmitted", "approved", "rejected", "withdrawn")
# The place of `--village`, and where its phone numbers begin.
VILLAGE, VILLAGERS = "522631105", 50_000_000
# A commit is what costs most, so sellers share one for so many seconds; then whoever waits to write has a turn: SQLite
# looks again every tenth of a second, and gives up after five.
HOLD, BREATH = 1.0, 0.15
# How many days ago the first of them came, and the last.
OLDEST, NEWEST = 12.0, 0.1
SHARES = (15, 20, 10, 12, 8, 25, 5, 5)


def credit_code(at: int, example: str) -> str:
    """A code of the example's kind with a right check character, nobody's: its organisation begins MADEM."""
    body = f"{example[:2]}{COUNTY}MADEM{at % 1000:03d}"
    whole = (body + one + two for one in codes.ALPHABET for two in codes.ALPHABET)
    return next(code for code in whole if codes.is_credit_code(code) and codes.body_is_right(code))


def kind_of(at: int) -> str:
    """Growers mostly; every fifth is of one of the other kinds, all in turn."""
    grower, *others = sellers.sets()
    return grower if at % 5 else others[at // 5 % len(others)]


def answers_for(dice: random.Random, at: int, kind: str, townships: list[str]) -> dict[str, object]:
    """Believable answers to every question but the photos."""
    what, season, fork = GOODS[at % len(GOODS)]
    township, shop = townships[at % len(townships)], at % VILLAGERS
    known: dict[str, object] = {
        "ground": "home_craft" if fork == "craft" else "own_produce",
        "place": township,
        "called": dice.choice(CALLED),
        "goods_kind": [fork],
        "goods": [{"what": what, "season": season}],
        "can_certify": "yes",
        "keeps_records": "yes",
        "fresh_label": dice.choice(("whole", "loose")),
        "food_paper": "workshop",
        "workshop_number": f"黔作坊 {at:05d}",
        "food_paper_ends": (db.today() + timedelta(days=60 + at % 900)).isoformat(),
        "shop_name": f"{places.name(township)[:2]}{dice.choice(('高山', '寨脚', '老屋', '坡上'))}{what}{shop}",
        "shop_sentence": dice.choice(SENTENCES),
        "consent_processing": ["yes"],
        "consent_publishing": ["yes"] if at % 3 else None,
        "declaration": ["yes"],
    }
    code = sellers.sets()[kind].questions.get("credit_code")
    if code:
        named = sellers.kind(kind).names or ("店",)
        known |= {
            "credit_code": credit_code(at, code.example),
            "licence_name": f"{places.name(township)}{what}{shop}{named[0]}",
            "licence_ends": "never" if at % 4 else (db.today() + timedelta(days=70)).isoformat(),
        }
    return known


def fill(session: Session, book: Sketchbook, at: int, dice: random.Random, townships: list[str]) -> str:
    """One seller with a filled sheet; returns the sheet's id."""
    seller = accounts.seller_of(session, phone_of(at), "zh_Hans")
    kind = kind_of(at)
    sheet = registration.begin(session, seller_id=seller.id, kind=kind)
    wanted, known = sheets.set_of(sheet), answers_for(dice, at, kind, townships)
    asked = [each for page in questions.visible_pages(wanted, known) for each in questions.visible(page, known)]
    for question in asked:
        if question.kind == "photo":
            paper = question.label.removesuffix("照片")
            words = paper if question.key == "licence_photo" else str(GOODS[at % len(GOODS)][0])
            known[question.key] = pictures.add(session, sheet, question.key, book[words])
    # What page after page would keep, kept at once: the same rows, and twenty thousand sellers in minutes.
    whole = wanted.page[0].model_copy(update={"question": tuple(asked), "only_if": {}})
    given = {question.key: known.get(question.key) for question in asked}
    sheets.answer(session, sheet, page=whole, given=given, by=seller.id)
    return sheet.id


def decide(session: Session, sheet_id: str, end: str, dice: random.Random) -> None:
    """Walk a sent sheet to its state, by the officer's and the seller's own verbs."""
    case = session.exec(select(Case).where(Case.sheet_id == sheet_id)).one()
    owner = Actor("seller", case.seller_id)
    if end == "withdrawn":
        review.withdraw(session, case, by=owner)
    if end in ("submitted", "withdrawn"):
        return
    case = review.take(session, case, by=OFFICER, version=case.version)
    if end in ("changes_requested", "resubmitted"):
        remarks.remark(session, case, by=OFFICER, key="shop_picture", reason="GOODS_BLUR", words="请白天在屋外拍。")
        if end == "resubmitted" or dice.random() < 0.5:
            remarks.remark(session, case, by=OFFICER, key="shop_name", reason="SHOPNAME", words="")
        case = settle(session, review.send_back(session, case, by=OFFICER, version=case.version))
    if end == "resubmitted":
        sheet = session.get_one(Sheet, sheet_id)
        page = sheets.set_of(sheet).page_of["shop_name"]
        better = {**sheets.answers(sheet), "shop_name": f"{case.title}园"}
        sheets.answer(session, sheet, page=page, given=better, by=case.seller_id)
        sheets.send(session, sheet, by=case.seller_id, as_it_is=True)
    elif end == "approved":
        boxes = checks.Boxes((), [each.key for each in kinds()[case.kind].checks])
        case = review.approve(session, case, by=OFFICER, version=case.version, boxes=boxes)
        go_on(session, settle(session, agreed(session, case)), owner, dice)
    elif end == "rejected":
        review.reject(
            session,
            case,
            by=OFFICER,
            version=case.version,
            reason="TYPE",
            words="代码是公司的，请选“企业”那一种，再交一次。",
        )
        settle(session, agreed(session, case))


def agreed(session: Session, case: Case) -> Case:
    """The case, decided: what is only proposed a second officer agrees to."""
    return confirm(session, case, by=SECOND, version=case.version) if case.state in PROPOSED else case


def go_on(session: Session, case: Case, owner: Actor, dice: random.Random) -> None:
    """Walk an approved shop some way on the platform, as its seller or a helper tells it."""
    far, reason = dice.randrange(5), dice.choice(("BLUR", "BLUR", "NAME", "SHOPNAME", "SCOPE"))
    steps = [
        platform.Told("sent"),
        platform.Told("refused", db.today(), reason=reason),
        platform.Told("sent"),
        platform.Told("open", db.today(), name=case.title, link="https://haohuo.example/shop"),
    ]
    for version, told in enumerate((steps[0], steps[3]) if far == 4 else steps[:far]):
        platform.tell(session, case, by=dice.choice((owner, OFFICER)), version=version, told=told)


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """The clock, set back."""
    db.set_now(None)
    db.set_now(db.now() - timedelta(days=days))
    try:
        yield
    finally:
        db.set_now(None)


def run(sellers: int, *, told: Callable[[int], None] = lambda _: None) -> int:
    """Fill the instance; a second run adds nothing to what the first made. Returns how many were added.

    `told` hears after each batch how many sellers it had.
    """
    book, townships = Sketchbook(), [place.code for place in places.children(COUNTY)]
    step = (OLDEST - NEWEST) / sellers  # who comes first came first
    return _walk_all(range(sellers), lambda session, at: walk(session, book, at, townships, OLDEST - step * at), told)


def village(sellers: int) -> int:
    """So many approved sellers of one place; a second run adds nothing. Returns how many were added."""
    book = Sketchbook()

    def approved(session: Session, at: int) -> bool:
        return walk(session, book, at, [VILLAGE], OLDEST - at % OLDEST, end="approved")

    return _walk_all(range(VILLAGERS, VILLAGERS + sellers), approved, lambda _: None)


def _walk_all(every: range, one: Callable[[Session, int], bool], told: Callable[[int], None]) -> int:
    """Walk all of them, some in each transaction, and sum the queue up; returns how many were added."""
    added, waiting = 0, deque(every)
    while waiting:
        before = len(waiting)
        with db.writing() as session:
            until = time.monotonic() + HOLD
            added += one(session, waiting.popleft())
            while waiting and time.monotonic() < until:
                added += one(session, waiting.popleft())
        told(before - len(waiting))
        time.sleep(BREATH)
    cells.sum_up("")
    return added


def walk(session: Session, book: Sketchbook, at: int, townships: list[str], age: float, *, end: str = "") -> bool:
    """One seller's way, begun `age` days ago, from the first page to where it ends; False when it was walked before."""
    dice = random.Random(f"1 {at}")
    # The first ones show every state, the others the usual mixture.
    end = end or (ENDS[at] if at < len(ENDS) else dice.choices(ENDS, SHARES)[0])
    with days_ago(age):
        if accounts.with_phone(session, phone_of(at)):
            return False
        sheet_id = fill(session, book, at, dice, townships)
        if end != "draft":
            sheet = session.get_one(Sheet, sheet_id)
            sheets.send(session, sheet, by=sheet.seller_id)
    if end != "draft":
        with days_ago(age * dice.random()):
            decide(session, sheet_id, end, dice)
    return True


def phone_of(at: int) -> str:
    """A number of a range that is nobody's."""
    return f"154{at:08d}"


def register(app: Flask) -> None:
    """Add `flask demo`."""
    app.cli.add_command(demo)


@click.command("demo")
@click.option("--sellers", default=200, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--village", "villagers", type=click.IntRange(1, 500), help="So many approved sellers of one place.")
@with_appcontext
def demo(sellers: int, villagers: int | None) -> None:
    """Fill a trial instance with believable shops in all states, or with one village."""
    if not current_app.extensions["settings"].trial:
        raise click.ClickException(
            gettext(N_("This is no trial instance: invented sellers have no place among real ones."))
        )
    migrations.refuse_unless_at_head()
    furnish()
    if villagers:
        added, place = village(villagers), places.name(VILLAGE)
        click.echo(gettext(N_("%(num)s invented sellers of %(place)s added."), num=added, place=place))
        return
    with click.progressbar(length=sellers) as bar:
        added = run(sellers, told=bar.update)
    click.echo(gettext(N_("%(num)s invented sellers added."), num=added))
