"""Valid calls in `acceleration` that the signature alone does not give."""

import numpy as np

from principles.acceleration import ode

EXAMPLES = {
    "energies.along_curve": lambda: {"curve": ode.flow(lambda w: w, np.ones(2), np.array([0.5, 1.0, 1.5]))},
    "energies.nesterov_bound": lambda: {"t": np.cos(np.arange(12.0)).reshape((6, 2)) ** 2, "step_size": 0.1},
    "energies.promise": lambda: {"step_size": 0.1},
    "energies.tuned_bound": lambda: {"t": np.array([0, 1])},
    "experiments.condition_scaling": lambda: {"conditions": np.array([30.0, 100.0, 300.0])},
    "experiments.limit_errors": lambda: {"step_sizes": np.cos(np.arange(3.0)) ** 2, "horizon": 1.5},
    "experiments.lookahead_differences": lambda: {"step_sizes": np.array([0.01, 0.0001, 1e-06])},
    "experiments.oscillator_errors": lambda: {"step_sizes": np.array([0.004, 0.001, 0.00025])},
    "experiments.power": lambda: {"x": np.array([1.0, 2.0, 4.0]), "y": np.array([1.0, 4.0, 16.0])},
    "experiments.remainders": lambda: {"step_sizes": np.array([0.01, 0.001, 0.0001])},
    "experiments.separations": lambda: {"step_sizes": np.array([0.004, 0.001, 0.00025])},
    "experiments.tuned": lambda: {"method": "gradient descent"},
    "experiments.updates_by_momentum": lambda: {"momenta": np.cos(np.arange(3.0)) ** 2},
    "failures.growth": lambda: {"sides": [0, 1], "slope": 0.5, "step_size": 0.1, "momentum": 0.5},
    "failures.lap": lambda: {"weights": np.tile([1.0, 2.0, 3.0], 400)},
    "library.sklearn_sgd": lambda: {"gradient": lambda *a: a[0]},
    "library.torch_sgd": lambda: {"loss": lambda w: (w**2).sum(), "step_size": 0.1, "dampening": 0.0, "nesterov": False},
    "objectives.diagonal": lambda: {"curvatures": np.array([1.0])},
    "ode.bessel": lambda: {"times": np.array([3.0])},
    "ode.flow": lambda: {"times": np.linspace(0.01, 15.0, 40)},
    "ode.lookahead_gradient": lambda: {"current": np.array([0.226]), "before": np.array([0.259])},
    "ode.oscillator": lambda: {"times": np.array([0.0, 3.14])},
    "ode.rescaled_time": lambda: {"t": np.array([1.0])},
    "rates.nesterov_momentum": lambda: {"condition": 1.0},
    "rates.slowest": lambda: {"curvatures": np.cos(np.arange(2.0)) ** 2},
}
