"""The WSGI entry: `flask --app app …`, or any WSGI server with `app:app`."""

import os
import sys

from portal import create_app
from portal.config import Unsafe
from portal.office.service import NoTables, NotFilled, refuse_unfilled
from portal.questions.reading import BadLibrary
from portal.vault import WeakSecret

try:
    app = create_app()
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # `flask office fill` must work
        refuse_unfilled(app.extensions["settings"])
except (Unsafe, WeakSecret, BadLibrary, NoTables, NotFilled) as reason:
    sys.exit(str(reason))
