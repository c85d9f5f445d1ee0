"""The privacy notice: what the law wants said, where people find it."""

from pathlib import Path

import pytest

from portal import db, i18n
from portal.access import Actor
from portal.config import ROOT
from portal.keeping import terms
from portal.office import service as offices
from portal.questions.models import Library
from portal.questions.reading import BadLibrary
from portal.registration import privacy
from tests.office.conftest import FOOT, fill
from tests.reader import Reader

OURS = ROOT / "portal" / "library"


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_everybody_reads_it_from_the_foot_of_every_page(client: Reader, language: str) -> None:
    client.get(f"/?lang={language}")
    page = client.get(next(link for link in client.page.links() if "privacy" in link))
    with i18n.speaking(language), db.reading() as session:
        said = [point for part in privacy.read_out(session).part for point in part.points]
        office = i18n.library_text(offices.office().name)
    assert (page.url, [words for words in (office, *said) if words not in page.words()]) == (
        "/registration/privacy",
        [],
    )


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_it_names_who_is_responsible_where_it_says_so_and_in_the_foot(client: Reader, language: str) -> None:
    fill()
    page = client.get(f"/registration/privacy?lang={language}")
    with i18n.speaking(language):
        said = i18n.gettext("Responsible for your data: %(who)s", who=FOOT["responsible"])
    named = [each.text for each in page.all("p") if said in (each.text or "")]
    assert named == [f"{said} · {FOOT['responsible_contact']}"] * 2
    assert said in "".join(next(each for each in page.all("div") if each.get("class") == "tip").itertext())


def test_it_says_who_what_why_how_long_who_sees_it_and_which_rights(client: Reader) -> None:
    assert [(part.key, part.office) for part in privacy.notice().part] == [
        ("who", True),
        *((key, False) for key in ("what", "never", "ground", "who_sees", "how_long", "rights")),
    ]


@pytest.mark.parametrize(("language", "before", "after"), [("zh_Hans", "90 天", "45 天"), ("en", "90 days", "45 days")])
def test_it_names_the_days_that_the_office_has_set(client: Reader, language: str, before: str, after: str) -> None:
    address = f"/registration/privacy?lang={language}"
    words = client.get(address).words()
    assert (before in words, after in words, "{" in words) == (True, False, False)
    with db.writing() as session:
        terms.change(session, "photos", "45", by=Actor("staff", "boss", "龙"))
    words = client.get(address).words()
    assert (before in words, after in words) == (False, True)


def test_a_county_brings_its_own_and_a_faulty_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "registration").mkdir()
    own = tmp_path / "registration" / "privacy.toml"
    head = 'title = "说明"\nlead = "一句"\nas_of = 2026-11-20\n[[part]]\nkey = "who"\ntitle = "谁"\nsource = "法"\n'
    own.write_text(head + 'points = ["我们"]\n', "utf-8")
    assert privacy.setup(OURS, tmp_path).title == "说明"
    own.write_text(head.replace("as_of = 2026-11-20", "") + 'points = ["我们"]\n', "utf-8")
    with i18n.speaking("en"):
        assert privacy.problems(Library(), OURS, tmp_path) == ["registration/privacy.toml: “as_of” is missing"]
    own.write_text(head + 'points = ["{phots} 天"]\n', "utf-8")
    with i18n.speaking("en"):
        assert privacy.problems(Library(), OURS, tmp_path) == [
            "registration/privacy.toml, key who: there is no rule “phots”"
        ]
    own.write_text(head.replace("as_of = 2026-11-20", "") + 'points = ["我们"]\n', "utf-8")
    with pytest.raises(BadLibrary):
        privacy.setup(OURS, tmp_path)
    assert privacy.setup(OURS).title == "隐私说明"
