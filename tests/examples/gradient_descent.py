"""Valid calls in `gradient_descent` that the signature alone does not give."""

import numpy as np

from examples.states import STATES
from principles.gradient_descent import convexity, descent, first_order, objectives, zoo

EXAMPLES = {
    "convexity.chord_curvature": lambda: {"w": np.ones(2), "v": np.zeros(2), "mix": 0.5},
    "convexity.chord_gap": lambda: {"w": np.ones(2), "v": np.zeros(2), "mix": 0.5},
    "convexity.estimate_constants": lambda: {"definition": convexity.chord_curvature, "high": 1},
    "convexity.falsify": lambda: {"definition": convexity.chord_curvature, "high": 3.0},
    "convexity.lowest": lambda: {"definition": convexity.chord_curvature, "high": 3.0},
    "descent.descend": lambda: {"direction": descent.steepest, "rule": descent.fixed(0.1)},
    "descent.exact_line_search": lambda: {"w": np.array([2.0, 1.0]), "d": np.array([-2.0, -5.0])},
    "descent.two_minimisers": lambda: {
        "objective": objectives.quadratic(np.diag([1.0, 0.0])),
        "w": np.zeros(2),
        "v": np.array([0.0, 1.0]),
    },
    "experiments.chords": lambda: {"members": [STATES[zoo.Member]()]},
    "experiments.contour": lambda: {"A": np.array([[1.0, 0.0], [0.0, 2.0]])},
    "experiments.estimates": lambda: {"pairs": [50, 500], "high": 1},
    "experiments.newton_landing": lambda: {"objective": objectives.quadratic(np.eye(1))},
    "experiments.run_ratios": lambda: {"start": np.array([0.0, 1.0])},
    "experiments.search_zoo": lambda: {"members": [STATES[zoo.Member](), STATES[zoo.Member]()]},
    "experiments.slack_along": lambda: {"start": np.array([0.0, 1.0])},
    "experiments.slack_along_slope": lambda: {"slope": objectives.quadratic(np.eye(1)), "start": 5.0},
    "first_order.averaged": lambda: {"steps": 5},
    "first_order.bfgs": lambda: {"start": np.zeros((6, 2))},
    "first_order.conjugate_gradients": lambda: {"start": np.ones(2), "steps": 1},
    "first_order.line_search": lambda: {"start": np.ones(2)},
    "first_order.proximal_step": lambda: {"w": np.ones(2)},
    "inequalities.strong_chord": lambda: {"w": np.ones(2), "v": np.zeros(2), "mix": 0.5},
    "lower_bound.ratio": lambda: {"method": first_order.plain},
    "progress.best_factor": lambda: {"condition": 12.0},
    "progress.contraction": lambda: {"step_size": 0.308},
    "progress.exponential": lambda: {"condition": 1000.0},
    "progress.geometric": lambda: {"step_size": 0.308},
    "progress.linear_gap": lambda: {"step_size": 0.308},
    "rates.costs_against_condition": lambda: {"conditions": np.cos(np.arange(3.0)) ** 2},
    "rates.log_slope": lambda: {
        "t": np.array([10.0, 23.4, 54.8, 128.0, 300.0]),
        "gaps": np.array([35.0, 81.0, 190.0, 443.0, 1040.0]),
    },
    "rates.ratios": lambda: {"gaps": np.cos(np.arange(5.0)) ** 2},
    "rates.sufficient": lambda: {"condition": 8.0},
    "rates.updates_to": lambda: {"step_size": 0.182},
}
