"""Valid calls in `sloppy` that the signature alone does not give."""

import numpy as np

from principles.sloppy import geodesics

WEIGHTS = np.linspace(-1.0, 1.0, 21)

EXAMPLES = {
    "controls.ladder": lambda: {"initial": WEIGHTS, "y": np.arange(6) % 3},
    "pac_bayes.certify": lambda: {
        "initial": WEIGHTS,
        "trained": WEIGHTS,
        "basis": np.eye(21)[:, :3],
        "eigenvalues": np.ones(3),
        "y": np.arange(6) % 3,
    },
    "autodiff.hessian": lambda: {"predict": lambda w: w, "targets": np.ones(2)},
    "classifier.accuracy": lambda: {"w": WEIGHTS, "y": np.arange(6) % 3},
    "classifier.directions": lambda: {"keep": 2},
    "classifier.empirical_fisher": lambda: {"w": WEIGHTS, "y": np.arange(6) % 3},
    "classifier.fisher": lambda: {"w": WEIGHTS},
    "classifier.fisher_root": lambda: {"w": WEIGHTS},
    "classifier.labels": lambda: {"y": np.array([0, 0, 0, 0, 0, 0])},
    "classifier.logit_jacobian": lambda: {"w": WEIGHTS},
    "classifier.probabilities": lambda: {"w": WEIGHTS},
    "classifier.sample_gradients": lambda: {"w": WEIGHTS, "y": np.arange(6) % 3},
    "coin.bend": lambda: {"y": np.ones(6)},
    "coin.hessian": lambda: {"x": np.array([0.5]), "y": np.array([1.0])},
    "coin.loss": lambda: {"x": np.array([0.5, 1.0, 1.0, 1.5, 1.5]), "y": np.array([1.0, 1.0, 1.0, 1.0, 0.0])},
    "coin.minimum": lambda: {"x": np.array([0.5, 1.0, 1.0, 1.5, 1.5]), "y": np.array([1.0, 1.0, 1.0, 1.0, 0.0])},
    "descent.error_by_direction": lambda: {
        "A": np.array(
            [
                [-0.135, 0.0871, -1.13],
                [-0.099, 0.767, -0.727],
                [0.514, -0.779, 1.33],
                [0.138, 1.45, -0.269],
                [-0.453, 0.0652, -0.386],
                [-0.469, -0.859, -0.921],
                [2.09, 1.28, 0.00926],
                [1.16, -0.749, -1.69],
            ]
        ),
        "y": np.array([-2.37, 0.117, -0.378, -0.0281, 0.125, 2.21, -0.0826, -0.645]),
        "times": np.linspace(0.0, 2.0, 5),
    },
    "descent.flow": lambda: {
        "predict": lambda w: w,
        "jacobian": lambda w: np.eye(2),
        "targets": np.zeros(2),
        "natural": False,
        "times": np.array([0.0, 1.0, 2.0, 3.0]),
    },
    "descent.steps_needed": lambda: {"eigenvalues": np.ones(2)},
    "estimation.exponential_fits": lambda: {"times": np.cos(np.arange(6.0)) ** 2, "start": np.ones(2)},
    "estimation.ring": lambda: {"cov": np.array([[2.0, 0.6], [0.6, 1.0]])},
    "geodesics.path_length": lambda: {"metric": geodesics.sphere_metric},
    "manifold.edges": lambda: {"times": np.array([0.333, 1.0, 3.0])},
    "manifold.exponentials": lambda: {"times": np.array([1.0, 2.0]), "rates": np.array([0.0, np.inf])},
    "manifold.exponentials_jacobian": lambda: {"times": np.linspace(0.2, 3.0, 6)},
    "manifold.from_logs": lambda: {"times": np.array([0.333, 1.0, 3.0])},
    "manifold.from_logs_jacobian": lambda: {"times": np.array([0.333, 1.0, 3.0])},
    "orbits.radii": lambda: {"half_axis": 3.0},
    "orbits.radii_jacobian": lambda: {"half_axis": 2.0},
    "pac_bayes.certificate": lambda: {"n": 400},
    "pac_bayes.gaussian_divergence": lambda: {"shift": np.array([2.0]), "posterior_std": np.array([1.0])},
    "pac_bayes.posterior_stds": lambda: {"eigenvalues": np.array([0.0, 3.0])},
    "pac_bayes.sampled_error": lambda: {"mean": WEIGHTS, "basis": np.eye(21)[:, :2], "stds": np.ones(2), "y": np.arange(6) % 3},
    "spectra.decades": lambda: {"eigenvalues": np.array([100.0, 1.0])},
    "training.fisher_by_divergence": lambda: {"w": WEIGHTS},
    "training.hessian": lambda: {"w": WEIGHTS, "y": np.arange(6) % 3},
    "training.train": lambda: {"start": WEIGHTS, "y": np.arange(6) % 3, "steps": 1, "basis": np.eye(21)},
}
