"""What looks malformed and is not, with the reason; everything else must be refused."""

# Modules without mathematics of their own.
TRUSTED = {
    "checks": "the pages' own comparisons",
    "figures": "drawing",
    "frames": "drawing",
    "signatures": "makes the checks",
    "validation": "makes the checks",
}

# Functions that check an argument of another function, and name it as they are told, or that only refuse.
CHECKERS = (
    "gradient_descent.objectives.no_gradient",
    "gradient_descent.objectives.no_hessian",
    "gradient_descent.objectives.points",
    "gradient_descent.objectives.two_points",
    "kernels.functions.symmetric",
    "landscape.inputs.alike",
    "landscape.inputs.invertible",
    "landscape.inputs.layers",
    "landscape.inputs.pair",
    "landscape.inputs.square",
    "landscape.inputs.symmetric",
    "stochastic.gibbs.on_grid",
    "stochastic.objectives.samples",
)

# Functions whose smallest valid call takes seconds, or whose module times things: their own tests call them.
SLOW = (
    "data.mnist1d",
    "losses.calibration.how_many_classes",
    "losses.calibration.smoothing_experiment",
    "losses.pictures.cows",
    "losses.pictures.shift_errors",
    "losses.pictures.wrong_augmentation",
    "variational.experiments.digit_parts",
    "regularization.double_descent.digit_sets",
    "convolutions.experiments.shifted_digits",
    "losses.signals.sound_errors",
    "sequences.cost.measured_operations",
    "sequences.experiments.memory_table",
    "sloppy.controls.ladder",
    "sloppy.pac_bayes.certify",
)

# Texts of which only some are known. Other texts are free, such as a title or a word.
CHOICES = ("activation", "activation_name", "kernel", "kind", "loss", "method", "mode", "task", "ties")

# Numbers that may be negative: places on a line or a plane, differences of two numbers, and coefficients.
SIGNED = (
    *("x", "w", "u", "v", "c", "b", "bias", "mean", "mean1"),
    *("lower", "mean2", "other_mean", "mean_of_Y", "half", "start", "low", "high", "upper", "level"),
    *("threshold", "score", "voltage", "current", "angle", "degrees", "shift", "offset", "lift"),
    *("lead", "coefficient", "cov", "baseline", "tilt", "slope", "scale", "z_bar", "steepness"),
    *("alpha", "least", "barrier", "epsilon", "log_evidence"),
)

# Whole numbers that may be 0: indices, shifts, exponents, and counts of what may be missing.
ZERO = (
    *("state", "start", "i", "place", "row", "column", "top", "left", "by"),
    *("shift", "rows", "columns", "seed", "degree", "t", "zeros", "border", "reach"),
    *("overlap", "extra_doors", "known", "depth", "rounds", "coordinates", "terms", "levels", "layer"),
)

# Arguments of single functions: the kinds that they take, and why.
NO_STEP = (("zero",), "no step leaves what there was")
NONE_YET = (("zero",), "a bound or a count for nothing at all")
ALLOWED: dict[str, tuple[tuple[str, ...], str]] = {
    "adversarial.minmax.saddle.y": (("negative",), "a coordinate"),
    "adversarial.minmax.two_point_gan.data": (("negative",), "a place on the line"),
    "acceleration.experiments.remainders.sign": (("negative",), "back in time"),
    "acceleration.library.torch_sgd.dampening": (("negative",), "as torch allows"),
    "backpropagation.autograd.logits.activation": (("unknown",), "a single layer has none"),
    "convolutions.direct.terms.k": (("zero",), "an index"),
    "convolutions.pooling.relative_change.shift": (("negative",), "to the other side"),
    "gradient_descent.lower_bound.bound.steps": NO_STEP,
    "gradient_descent.lower_bound.gap_in_span.steps": NO_STEP,
    "intelligence.deciding.histories.n": NONE_YET,
    "intelligence.deciding.history_likelihood.past": (("empty",), "no past"),
    "intelligence.deciding.loss_with_count.n": NONE_YET,
    "intelligence.deciding.loss_with_history.n": NONE_YET,
    "intelligence.deciding.value_of_history.n": NONE_YET,
    "intelligence.separability.contradiction.X": (("fractions",), "inputs need not be binary"),
    "intelligence.separability.impossibility.X": (("fractions",), "inputs need not be binary"),
    "intelligence.separability.separate.X": (("fractions",), "inputs need not be binary"),
    "landscape.critical.best_indices.p": NONE_YET,
    "landscape.critical.gaussian_binomial.p": NONE_YET,
    "landscape.critical.index_sets.p": NONE_YET,
    "landscape.deep.descend.steps": NO_STEP,
    "learning_theory.classes.monotone_table.d": NONE_YET,
    "learning_theory.conjunctions.exact_failure.k": NONE_YET,
    "learning_theory.conjunctions.failure_bound.n": NONE_YET,
    "learning_theory.pac.unseen_mass.n": NONE_YET,
    "learning_theory.shattering.sauer.dimension": NONE_YET,
    "linear_models.least_squares.descend.steps": NO_STEP,
    "losses.smoothing.descend.steps": NO_STEP,
    "losses.transforms.translate.columns": (("negative",), "to the left"),
    "losses.transforms.translate.rows": (("negative",), "upwards"),
    "regularization.batch_networks.spread_before_norm.k": (("zero",), "an index"),
    "sloppy.manifold.exponentials.rates": (("infinity",), "a term that is gone"),
    "losses.smoothing.best_logits.y": (("zero",), "a class"),
    "losses.smoothing.search.y": (("zero",), "a class"),
    "sequences.products.power_norms.steps": NO_STEP,
    "stochastic.chains.laws.steps": NO_STEP,
    "stochastic.descent.with_replacement.steps": NO_STEP,
    "stochastic.divergence.path.steps": NO_STEP,
    "stochastic.experiments.averaging_gaps.steps": NO_STEP,
    "stochastic.experiments.safe_share.steps": NO_STEP,
    "stochastic.experiments.zone_paths.steps": NO_STEP,
    "stochastic.flow.descent.steps": NO_STEP,
} | {
    f"kernels.costs.{function}.{argument}": (("text", "complex", "NaN", "infinity"), "any entries, such as those that count")
    for function in ("score_by_unit_vector", "score_by_column")
    for argument in ("alpha", "y", "G", "unit")
}
