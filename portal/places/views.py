"""Places for the script: what a few typed words may mean."""

import json

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from portal.access import Actor, anyone
from portal.places import service

blueprint = Blueprint("places", __name__, url_prefix="/places")


@blueprint.get("/find")
@anyone
def find(actor: Actor) -> ResponseReturnValue:
    """The likeliest places for ?q= (near ?near=, a code) as a JSON list of code, name and path."""
    places = service.find(request.args.get("q", ""), near=request.args.get("near", ""))
    found = [{"code": place.code, "name": place.name, "path": " ".join(service.path(place.code))} for place in places]
    response = Response(json.dumps(found, ensure_ascii=False), mimetype="application/json")
    response.cache_control.public = True
    response.cache_control.max_age = 86400
    return response
