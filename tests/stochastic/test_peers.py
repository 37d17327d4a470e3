"""The peer of the page is torch's Adam, fed with given gradients."""

import numpy as np
import pytest

from principles.stochastic import adam, peers


def test_the_first_step_of_adam_has_the_length_of_the_step_size():
    path = peers.torch_adam(np.array([[3.0, -0.2]]), step_size=0.05, amsgrad=False)
    np.testing.assert_allclose(path, [[0.0, 0.0], [-0.05, 0.05]], rtol=1e-6)


@pytest.mark.parametrize("amsgrad", [False, True])
def test_the_peer_walks_as_our_adam_does(amsgrad, rng):
    g = rng.normal(size=(30, 3)) * np.linspace(3, 0.1, 30)[:, None]
    ours = adam.descend(lambda _, t: g[t], np.zeros(3), steps=30, step_size=0.05, settings=adam.Settings(amsgrad=amsgrad))
    np.testing.assert_allclose(peers.torch_adam(g, step_size=0.05, amsgrad=amsgrad), [s.w for s in ours], atol=1e-12)


@pytest.mark.parametrize(
    ("gradients", "step_size", "message"),
    [
        (np.ones(3), 0.1, "gradients must have 2 axes"),
        (np.ones((2, 1)), 0.0, "step_size must be above 0"),
        (np.ones((0, 1)), 0.1, "empty"),
    ],
)
def test_malformed_input_is_named(as_users_run, gradients, step_size, message):
    with pytest.raises(ValueError, match=message):
        peers.torch_adam(gradients, step_size=step_size, amsgrad=False)
