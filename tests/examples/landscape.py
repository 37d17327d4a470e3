"""Valid calls in `landscape` that the signature alone does not give."""

import numpy as np
import torch

from examples.states import STATES, WHITENED, X
from principles.landscape import linear_network

LAYERS = [np.eye(2), np.eye(2)]
SLICED = [np.eye(2), np.eye(2), np.eye(2)]
WHITE = linear_network.moments(WHITENED, WHITENED @ np.diag([2.0, 1.0]))

EXAMPLES = {
    "connectivity.curve_losses": lambda: {"first": LAYERS, "middle": LAYERS, "last": LAYERS, "y": np.arange(6) % 2},
    "connectivity.train_curve": lambda: {
        "first": LAYERS,
        "last": LAYERS,
        "y": np.arange(6) % 2,
        "rate": 0.1,
        "steps": 1,
        "nodes": 1,
    },
    "critical.balanced": lambda: {"indices": (1, 2)},
    "critical.balanced_spectrum": lambda: {"m": WHITE, "indices": (1,)},
    "critical.best_indices": lambda: {"p": 2},
    "critical.critical_loss": lambda: {"indices": ()},
    "critical.critical_point": lambda: {"indices": (1, 2)},
    "critical.deficient_point": lambda: {"m": STATES[linear_network.Moments](), "indices": (1,), "G": np.array([[0.74]])},
    "critical.inertia": lambda: {"indices": (1,)},
    "critical.inversions": lambda: {"indices": ()},
    "critical.silent_inputs": lambda: {"indices": ()},
    "curvature.gradient": lambda: {"function": lambda w: (w**2).sum(), "weights": [np.ones(2)]},
    "curvature.hessian": lambda: {"function": lambda w: (w**2).sum(), "weights": [np.ones(2)]},
    "curvature.steepest": lambda: {"function": lambda w: (w**2).sum(), "weights": [np.ones(2)]},
    "decay.decayed_inertia": lambda: {"m": WHITE, "indices": (1,), "p": 1, "strength": 0.1},
    "decay.decayed_loss": lambda: {"m": WHITE, "indices": (1,), "strength": 0.1},
    "decay.decayed_point": lambda: {"m": WHITE, "indices": (1,), "Q": np.eye(1), "strength": 0.1},
    "decay.singular": lambda: {"m": WHITE},
    "decay.surviving_sets": lambda: {"m": WHITE, "p": 1, "strength": 0.1},
    "deep.descend": lambda: {"weights": [np.eye(2), np.eye(2)], "step": 0.01, "steps": 1},
    "deep.distance": lambda: {"first": [np.zeros((1, 2)), np.array([[0.0]])], "last": [np.ones((1, 2)), np.array([[1.41]])]},
    "deep.gradients": lambda: {"weights": [np.eye(2), np.eye(2)]},
    "deep.imbalance": lambda: {"weights": [np.array([[1.0, 2.0]]), np.array([[3.0], [1.0]])]},
    "deep.product": lambda: {"weights": [np.array([[2.0]]), np.array([[3.0]]), np.array([[-1.0]])]},
    "gibbs.density": lambda: {"w": np.linspace(-8.0, 8.0, 801)},
    "gibbs.laplace_masses": lambda: {"values": np.zeros(2), "curvatures": np.array([1.0, 4.0])},
    "gibbs.valley_mass": lambda: {"radius": 6.0},
    "inputs.alike": lambda: {"weights": [np.zeros((1, 2)), np.array([[0.0]])], "other": [np.ones((1, 2)), np.array([[1.41]])]},
    "inputs.layers": lambda: {"weights": [np.array([[2.0]]), np.array([[3.0]]), np.array([[-1.0]])], "into": 1},
    "inputs.positions": lambda: {"indices": ()},
    "linear_network.principal": lambda: {"keep": 1},
    "linear_network.projection": lambda: {"M": np.ones((2, 1))},
    "slices.around": lambda: {"weights": [np.ones((2, 3)), np.ones((3, 1))], "y": np.zeros(6, dtype=int)},
    "slices.filter_normalised": lambda: {
        "weights": [
            np.array([[0.29, 0.571, -0.0949, -0.62], [0.504, -0.739, -0.412, 0.359], [-1.3, 0.223, -0.336, 0.0631]]),
            np.array(
                [
                    [-0.0379, 0.101, 0.347, -0.379],
                    [0.71, 0.363, 0.422, 0.582],
                    [0.394, 0.422, 0.0378, -0.713],
                    [-0.0675, -0.385, -0.711, 0.129],
                ]
            ),
            np.array([[-0.284, -0.515], [-0.522, 0.134], [0.179, 0.661], [-0.00696, 0.521]]),
        ]
    },
    "slices.loss": lambda: {
        "weights": [torch.from_numpy(W) for W in SLICED],
        "X": torch.from_numpy(X),
        "y": torch.arange(6) % 2,
        "skip": False,
    },
    "slices.samples": lambda: {"weights": [np.ones((2, 3)), np.ones((3, 1))], "y": np.zeros(6, dtype=int)},
    "slices.surface": lambda: {
        "weights": SLICED,
        "first": SLICED,
        "second": SLICED,
        "grid": np.array([0.0, 1.0]),
        "y": np.arange(6) % 2,
        "skip": False,
    },
    "slices.train": lambda: {"weights": SLICED, "y": np.arange(6) % 2, "skip": False, "rate": 0.1, "steps": 1},
    "valleys.losses": lambda: {"path": [(np.eye(2), np.eye(2))]},
    "valleys.over_the_pass": lambda: {"p": 1},
    "valleys.pass_height": lambda: {"p": 1},
    "valleys.scattered_path": lambda: {
        "first": (np.array([[-0.356], [0.608], [-0.554], [-0.444]]), np.array([[-3.1, 0.258, 0.991, -0.332, 1.56]])),
        "last": (np.array([[0.356], [-0.608], [0.554], [0.444]]), np.array([[3.1, -0.258, -0.991, 0.332, -1.56]])),
    },
    "valleys.straight_line": lambda: {
        "first": (np.array([[-0.67], [1.14], [-1.04], [-0.835]]), np.array([[-1.65, 0.137, 0.527, -0.176, 0.83]])),
        "last": (np.array([[-0.18], [0.307], [-0.28], [-0.224]]), np.array([[-6.15, 0.511, 1.96, -0.657, 3.09]])),
    },
}
