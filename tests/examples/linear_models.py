"""Valid calls in `linear_models` that the signature alone does not give."""

import numpy as np

from examples.states import STATES, X, rng
from principles import data

X20 = np.random.default_rng(0).normal(size=(20, 2))
Y20 = X20 @ np.ones(2) + np.random.default_rng(1).normal(size=20)

EXAMPLES = {
    "costs.along": lambda: {"loss": lambda w: (w**2).sum(axis=-1), "direction": np.ones(2)},
    "coverage.by_level": lambda: {"X": X20, "y": Y20, "levels": np.array([0.5, 0.9]), "folds": 2, "rng": rng()},
    "coverage.by_size": lambda: {"X": X20, "y": Y20, "sizes": np.array([6, 8]), "repeats": 2, "rng": rng()},
    "labels.majority": lambda: {"votes": np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0]])},
    "labels.trained_on_flips": lambda: {
        "train": STATES[data.Data](),
        "test": STATES[data.Data](),
        "shares": np.array([0.0, 0.2]),
    },
    "margin.growth_laws": lambda: {"X": X, "y": np.sign(X[:, 0]), "separator": np.array([1.0, 0.0])},
    "margin.largest_margin": lambda: {"X": np.array([[10.0, 1.0], [-1.0, 1.0]]), "y": np.ones(2)},
    "margin.mistake_bound": lambda: {"X": np.eye(1), "y": np.array([-1.0]), "separator": np.array([-1.0])},
    "memorizer.memorize": lambda: {
        "images": np.arange(48.0).reshape(2, 2, 4, 3),
        "labels": np.array([1.0, -1.0]),
        "row": 0,
        "column": 1,
    },
    "perceptron.is_mistake": lambda: {"y": 1.0},
    "perceptron.update": lambda: {"y": -1.0},
    "sgd.descend": lambda: {"gradient": lambda w, i: w, "order": np.array([0, 1, 2])},
    "sgd.states": lambda: {"gradient": lambda w, i: w, "order": np.array([0, 1, 2]), "step_size": 0.1},
    "surrogate.perceptron_gradient": lambda: {"y": -1.0},
}
