"""Valid calls in `regularization` that the signature alone does not give."""

import numpy as np
import torch

from examples.states import X, Y
from principles.regularization import bagging

EXAMPLES = {
    "bagging.committees": lambda: {"learner": bagging.tree},
    "batch_networks.final_losses": lambda: {"seeds": 2},
    "batch_networks.spread_before_norm": lambda: {"k": 1},
    "batch_networks.train": lambda: {"y": np.arange(6) % 2, "steps": 1, "batch": 3},
    "classification.average_prediction": lambda: {"loss": "squared"},
    "classification.decompose": lambda: {"posterior": np.full((4, 2), 0.5), "predicted": np.full((4, 2), 0.5)},
    "classification.main": lambda: {"predicted": np.array([[0.2, 0.5, 0.3]])},
    "classification.optimal": lambda: {"posterior": np.full((6, 3), 1 / 3)},
    "classification.risk": lambda: {"posterior": np.full((6, 3), 1 / 3), "predicted": np.full((6, 3), 1 / 3)},
    "covariate_shift.correct": lambda: {"weights": np.cos(np.arange(6.0)) ** 2},
    "covariate_shift.effective_samples": lambda: {"weights": np.ones(7)},
    "covariate_shift.excess_errors": lambda: {"n": 100},
    "covariate_shift.few_new_samples": lambda: {"n": 4},
    "cross_validation.scores": lambda: {
        "fit": lambda X, y: lambda x: np.zeros(len(x)),
        "parts": [np.array([0, 1]), np.array([2, 3])],
    },
    "cross_validation.split": lambda: {"n": 5, "test": 1},
    "decomposition.integrate": lambda: {"values": np.ones(120)},
    "double_descent.digit_sets": lambda: {},
    "double_descent.sweep": lambda: {"widths": [2], "sets": 2 * [(X, np.eye(10)[:6])], "X": X, "y": np.arange(6)},
    "dropout.dropout": lambda: {"h": np.array([5.0, 7.0]), "r": np.array([0.0, 1.0])},
    "dropout.inverted": lambda: {"r": np.ones(3)},
    "dropout.probabilities": lambda: {"masks": np.array([[0.0, 1.0], [1.0, 1.0]])},
    "library.batch_norm": lambda: {"h": X, "a": np.ones(2), "b": np.ones(2), "bar": X},
    "library.group_norm": lambda: {"groups": 1},
    "library.optimize": lambda: {"X": X, "y": Y, "w": np.ones(2), "alpha": 0.1, "eta": 0.1, "steps": 1, "kind": "sgd"},
    "library.still_drops_in_evaluation": lambda: {"module": torch.nn.Dropout(0.5)},
    "library.weights_after_decay": lambda: {"groups": None, "alpha": 0.1},
    "two_layer.train": lambda: {
        "targets": np.ones((6, 3)),
        "samples": np.array([[0, 1], [2, 3]]),
        "loss": "squared",
        "p_drop": np.zeros(2),
        "alpha": np.zeros(2),
        "steps": 1,
        "batch": 2,
    },
}
