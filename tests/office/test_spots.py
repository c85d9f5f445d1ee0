"""Stations and points taken off the list, by two at once too."""

from portal.office import known, sections, service
from tests.office.conftest import SPOT, put
from tests.office.test_desk import typed
from tests.review.life import Life


def test_a_point_that_somebody_took_off_is_added_anew_only_knowingly(life: Life) -> None:
    put(sections.SPOT, SPOT, spot_id=service.NEW)
    path = f"/desk/office/spots/{known.in_force().spots[0].id}"
    first, second = life.reader(life.staff("admin")), life.reader(life.staff("admin"))
    for reader in (first, second):
        reader.get(path)
    assert [first.submit(1).url, known.in_force().spots] == ["/desk/office/", ()]
    page = second.submit(0, name="改好的名字")
    assert (page.status, typed(page)["name"]) == (409, "改好的名字")
    assert [second.submit(0).url, [spot.name for spot in known.in_force().spots]] == ["/desk/office/", ["改好的名字"]]
    for path in ("/desk/office/spots/nobody-has-this1", "/desk/office/spots/nobody-has-this1/off"):
        second.get("/desk/office/who")
        assert second.post(path, {**SPOT, "version": "1"}).status == 404
    assert second.get("/desk/office/spots/nobody-has-this1").status == 404


def test_taking_off_twice_is_taking_off_once(life: Life) -> None:
    put(sections.SPOT, SPOT, spot_id=service.NEW)
    admin = life.reader(life.staff("admin"))
    page = admin.get(f"/desk/office/spots/{known.in_force().spots[0].id}")
    admin.submit(1)
    admin.page = page
    assert (admin.submit(1).url, len(known.in_force().spots)) == ("/desk/office/", 0)


def test_who_wanted_to_take_off_what_was_changed_meanwhile_saves_it_and_takes_nothing_off(life: Life) -> None:
    put(sections.SPOT, SPOT, spot_id=service.NEW)
    path = f"/desk/office/spots/{known.in_force().spots[0].id}"
    second = life.reader(life.staff("admin"))
    second.get(path)
    put(sections.SPOT, {**SPOT, "name": "换了名字"}, spot_id=path.rpartition("/")[2])
    assert second.submit(1).status == 409
    assert second.submit(0, name="改好的名字").url == "/desk/office/"
    assert [spot.name for spot in known.in_force().spots] == ["改好的名字"]
