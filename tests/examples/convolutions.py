"""Valid calls in `convolutions` that the signature alone does not give."""

from functools import partial

import numpy as np
import torch

from examples.states import rng
from principles import data
from principles.convolutions import initialization

STEEP = partial(initialization.gaussian, std=0.5, rng=rng())

EXAMPLES = {
    "equivariance.gap": lambda: {
        "kernel": np.array([[1.67, 1.46, 1.07], [1.2, 1.55, 1.43], [1.57, 1.85, 1.0], [1.51, 1.65, 1.48], [1.63, 1.15, 1.98]])
    },
    "equivariance.same": lambda: {"kernel": np.full((3, 3), 0.111)},
    "equivariance.translate": lambda: {"shifts": (1,)},
    "experiments.fully_connected": lambda: {"steps": 1, "seed": 0},
    "experiments.nuisances": lambda: {"test": data.Data(np.ones((2, 64)), np.array([0, 1]), (), "", "")},
    "experiments.shifted_digits": lambda: {"seeds": 1, "steps": 1},
    "filters.dilated_convolve2d": lambda: {"rate": 1},
    "initialization.power_ratio": lambda: {"draw": STEEP, "repeats": 2},
    "initialization.signal_growth": lambda: {"draw": STEEP},
    "networks.initial": lambda: {"kind": "fully connected"},
    "networks.on_canvas": lambda: {"side": 10},
    "networks.scores": lambda: {"images": torch.ones((2, 8, 8), dtype=torch.float64)},
    "networks.train": lambda: {"kind": "stride 2"},
    "padding.crop": lambda: {"kernel": (3,), "mode": "same"},
    "padding.zeros_needed": lambda: {"mode": "same"},
    "pooling.centre": lambda: {"x": np.arange(6.0).reshape(2, 3)},
    "pooling.displacements": lambda: {"pool": lambda x: x, "x": np.arange(64.0).reshape(8, 8), "shifts": [1]},
    "pooling.relative_change": lambda: {"pool": lambda x: x, "x": np.arange(64.0).reshape(8, 8), "shift": 1},
    "receptive.field_size": lambda: {"layers": []},
    "receptive.gradient_map": lambda: {"layers": []},
    "rotation.polar": lambda: {"picture": lambda x, y: x + y},
    "rotation.ring_filter": lambda: {
        "w": np.array(
            [[-0.135, 0.0871, -1.13, -0.099, 0.767], [-0.727, 0.514, -0.779, 1.33, 0.138], [1.45, -0.269, -0.453, 0.0652, -0.386]]
        )
    },
    "separable.approximate": lambda: {"terms": 1},
    "star.detect": lambda: {"w": np.eye(1)},
    "star.feature_map": lambda: {"w": np.eye(1)},
    "star.place": lambda: {"scene": np.zeros((32, 32))},
    "timing.measure": lambda: {"methods": {"one": lambda x, w: None}, "kernels": [1], "side": 4},
    "timing.seconds": lambda: {"function": lambda: None},
}
