"""Valid calls in `adversarial` that the signature alone does not give."""

import numpy as np
import torch

from examples.states import rng
from principles.adversarial import gan, minmax, modes, two_sample

RECIPE = gan.Recipe(steps=1, batch=4)
WEIGHTS = [p.detach() for p in gan.layers([2, 3, 2], [rng()])]
ROWS = torch.zeros(1, 4, 2, dtype=torch.float64)
LOGITS = torch.zeros(1, 4, 1, dtype=torch.float64)
DENSITY = np.cos(np.arange(6.0)) ** 2
MOMENTS = {"mean_p": np.zeros(2), "cov_p": np.eye(2), "mean_q": np.ones(2), "cov_q": 2 * np.eye(2)}


def draw(n, rng):
    """Rows of a Gaussian."""
    return rng.normal(size=(n, 2))


def path():
    """A path on the saddle."""
    return minmax.consensus((1.0, 0.5), rate=0.1, weight=0.5)


EXAMPLES = {
    "classifier_test.accuracy_power": lambda: {"accuracy": 0.6, "level": 0.05},
    "classifier_test.p_value": lambda: {"one": np.array([True, True, False]), "two": np.array([False, True])},
    "classifier_test.printed_statistic": lambda: {"of_data": DENSITY.copy(), "of_generated": DENSITY[:4].copy()},
    "classifier_test.statistic": lambda: {"one": np.array([True, True, False]), "two": np.array([False, True])},
    "discriminator.derivative": lambda: {"d": np.full(6, 0.3), "p": DENSITY.copy(), "q": DENSITY.copy()},
    "discriminator.fit": lambda: {"ridge": 0.1},
    "discriminator.jensen_shannon": lambda: {"p": DENSITY.copy(), "q": DENSITY.copy()},
    "discriminator.objective": lambda: {"d": np.full(6, 0.3), "p": DENSITY.copy(), "q": DENSITY.copy()},
    "discriminator.optimal": lambda: {"p": DENSITY.copy(), "q": DENSITY.copy()},
    "discriminator.polynomial": lambda: {"degree": 2},
    "gan.discriminator_loss": lambda: {"of_data": LOGITS, "of_generated": LOGITS},
    "gan.generate": lambda: {"weights": WEIGHTS, "z": ROWS},
    "gan.generator_loss": lambda: {"of_generated": LOGITS},
    "gan.layers": lambda: {"sizes": [2, 3, 2], "rngs": [rng()]},
    "gan.logits": lambda: {"weights": WEIGHTS},
    "gan.network": lambda: {"weights": WEIGHTS, "x": ROWS},
    "gan.sample": lambda: {"weights": WEIGHTS},
    "gan.train": lambda: {"draw": draw, "recipe": RECIPE, "rngs": [rng()], "start": np.ones((3, 2))},
    "minmax.alternating": lambda: {"game": minmax.saddle, "start": (1.0, 0.5)},
    "minmax.extragradient": lambda: {"game": minmax.saddle, "start": (1.0, 0.5)},
    "minmax.growth": lambda: {"method": "consensus"},
    "minmax.simultaneous": lambda: {"game": minmax.saddle, "start": (1.0, 0.5)},
    "minmax.states": lambda: {"path": path()},
    "modes.cover": lambda: {"target": modes.ring(3, radius=3.0, std=0.2)},
    "transport.gaussian_discrepancy": lambda: MOMENTS.copy(),
    "transport.gaussian_map": lambda: MOMENTS.copy(),
    "transport.gaussian_squared": lambda: MOMENTS.copy(),
    "two_sample.kernel_discrepancy": lambda: {"labels": two_sample.truth(3), "pooled": np.arange(12.0).reshape(6, 2)},
    "two_sample.level": lambda: {"test": two_sample.PermutationTest(two_sample.mean_difference), "draw": draw},
    "two_sample.mean_difference": lambda: {"labels": two_sample.truth(3), "pooled": np.arange(12.0).reshape(6, 2)},
    "two_sample.power": lambda: {
        "test": two_sample.PermutationTest(two_sample.mean_difference), "first": draw, "second": draw,
    },
}  # fmt: skip
