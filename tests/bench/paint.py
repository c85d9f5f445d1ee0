"""First paint of a page over a slow line on a slow phone, through Chromium's DevTools protocol."""

from collections.abc import Mapping
from statistics import median

from playwright.sync_api import Browser, sync_playwright

LATENCY_MS, BYTES_PER_SECOND, SLOWER = 400, 400_000 // 8, 4
PAINTED = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0] || 0"


def first_paints(pages: Mapping[str, tuple[str, str]], chromium: str, times: int) -> dict[str, float]:
    """Milliseconds to the first contentful paint by name, medians of cold visits in turns; of (address, cookie)."""
    found: dict[str, list[float]] = {name: [] for name in pages}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(times):
            for name, (url, cookies) in pages.items():
                found[name].append(_visit(browser, url, cookies))
        browser.close()
    return {name: median(each) for name, each in found.items()}


def _visit(browser: Browser, url: str, cookies: str) -> float:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    for part in cookies.split("; "):
        if part:
            name, value = part.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    line = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_PER_SECOND}
    protocol.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": BYTES_PER_SECOND})
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load", timeout=60_000)
    page.wait_for_function(f"{PAINTED} > 0", timeout=60_000)
    painted = float(page.evaluate(PAINTED))
    context.close()
    return painted
