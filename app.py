"""The WSGI entry: `flask --app app …`, or any WSGI server with `app:app`."""

import os
import sys

from portal import create_app
from portal.config import Unsafe
from portal.migrations import Behind, refuse_unless_at_head
from portal.questions.reading import BadLibrary
from portal.vault import WeakSecret

try:
    app = create_app()
    if not app.extensions["settings"].trial and "FLASK_RUN_FROM_CLI" not in os.environ:
        refuse_unless_at_head()
except (Unsafe, WeakSecret, BadLibrary, Behind) as reason:
    sys.exit(str(reason))
