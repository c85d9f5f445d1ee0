"""In the child: what lays papers out and writes them, with our fonts and stylesheets loaded once."""

import gc
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

TAGGED: Mapping[str, Any] = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
KINDS = {".ttf": "font/ttf", ".svg": "image/svg+xml"}
# Papers are laid out on half of A4; large print is that, enlarged to the whole.
ENLARGED = 210 / 148.5
# On half pages: how far lines (em) and sections (mm) may also stand apart so that no page is nearly empty.
SPACINGS = ((1.55, 7), (1.5, 6), (1.45, 5), (1.65, 11), (1.7, 13))
# A last page that is filled no more than this is worth setting a paper closer.
LITTLE = 0.4
# Common pages that stay laid out.
KEPT = 12
ready = {"ok": True, "subset": harfbuzz_subset is not None}


class OnlyOurs(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves the assets of a map and refuses every other address."""

    def __init__(self, assets: Mapping[str, Path]) -> None:
        """Serve exactly these."""
        super().__init__()
        self.assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset of exactly this address. Raises ValueError for any other."""
        if url not in self.assets:
            raise ValueError("not an asset of ours")
        path = self.assets[url]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": KINDS[path.suffix]})


class Lacking(logging.Handler):
    """Gathers the characters that no font could draw, as WeasyPrint reports them while writing."""

    def __init__(self) -> None:
        """Nothing is lacking yet."""
        super().__init__(logging.WARNING)
        self.characters: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the character of a missing-glyph warning."""
        if str(record.msg).startswith(".notdef glyph"):
            self.characters.add(record.args[0])  # type: ignore[index,arg-type]


class Later:
    """A page that is laid out when it is painted and then forgotten: hundreds need no more memory than one."""

    def __init__(self, like: Any, lay_out: Callable[[], Any]) -> None:
        """A page of the size of `like`; `lay_out` returns the page to paint, or None for nothing."""
        self.width, self.height, self.bleed, self._lay_out = like.width, like.height, like.bleed, lay_out
        self.links: list[Any] = []
        self.bookmarks: list[Any] = []
        self.anchors: dict[str, Any] = {}
        self.forms: dict[Any, list[Any]] = {None: []}

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Lay the page out and paint it."""
        page = self._lay_out()
        if page is not None:
            page.paint(stream, scale)


def _filled(page: Any) -> float:
    """How much of a page is filled, from 0 to 1."""
    box = page._page_box
    return float(box.children[0].height / box.height)


def _short(document: Any) -> int:
    """How many pages are less than half full."""
    return sum(_filled(page) < 0.5 for page in document.pages)


class Setter:
    """Lays out and writes; common pages, once laid out, are kept."""

    def __init__(self, assets: Mapping[str, Path], styles: Sequence[Path]) -> None:
        """Load fonts and stylesheets."""
        log, self.lacking = logging.getLogger("weasyprint"), Lacking()
        log.handlers, log.propagate = [self.lacking], False
        self.fonts, self.fetcher = FontConfiguration(), OnlyOurs(assets)
        paper, half, large, self.tight, self.closer = (self._style(path.read_text("utf-8")) for path in styles)
        self.styles = {"a4": [paper], "large": [paper, half, large], "booklet": [paper, half]}
        self.spacings = [self._style(f"html{{line-height:{em}}}section{{margin:0 0 {mm}mm}}") for em, mm in SPACINGS]
        self.foot = lru_cache(self._foot)
        self.kept: OrderedDict[str, Any] = OrderedDict()

    def _style(self, text: str) -> Any:
        return CSS(string=text, url_fetcher=self.fetcher, font_config=self.fonts)

    def _foot(self, total: int) -> Any:
        """The foot of pages that are one part of a whole, whose number of pages is known from the other part."""
        return self._style(f'@page{{@bottom-right{{content:counter(page) " / {total}"}}}}')

    def lay_out(self, html: str, edition: str, *more: Any) -> Any:
        """The document of a text; pages that only stand for those of another part are left out."""
        source = HTML(string=html, url_fetcher=self.fetcher, base_url="press:")
        styles = [*self.styles[edition], *more]
        document: Document = source.render(
            font_config=self.fonts, stylesheets=styles, presentational_hints=False, **TAGGED
        )
        document.pages = document.pages[int(source.etree_element.get("data-after", "0")) :]
        return document

    def paper(self, html: str, edition: str) -> Any:
        """The document of a whole paper, set closer where that saves a last page with next to nothing on it."""
        document = self.lay_out(html, edition)
        if edition != "a4" or len(document.pages) == 1 or _filled(document.pages[-1]) > LITTLE:
            return document
        return min(document, self.lay_out(html, edition, self.closer), key=lambda each: len(each.pages))

    def rest(self, html: str, edition: str, digest: str) -> Any:
        """The common pages of a digest, laid out once."""
        if digest not in self.kept:
            if len(self.kept) == KEPT:
                gc.unfreeze()
                self.kept.popitem(last=False)
            self.kept[digest] = SimpleNamespace(laid=self.common(html, edition), written=None)
            gc.collect()
            gc.freeze()  # what is kept is not looked through after every paper
        self.kept.move_to_end(digest)
        return self.kept[digest]

    def common(self, html: str, edition: str) -> Any:
        """The document of common pages; on half pages set closer or wider if that keeps more pages half full."""
        best = self.lay_out(html, edition)
        for spacing in self.spacings if edition != "a4" else ():
            if not _short(best):
                break
            other = self.lay_out(html, edition, spacing)
            best = min(best, other, key=lambda document: (_short(document), len(document.pages)))
        return best

    def front(self, html: str, edition: str, total: int) -> Any:
        """The document of a front, set tighter where it would not fit its page; its pages tell whether it does."""
        document = self.lay_out(html, edition, self.foot(total))
        return document if len(document.pages) == 1 else self.lay_out(html, edition, self.foot(total), self.tight)

    def write(self, document: Any, edition: str, *, tagged: bool) -> bytes:
        """A document as PDF, on its own paper: the booklet's is half of A4."""
        how = TAGGED if tagged else {}
        written: bytes = document.write_pdf(zoom=ENLARGED if edition == "large" else 1, **how)
        return written

    def write_fronts(self, fronts: Sequence[str], edition: str, total: int) -> tuple[bytes, list[int], list[int]]:
        """All fronts in one untagged file, and the indexes of those that are too long and that failed."""
        long: list[int] = []
        failed: list[int] = []

        def one(at: int) -> Any:
            try:
                document = self.front(fronts[at], edition, total)
            except MemoryError:
                raise
            except Exception:
                failed.append(at)
                return None
            if len(document.pages) > 1:
                long.append(at)
                return None
            return document.pages[0]

        first = self.lay_out("<html lang=zh-Hans><title>-</title>", edition)
        pages = [Later(first.pages[0], partial(one, at)) for at in range(len(fronts))]
        return self.write(first.copy(pages), edition, tagged=False), long, failed
