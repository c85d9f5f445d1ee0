"""The WSGI entry: `flask --app app …`, or any WSGI server with `app:app`."""

import sys

from portal import create_app
from portal.config import Unsafe
from portal.questions.reading import BadLibrary
from portal.vault import WeakSecret

try:
    app = create_app()
except (Unsafe, WeakSecret, BadLibrary) as reason:
    sys.exit(str(reason))
