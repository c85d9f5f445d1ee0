import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import access, places


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app = Flask(__name__)
    access.connect(app, who=lambda *_: access.ANYONE, door=lambda _: "")
    places.register(app)
    with app.test_client() as client:
        yield client


def test_the_script_gets_code_name_and_path(client: FlaskClient) -> None:
    answer = client.get("/places/find", query_string={"q": "liping"})
    assert json.loads(answer.data)[0] == {
        "code": "522631",
        "name": "黎平县",
        "path": "贵州省 黔东南苗族侗族自治州 黎平县",
    }


def test_an_answer_may_be_kept_for_a_day(client: FlaskClient) -> None:
    assert client.get("/places/find?q=lp").headers["Cache-Control"] == "public, max-age=86400"


def test_what_is_near_is_asked_for_by_code(client: FlaskClient) -> None:
    assert json.loads(client.get("/places/find?q=lp&near=5226").data)[0]["code"] == "522631"


def test_no_more_than_twenty_are_sent(client: FlaskClient) -> None:
    assert len(json.loads(client.get("/places/find?q=da").data)) == 20


@pytest.mark.parametrize("query", ["", "q=", "q=%00", "q=%ff%fe", "q=" + "a" * 10_000, "q=%27%3B--", "q=lp&near=%00"])
def test_garbage_is_answered_with_a_list(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/places/find?{query}")
    assert (answer.status_code, type(json.loads(answer.data))) == (200, list)
