"""Valid calls in `losses` that the signature alone does not give."""

import numpy as np

from examples.states import X, Y

EXAMPLES = {
    "softmax.logits": lambda: {"X": np.ones((6, 3))},
    "augmentation.augment_often": lambda: {"X": X, "y": Y, "changes": [np.negative]},
    "binary.cross_entropy": lambda: {"logits": np.array([[-800.0]]), "targets": np.eye(1)},
    "binary.cross_entropy_slope": lambda: {
        "logits": np.zeros((1, 8)),
        "targets": np.array([[0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]]),
    },
    "binary.likelihood": lambda: {"y": np.ones(6)},
    "binary.logistic": lambda: {"logits": np.array([0.0]), "y": np.array([0])},
    "binary.logistic_slope": lambda: {"y": np.ones(6)},
    "binary.multi_hot": lambda: {"classes": [[0, 2], []]},
    "binary.positive_half": lambda: {
        "logits": np.full((3, 4), 50.0),
        "targets": np.array([[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]),
    },
    "calibration.smoothing_experiment": lambda: {"seeds": 1},
    "fitting.contaminated_line": lambda: {"weights": np.array([1.0, 0.5])},
    "multilabel.compare": lambda: {"seed": 0, "train": 10, "test": 10, "steps": 1},
    "multilabel.crowd": lambda: {"X": np.ones((10, 64)), "y": np.arange(10), "n": 4},
    "multilabel.descend": lambda: {"loss": "softmax"},
    "pictures.backgrounds": lambda: {"name": "noise"},
    "pictures.cows": lambda: {"seed": 0, "copies": 1, "steps": 1},
    "pictures.herd": lambda: {"animals": np.ones((2, 8, 8)), "y": np.array([0, 1]), "places": ("noise", "china")},
    "pictures.new_backgrounds": lambda: {"animals": np.zeros((4000, 8, 8))},
    "pictures.shift_errors": lambda: {"sizes": [20], "step": 1.0, "width": 4, "seeds": 1, "steps": 1},
    "pictures.wrong_augmentation": lambda: {"n": 20, "seeds": 1, "steps": 1},
    "plane.compare": lambda: {"task": "rings"},
    "plane.sample": lambda: {"task": "rings"},
    "regression.log_features": lambda: {"X": np.array([[16.9, 12.5], [9.94, 12.5], [15.9, 20.9], [8.44, 11.3], [20.7, 19.0]])},
    "signals.encode": lambda: {"reports": [("Ben", "lost to", "Ada")]},
    "signals.rename": lambda: {"reports": [("Ada", "beat", "Ben")], "order": (3, 1, 2, 0, 4, 5)},
    "signals.renaming_experiment": lambda: {"steps": 150},
    "signals.sound_errors": lambda: {"n": 20, "copies": 1, "seeds": 1, "steps": 1},
    "signals.winner": lambda: {"sentence": ("Ada", "lost to", "Ben")},
    "smoothing.best_logits": lambda: {"y": 0},
    "smoothing.search": lambda: {"y": 1, "m": 2, "epsilon": 0.1, "start": np.array([-0.135, 0.0871])},
    "softmax.entropy": lambda: {"p": np.full((3, 4), 0.25)},
    "softmax.target_cross_entropy": lambda: {
        "logits": np.array([[-0.135, 0.0871, -1.13, -0.099, 0.767]]),
        "targets": np.array([[1.0, 0.0, 1.0, 0.0, 0.0]]),
    },
    "sparse.lasso_path": lambda: {"penalties": np.cos(np.arange(3.0)) ** 2},
    "sparse.mean_square": lambda: {"chosen": [0]},
    "training.error": lambda: {"y": np.arange(6) % 3},
    "training.gradients": lambda: {"X": np.ones((6, 3)), "targets": np.eye(3)[np.arange(6) % 3], "loss": "softmax"},
    "training.predict": lambda: {},
    "transforms.gallery": lambda: {"x": np.linspace(0.0, 1.0, 64).reshape(8, 8)},
    "transforms.project": lambda: {"H": np.array([[6.12e-17, 1.0, 0.0], [-1.0, 6.12e-17, 0.0], [0.0, 0.0, 1.0]])},
}
