"""The ways a text leaves the house. A trial sends nothing, nor does an office that hands out its codes itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Protocol

from portal.config import Settings

# What a gateway says when it cannot now, but may later.
LATER = (408, 425, 429, 500, 502, 503, 504)


class Failed(Exception):
    """The gateway did not take the message. The words are a code, never the text or the number.

    `final` when trying again cannot help or might send it twice; `gone` when it may have left all the same.
    """

    def __init__(self, code: str, *, final: bool = False, gone: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final
        self.gone = gone


@dataclass(frozen=True)
class Message:
    """What is sent: `text` is the whole sentence, `values` what a vendor's template for this kind asks for, in order.

    `reference` is the same at each try.
    """

    phone: str
    kind: str
    text: str
    values: Mapping[str, str]
    reference: str


class Gateway(Protocol):
    """What sends messages to phones."""

    name: str
    """As PORTAL_SMS_GATEWAY names it; trial and counter are the ways without one."""

    sends: bool
    """Whether a sign-in code reaches its owner this way; if not, the office hands out codes and nothing else opens."""

    shows_codes: bool
    """Whether a sign-in code is shown to the asking session, because nothing is really sent."""

    def send(self, message: Message) -> None:
        """Hand a message over within 20 seconds. Raises Failed."""
        ...

    def went(self, reference: str) -> bool | None:
        """Whether the message of this reference was taken before we were interrupted; None where nobody can tell."""
        ...


class Trial:
    """Sends nothing: a trial shows its codes on the page."""

    name, sends, shows_codes = "trial", True, True

    def send(self, message: Message) -> None:
        """Nothing leaves a trial."""

    def went(self, reference: str) -> bool | None:
        """Nothing ever did."""
        return False


class Counter:
    """Sends nothing: the office hands out codes, and its sellers read here what they are told."""

    name, sends, shows_codes = "counter", False, False

    def send(self, message: Message) -> None:
        """There is no way to a phone. Raises Failed."""
        raise Failed("no gateway", final=True)

    def went(self, reference: str) -> bool | None:
        """Nothing ever did."""
        return False


_state = SimpleNamespace(gateway=None)


def setup(settings: Settings, gateway: Gateway | None = None) -> None:
    """Choose the gateway that the settings name, or use the one given."""
    _state.gateway = gateway or _named(settings)


def _named(settings: Settings) -> Gateway:
    if settings.sms is None:
        return Counter() if settings.codes == "counter" else Trial()
    # Only who sends loads what it takes.
    from portal.notices import alibaba, relay, tencent

    makers: dict[str, type[Gateway]] = {
        "http": relay.Relay,
        "tencent": tencent.Tencent,
        "alibaba": alibaba.Alibaba,
    }
    return makers[settings.sms.gateway](settings.sms)  # type: ignore[call-arg]


def gateway() -> Gateway:
    """The gateway of this process."""
    if _state.gateway is None:
        raise RuntimeError("gateways.setup was not called")
    return _state.gateway  # type: ignore[no-any-return]
