"""The WSGI entry: `flask --app app …`, or any WSGI server with `app:app`."""

import os
import sys

from portal import create_app
from portal.config import Unsafe
from portal.engines import Shut
from portal.migrations import Behind, refuse_unless_at_head
from portal.office.service import NotFilled, refuse_unfilled
from portal.questions.reading import BadLibrary
from portal.vault import WeakSecret

try:
    app = create_app()
    if not app.extensions["settings"].trial and "FLASK_RUN_FROM_CLI" not in os.environ:  # `flask office fill` must work
        refuse_unless_at_head()
        refuse_unfilled(app.extensions["settings"])
except (Unsafe, WeakSecret, BadLibrary, Behind, Shut, NotFilled) as reason:
    sys.exit(str(reason))
