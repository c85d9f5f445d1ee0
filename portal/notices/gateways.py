"""The ways a text leaves the house. A trial sends nothing; SMS gateways come with their own modules."""

from types import SimpleNamespace
from typing import Protocol

from portal.config import Settings


class Failed(Exception):
    """The gateway did not take the text; `final` when trying again cannot help. The words are a code, not the text."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final


class Gateway(Protocol):
    """What sends texts to phones."""

    shows_codes: bool
    """Whether a sign-in code is shown to the asking session, because nothing is really sent."""

    def send(self, phone: str, text: str, reference: str) -> None:
        """Hand a text over within 20 seconds; `reference` is the same at each try. Raises Failed."""
        ...

    def went(self, reference: str) -> bool | None:
        """Whether the text of this reference was taken before we were interrupted; None where nobody can tell."""
        ...


class Trial:
    """Sends nothing: a trial shows its codes on the page."""

    shows_codes = True

    def send(self, phone: str, text: str, reference: str) -> None:
        """Nothing leaves a trial."""

    def went(self, reference: str) -> bool | None:
        """Nothing ever did."""
        return False


_state = SimpleNamespace(gateway=None)


def setup(settings: Settings, gateway: Gateway | None = None) -> None:
    """Choose the gateway that the settings name, or use the one given. Raises LookupError where there is none."""
    if gateway is None and settings.codes != "trial":
        raise LookupError(f"no gateway is called {settings.codes}")
    _state.gateway = gateway or Trial()


def gateway() -> Gateway:
    """The gateway of this process."""
    if _state.gateway is None:
        raise RuntimeError("gateways.setup was not called")
    return _state.gateway  # type: ignore[no-any-return]
