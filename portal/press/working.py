"""In the child: what each kind of request becomes."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.press import setting, splicing
from portal.press.setting import Setter

Done = tuple[dict[str, Any], bytes]


def done(setter: Setter, request: Mapping[str, Any], pieces: Sequence[bytes]) -> Done:
    """Do one request: the reply and the PDF."""
    if "do" not in request:
        return setting.ready, b""
    setter.lacking.characters = set()
    reply, pdf = WORKS[request["do"]](setter, request, pieces)
    return {"ok": True, "missing": sorted(setter.lacking.characters), **reply}, pdf


def _print(setter: Setter, request: Mapping[str, Any], _: Sequence[bytes]) -> Done:
    return _whole(setter, setter.paper(request["html"], request["edition"]), request["edition"])


def _whole(setter: Setter, document: Any, edition: str) -> Done:
    """A paper for a person: tagged, or as sheets to fold."""
    if edition != "booklet":
        return {"pages": len(document.pages)}, setter.write(document, edition, tagged=True)
    from portal.press import gathering

    pdf, pages = gathering.imposed(setter.write(document, edition, tagged=False))
    return {"pages": pages}, pdf


def _bind(setter: Setter, request: Mapping[str, Any], _: Sequence[bytes]) -> Done:
    edition = request["edition"]
    rest = setter.rest(request["rest"], edition, request["digest"])
    front = setter.front(request["front"], edition, len(rest.laid.pages) + 1)
    if len(front.pages) > 1:
        return {"long": [0], "failed": [], "pages": 0}, b""
    if edition == "booklet":
        return _whole(setter, front.copy([*front.pages, *rest.laid.pages]), edition)
    zoom = setting.ENLARGED if edition == "large" else 1
    rest.written = rest.written or splicing.write(rest.laid, zoom)
    return {"pages": len(rest.laid.pages) + 1}, splicing.join(front, rest.laid, rest.written, zoom)


def _fronts(setter: Setter, request: Mapping[str, Any], _: Sequence[bytes]) -> Done:
    pdf, long, failed = setter.write_fronts(request["fronts"], request["edition"], request["total"])
    good = not long and not failed
    return {"pages": len(request["fronts"]), "long": long, "failed": failed}, pdf if good else b""


def _rest(setter: Setter, request: Mapping[str, Any], _: Sequence[bytes]) -> Done:
    document = setter.rest(request["html"], request["edition"], request["digest"]).laid
    return {"pages": len(document.pages)}, setter.write(document, request["edition"], tagged=False)


def _gather(_: Setter, request: Mapping[str, Any], pieces: Sequence[bytes]) -> Done:
    from portal.press import gathering

    pdf, pages = gathering.gather(pieces, request["documents"], request["edition"])
    return {"pages": pages}, pdf


WORKS = {"print": _print, "bind": _bind, "fronts": _fronts, "rest": _rest, "gather": _gather}
