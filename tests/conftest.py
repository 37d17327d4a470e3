"""What every test may use."""

import hypothesis
import jaxtyping
import numpy as np
import pytest

hypothesis.settings.register_profile("book", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("book")


@pytest.fixture
def rng():
    """A generator with a fixed seed."""
    return np.random.default_rng(546)


@pytest.fixture
def as_users_run(monkeypatch):
    """Switch the shape annotations off, as they are outside the tests, so that malformed input meets our own errors."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
