"""Valid calls in `kernels` that the signature alone does not give."""

import numpy as np

from examples.states import STATES, X, Y
from principles import data
from principles.kernels import costs, functions

DATA = STATES[data.Data]()

EXAMPLES = {
    "boxes.compare": lambda: {"n": 2},
    "boxes.features": lambda: {"boxes": np.array([[0, 0, 1, 1], [0, 0, 2, 2]])},
    "boxes.hit_share": lambda: {"n": 60},
    "boxes.pictures": lambda: {"n": 6},
    "boxes.select": lambda: {
        "Phi": np.array([[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]),
        "y": np.array([1.0, 1.0, -1.0, -1.0]),
    },
    "costs.multiplications": lambda: {"score": costs.score_by_unit_vector},
    "costs.seconds": lambda: {"score": costs.score_by_unit_vector},
    "dual.train_without_gram": lambda: {"kernel": functions.linear},
    "expansion.sample_spectra": lambda: {"kernel": functions.linear, "sample": lambda n, r: r.normal(size=(n, 2))},
    "experiments.held_out": lambda: {
        "kernel": functions.linear,
        "train": DATA,
        "test": DATA,
        "order": np.array([0, 1]),
        "C": 1.0,
    },
    "experiments.noise_error": lambda: {"kernel": functions.linear, "train": STATES[data.Data](), "test": STATES[data.Data]()},
    "experiments.updates_by_dimension": lambda: {"rooms": [0.2, 0.5], "dimensions": [2, 30]},
    "functions.gram": lambda: {"kernel": functions.linear},
    "images.colour_histogram": lambda: {"images": np.array([[[[1.0, 0.0, 0.0]]], [[[0.0, 1.0, 0.0]]], [[[0.0, 0.0, 1.0]]]])},
    "images.overlap": lambda: {
        "X": np.cos(np.arange(18.0)).reshape((6, 3)) ** 2,
        "X2": np.cos(np.arange(12.0)).reshape((4, 3)) ** 2,
    },
    "images.ranking": lambda: {"labels": np.where(np.arange(6) % 2, 1.0, -1.0)},
    "logistic.kernel_sgd": lambda: {"steps": np.cos(np.arange(3.0)) ** 2},
    "logistic.sgd": lambda: {"steps": np.cos(np.arange(3.0)) ** 2},
    "mercer.falsify": lambda: {"kernel": functions.linear, "sample": lambda n, r: r.normal(size=(n, 2))},
    "mercer.integral_form": lambda: {"kernel": functions.linear, "F": np.ones((3, 2))},
    "mercer.legendre": lambda: {"upper": 1.0},
    "nystrom.approximation": lambda: {"landmarks": np.array([0])},
    "nystrom.features": lambda: {"columns": np.array([[1.0], [2.0]]), "landmarks": np.array([0])},
    "random_features.held_out_errors": lambda: {"train_set": (X, Y), "test_set": (X, Y)},
    "strings.held_out_accuracy": lambda: {"groups": np.arange(6)},
    "strings.smallest_violation": lambda: {"kernel": functions.linear, "pool": [np.ones(2), np.ones(2)]},
    "two_layer.errors": lambda: {"train_set": (X, Y), "test_set": (X, Y)},
    "two_layer.permuted": lambda: {"order": np.array([2, 0, 1])},
    "two_layer.sweep": lambda: {"train_set": (X, Y), "test_set": (X, Y)},
}
