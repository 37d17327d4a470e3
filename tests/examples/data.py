"""Valid calls in `data` that the signature alone does not give."""

import numpy as np

from examples.states import STATES, rng
from principles import data

EXAMPLES = {
    "crops": lambda: {"photograph": np.ones((4, 4, 3)), "size": 2},
    "split": lambda: {"data": STATES[data.Data](), "test": 2, "rng": rng()},
    "standardize": lambda: {"train": STATES[data.Data]()},
}
