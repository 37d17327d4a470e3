"""Valid calls in `learning_theory` that the signature alone does not give."""

import numpy as np

EXAMPLES = {
    "bounds.first_below": lambda: {"level": 1.5},
    "bounds.relu_dimension": lambda: {"weights": 1000000.0, "layers": 10},
    "conjunctions.eliminate": lambda: {"X": np.array([[0, 0, 0], [0, 0, 0], [0, 0, 0]]), "y": np.array([False, False, False])},
    "conjunctions.errors": lambda: {"X": np.array([[1, 1], [1, 0], [0, 1], [0, 0]])},
    "conjunctions.independent_bits": lambda: {"d": 1, "target": np.array([False])},
    "conjunctions.predict": lambda: {"X": np.array([[1, 1], [1, 0], [0, 1], [0, 0]])},
    "conjunctions.resampled": lambda: {"X": np.array([[1, 0], [1, 1], [0, 1]])},
    "conjunctions.risk_terms": lambda: {"X": np.array([[1, 1], [1, 0], [0, 1], [0, 0]])},
    "halfspaces.labellings": lambda: {"X": np.array([[-0.135], [0.0871], [-1.13], [-0.099]])},
    "pac.memoriser_risk": lambda: {"seen": np.array([0, 0, 2]), "labels": np.array([1, 1, 1, 0])},
    "pac.risks": lambda: {"learner": lambda *a: a[0], "draw": lambda n, r: r.normal(size=(n, 2))},
    "pac.success_rate": lambda: {"found": np.array([0.0, 0.02, 0.3, 0.04]), "epsilon": 0.1},
    "uniform.mistakes": lambda: {"y": np.ones(4)},
    "uniform.noisy_line": lambda: {"noise": 0.3},
    "uniform.threshold_erm": lambda: {"x": np.array([0.1, 0.4, 0.6, 0.9]), "y": np.array([0, 0, 1, 1])},
    "uniform.threshold_risk": lambda: {"noise": 0.25},
    "unions.bonferroni": lambda: {"events": np.array([[True, True, True]]), "weights": np.array([1.0])},
    "unions.intersection": lambda: {"weights": np.full(3, 1 / 3)},
    "unions.intersection_bound": lambda: {"weights": np.full(3, 1 / 3)},
    "unions.joint_sums": lambda: {"weights": np.full(3, 1 / 3)},
    "unions.union": lambda: {"weights": np.array([0.2, 0.3, 0.5])},
    "unions.union_bound": lambda: {"weights": np.array([0.2, 0.3, 0.5])},
}
