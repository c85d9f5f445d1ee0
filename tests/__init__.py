"""Tests: in them the office is not looked at again by the clock, so that a page costs the same at any moment."""

import math

from portal.office import known

known.LOOK_EVERY_SECONDS = math.inf
