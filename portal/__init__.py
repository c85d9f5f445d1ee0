"""Haohuo: the seller onboarding portal. `create_app` is the table of contents."""

from datetime import timedelta
from importlib import import_module

from flask import Flask

from portal.config import ROOT, Settings

LIBRARY = ROOT / "portal" / "library"
# Each room puts its own pages and commands into the application.
ROOMS = [
    *("audit", "accounts", "keeping", "counter", "sheets", "review", "registration", "assist", "guides", "exports"),
    *("office", "places", "notices", "questions", "jobs", "migrations", "backup", "rotation", "demo"),
]


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application of one instance; reads the settings from the environment when none are given.

    Raises config.Unsafe or vault.WeakSecret when the settings would expose people, questions.BadLibrary with every
    fault of the library.
    """
    from portal import access, accounts, commands, cookies, db, files, pages, reserve, sealed, vault
    from portal.questions import service as library

    config = settings or Settings.read()
    vault.setup(config.secret)
    reserve.setup(config.home)
    db.setup(config, vault.database_keys())
    sealed.watch(config)
    files.setup(config.files)

    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "portal" / "static"))
    app.session_interface = cookies.Cookies()
    app.config.update(_web(config, vault.key_for("cookies")))
    pages.setup(app, config)
    app.cli = commands.Commands(app.name)
    access.connect(app, who=accounts.who, door=accounts.door)
    for room in ROOMS:
        import_module(f"portal.{room}").register(app)
    library.start(LIBRARY, config.library)
    return app


def _web(config: Settings, key: bytes) -> dict[str, object]:
    """What Flask needs to be told: cookies, tokens, limits of a form, trusted names."""
    return {
        "SECRET_KEY": key,
        "SESSION_COOKIE_NAME": "__Host-haohuo" if config.secure else "haohuo",
        "SESSION_COOKIE_SECURE": config.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=60),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": False,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "MAX_FORM_PARTS": 300,
        "TRUSTED_HOSTS": None if config.open_trial else config.names,
    }
