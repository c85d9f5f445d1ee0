"""A seller who has begun an application, in a browser of their own."""

import pytest
from flask import Flask

from tests.review.life import Life


@pytest.fixture
def life(app: Flask) -> Life:
    """People of an empty instance."""
    return Life(app)
