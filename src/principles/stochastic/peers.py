"""What a library computes from the same gradients, for comparison on the page."""

import numpy as np
import torch
from jaxtyping import Float

from principles.signatures import checked
from principles.validation import array, number


@checked
def torch_adam(gradients: Float[np.ndarray, "steps p"], *, step_size: float, amsgrad: bool) -> Float[np.ndarray, "states p"]:
    """Every state of `torch.optim.Adam` from zero, fed with the given gradients.

    Args:
        gradients: one a step.
        step_size: η, above 0.
        amsgrad: keep the largest second moment seen.
    """
    gradients = array("gradients", gradients, ndim=2)
    w = torch.zeros(gradients.shape[1], dtype=torch.float64)
    optimizer = torch.optim.Adam([w], lr=number("step_size", step_size, above=0), amsgrad=amsgrad)
    path = [np.zeros(gradients.shape[1])]
    for gradient in gradients:
        w.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(w.numpy().copy())
    return np.array(path)
