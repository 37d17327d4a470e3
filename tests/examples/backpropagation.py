"""Valid calls in `backpropagation` that the signature alone does not give."""

import numpy as np
import torch

from examples.states import STATES, X
from principles.backpropagation import autograd, layers, neuron

NEURON = STATES[neuron.Neuron]()

EXAMPLES = {
    "activations.activation": lambda: {"name": "sigmoid"},
    "adversarial.input_gradient": lambda: {"loss": "squared"},
    "adversarial.perturb": lambda: {"loss": "squared"},
    "approximation.interpolant": lambda: {"high": 1.0},
    "approximation.memorise": lambda: {"activation": "relu"},
    "autograd.gradient": lambda: {"X": np.array([[0.105, -0.536]]), "y": np.array([-1.0]), "loss": "squared"},
    "autograd.logits": lambda: {"matrices": [torch.tensor([[0.0889]])], "X": torch.tensor([[0.64]])},
    "autograd.passes_gradcheck": lambda: {"function": autograd.LinearFunction, "arrays": (X, np.eye(2))},
    "layers.backward_pass": lambda: {
        "layers": [layers.Linear(np.array([[0.0889]]))],
        "cache": [np.array([[0.64]]), np.array([[0.0569]])],
        "output_bar": np.array([[-0.943]]),
    },
    "layers.forward_pass": lambda: {"layers": [layers.Linear(np.array([[0.0889]]))], "X": np.array([[0.64]])},
    "layers.gradient": lambda: {"X": np.array([[0.105, -0.536]]), "y": np.array([-1.0]), "loss": "squared"},
    "losses.empirical_risk": lambda: {"w": np.ones(9), "loss": "squared"},
    "losses.fitting": lambda: {"loss": "squared"},
    "losses.loss_called": lambda: {"name": "squared"},
    "network.f": lambda: {"w": np.ones(9)},
    "network.random_network": lambda: {"activation": "sigmoid"},
    "network.unflatten": lambda: {"w": np.ones(9)},
    "schematics.graph": lambda: {"cache": neuron.forward(NEURON), "bars": neuron.backward(NEURON, neuron.forward(NEURON))},
    "signals.contrast": lambda: {"activation_name": "relu"},
    "signals.measure": lambda: {"activation_name": "identity"},
    "signals.predict": lambda: {"activation_name": "identity"},
    "signals.ratios": lambda: {"signal": np.array([[1.0, 3.0, 9.0, 27.0, 81.0, 243.0], [5.0, 15.0, 45.0, 135.0, 405.0, 1220.0]])},
    "symmetries.permutation_matrix": lambda: {"permutation": np.array([2, 3, 0, 4, 5, 1]), "size": 6},
    "symmetries.permute": lambda: {"permutation": np.array([2, 0, 1]), "layer": 1},
    "symmetries.permute_without_transpose": lambda: {"permutation": np.array([2, 0, 1]), "layer": 1},
    "training.sgd": lambda: {"loss": "squared"},
}
