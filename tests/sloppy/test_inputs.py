"""Malformed input is refused with the argument and the rule."""

import numpy as np
import pytest

from principles.sloppy import (
    autodiff,
    classifier,
    controls,
    descent,
    estimation,
    geodesics,
    manifold,
    metric,
    orbits,
    spectra,
    training,
)
from principles.sloppy import pac_bayes as pb

RNG = np.random.default_rng(0)
ONE, TWO, EYE, FLAT = np.ones(1), np.ones(2), np.eye(2), np.diag([1.0, 2.0, 0.0])
NET = classifier.Network(2, 1, 2)
W, X, Y = np.ones(NET.size), np.ones((3, 2)), np.array([0, 1, 0])

GRID = {"prior_stds": (1.0,), "sharpnesses": (1,), "draws": 1, "rng": RNG, "rate": 0.1, "steps": 1}


def certify(basis, eigenvalues):
    options = {"prior_std": 1.0, "sharpness": 1, "draws": 1, "confidence": 0.9, "choices": 1, "rng": RNG}
    return pb.certify(NET, W, W, basis, eigenvalues, np.ones((9, 2)), np.zeros(9, int), **options)


CALLS = [
    (lambda: manifold.exponentials(-TWO, TWO), "times must not be negative; got -1"),
    (lambda: manifold.exponentials(TWO, -TWO), "rates must not be negative or NaN; got -1"),
    (lambda: manifold.exponentials_jacobian(TWO, EYE), "rates must have 1 axes"),
    (lambda: manifold.from_logs(TWO, EYE), "log_rates must have 1 axes"),
    (lambda: manifold.from_logs_jacobian(TWO, EYE), "log_rates must have 1 axes"),
    (lambda: manifold.edges(TWO, points=1), "points must be at least 2"),
    (lambda: manifold.border_rates(points=1), "points must be at least 2"),
    (lambda: manifold.widths(TWO), "points must have 2 axes"),
    (lambda: manifold.principal_view(TWO), "points must have 2 axes"),
    (lambda: metric.residuals(TWO, ONE, noise_std=1.0), "predictions and targets must have one row a sample"),
    (lambda: metric.residuals(TWO, TWO, noise_std=0.0), "noise_std must be above 0"),
    (lambda: metric.log_likelihood(EYE), "r must have 1 axes"),
    (lambda: metric.distance(TWO, ONE), "others and predictions must have one row"),
    (lambda: metric.by_differences(np.exp, TWO, step=0.0), "step must be above 0"),
    (lambda: metric.residual_jacobian(EYE, noise_std=-1.0), "noise_std must be above 0"),
    (lambda: metric.from_jacobian(TWO), "J must have 2 axes"),
    (lambda: metric.neighbour_distance(EYE, ONE), r"g must have shape \(1, 1\)"),
    (lambda: metric.taylor_errors(np.exp, TWO, EYE, EYE, ONE), "direction must have 1 axes"),
    (lambda: metric.levels(np.exp, TWO, EYE, ONE, ONE, unit=0.0), "unit must be above 0"),
    (lambda: estimation.ring(TWO, EYE, radius=0.0), "radius must be above 0"),
    (lambda: metric.cost_hessian(EYE, np.ones((2, 2, 2)), ONE), "errors and prediction_jacobian must have one row"),
    (lambda: metric.cost_hessian(EYE, np.ones((1, 2, 2)), TWO), r"curvatures must have shape \(2, 2, 2\)"),
    (lambda: autodiff.exponentials(EYE), "times must have 1 axes"),
    (lambda: autodiff.metric(lambda w: w, EYE), "w must have 1 axes"),
    (lambda: autodiff.gradient_of_distance(lambda w: w, EYE), "w must have 1 axes"),
    (lambda: autodiff.jacobian(lambda w: w, EYE), "w must have 1 axes"),
    (lambda: autodiff.curvatures(lambda w: w, EYE), "w must have 1 axes"),
    (lambda: autodiff.hessian(lambda w: w, TWO, ONE), r"targets and predict\(w\) must have one row"),
    (lambda: geodesics.path_length(lambda w: EYE, np.ones((1, 2))), "path must have at least 2 points; got 1"),
    (lambda: geodesics.geodesic(np.exp, TWO, ONE), "start and end must have equally many weights; got 2 and 1"),
    (lambda: geodesics.geodesic(np.exp, TWO, TWO, nodes=2), "nodes must be at least 3"),
    (lambda: manifold.exponentials(np.array([0.0, 1.0]), np.array([np.inf])), "times must be positive where a rate is infinite"),
    (lambda: geodesics.sphere(ONE), r"w must have shape \(2\)"),
    (lambda: geodesics.sphere_metric(ONE), r"w must have shape \(2\)"),
    (lambda: geodesics.great_circle(ONE, TWO), r"start must have shape \(2\)"),
    (lambda: descent.flow(np.exp, np.diag, TWO, ONE, natural=True, times=TWO), r"predict\(start\) and targets"),
    (lambda: descent.flow(np.exp, np.diag, TWO, TWO, natural=True, times=TWO), "times must increase"),
    (
        lambda: descent.flow(lambda w: np.sin(1e9 * w), lambda w: EYE, TWO, TWO, natural=False, times=np.array([0.0, 1e9])),
        "times must be reached with 10 000 slopes",
    ),
    (lambda: descent.steps_needed(-TWO, tolerance=0.1), "eigenvalues must be positive; got -1"),
    (lambda: descent.steps_needed(TWO, tolerance=1.0), "tolerance must be below 1"),
    (lambda: descent.steps_needed(np.array([1, 1e-3]), tolerance=0.1, most=3), "most must allow convergence; 3 steps"),
    (lambda: descent.error_by_direction(EYE, ONE, ONE), "y and A must have one row"),
    (lambda: spectra.spectrum(TWO), "J must have 2 axes"),
    (lambda: spectra.decades(-TWO), "eigenvalues must be positive; got -1"),
    (lambda: spectra.decades(0 * TWO), "eigenvalues must be positive; got 0"),
    (lambda: pb.gaussian_divergence(ONE, 0 * ONE, prior_std=1.0), "posterior_std must be positive; got 0"),
    (lambda: pb.posterior_stds(np.array([1e-12, -1e-13]), n=1, prior_std=1.0), "eigenvalues must not be negative; got -1e-13"),
    (lambda: estimation.linear_estimates(EYE, EYE, weights=np.array([0.0, 1.0])), "weights must be positive; got 0"),
    (lambda: estimation.prediction_variances(FLAT, FLAT, noise_std=1.0), "J must have full column rank"),
    (lambda: descent.error_by_direction(FLAT, np.ones(3), ONE), "A must have full column rank"),
    (lambda: descent.steps_needed(np.array([1.0, 0.0]), tolerance=0.1), "eigenvalues must be positive; got 0"),
    (lambda: spectra.axes(np.ones((2, 2))), "g must be positive definite, else the ellipse has no end"),
    (lambda: spectra.ellipse_volume(-EYE), "g must be positive semi-definite"),
    (lambda: spectra.vandermonde(TWO, degree=-1), "degree must be at least 0"),
    (lambda: spectra.log_determinant(TWO), "points must be at least 2 distinct numbers"),
    (lambda: spectra.input_correlation(TWO), "X must have 2 axes"),
    (lambda: spectra.positive_part(EYE), "eigenvalues must have 1 axes"),
    (lambda: estimation.cramer_rao(np.ones((2, 2)), n=2, noise_std=1.0), "g must be positive definite, else some weight"),
    (lambda: estimation.efficiencies(EYE, np.eye(3)), "cov and bound must have one size; got 2 and 3"),
    (lambda: estimation.noisy_targets(TWO, noise_std=0.0, draws=1, rng=RNG), "noise_std must be above 0"),
    (lambda: estimation.linear_estimates(EYE, np.ones((1, 3))), "targets, transposed, and A must have one row"),
    (lambda: estimation.linear_estimates(EYE, EYE, penalty=-1.0), "penalty must be at least 0"),
    (lambda: estimation.linear_estimates(EYE, EYE, weights=ONE), r"weights must have shape \(2\)"),
    (lambda: estimation.exponential_fits(TWO, np.ones((1, 3)), TWO), "targets, transposed, and times must have one row"),
    (lambda: estimation.prediction_variances(EYE, np.ones((1, 3)), noise_std=1.0), "at and J must have equally many columns"),
    (lambda: orbits.radii(TWO, 3 * EYE, half_axis=1.0), "half_axis must exceed half of the sum"),
    (lambda: orbits.radii(TWO, 1.2 * EYE, half_axis=1.0), "half_axis must exceed half of the sum"),
    (lambda: orbits.radii(TWO, EYE, half_axis=1.0), "half_axis must exceed half of the sum"),
    (lambda: orbits.radii_jacobian(TWO, np.ones((2, 3)), half_axis=1.0), r"foci must have shape \(2, 2\)"),
    (lambda: classifier.random_weights(NET, rng=0), "rng must be a numpy.random.Generator"),
    (lambda: classifier.probabilities(NET, ONE, X), r"w must have shape \(7\)"),
    (lambda: classifier.logit_jacobian(NET, W, np.ones((3, 1))), r"X must have shape \(any, 2\)"),
    (lambda: classifier.fisher(NET, ONE, X), r"w must have shape \(7\)"),
    (lambda: classifier.empirical_fisher(NET, W, X, Y + 1), "y must hold classes 0 to 1; got 1 to 2"),
    (lambda: classifier.accuracy(NET, W, X, Y[:2]), r"y must have shape \(3\)"),
    (lambda: classifier.sample_gradients(NET, W, X, Y - 1), "y must hold classes 0 to 1; got -1 to 0"),
    (lambda: classifier.directions(EYE, keep=3), "keep must be at least 1 and at most 2; got 3"),
    (lambda: training.train(NET, ONE, X, Y, rate=0.1, steps=1), r"start must have shape \(7\)"),
    (lambda: training.train(NET, W, X, Y, rate=0.1, steps=1, basis=EYE), r"basis must have shape \(7, any\)"),
    (lambda: training.hessian(NET, W, X, Y + 1), "y must hold classes 0 to 1"),
    (lambda: training.fisher_by_divergence(NET, ONE, X), r"w must have shape \(7\)"),
    (lambda: pb.bernoulli_divergence(0.5, 1.0), "p must be below 1"),
    (lambda: pb.largest_error(0.5, -1.0), "budget must be at least 0"),
    (lambda: pb.gaussian_divergence(TWO, ONE, prior_std=1.0), r"posterior_std must have shape \(2\)"),
    (lambda: pb.gaussian_divergence(ONE, -ONE, prior_std=1.0), "posterior_std must be positive; got -1"),
    (lambda: pb.posterior_stds(ONE, n=0, prior_std=1.0), "n must be at least 1"),
    (lambda: pb.sampled_error(NET, W, EYE, TWO, X, Y, draws=1, rng=RNG), "basis and mean must agree in the size p"),
    (lambda: pb.certificate(training_error=0.1, draws=1, divergence=-1.0, n=9, confidence=0.9), "divergence must be at least 0"),
    (
        lambda: pb.certificate(training_error=2.0, draws=1, divergence=1.0, n=9, confidence=0.9),
        "training_error must be at most 1",
    ),
    (lambda: pb.certificate(training_error=0.1, draws=1, divergence=1.0, n=7, confidence=0.9), "n must be at least 8"),
    (lambda: pb.certificate(training_error=0.1, draws=0, divergence=1.0, n=9, confidence=0.9), "draws must be at least 1"),
    (lambda: pb.certificate(training_error=0.1, draws=1, divergence=1.0, n=9, confidence=1.0), "confidence must be below 1"),
    (lambda: pb.posterior_stds(np.array([1.0, -0.1]), n=1, prior_std=1.0), "eigenvalues must not be negative; got -0.1"),
    (lambda: pb.sampled_error(NET, W, np.eye(7)[:, :2], ONE, X, Y, draws=1, rng=RNG), "stds and basis must agree in the size k"),
    (lambda: pb.sampled_error(NET, W, np.eye(7)[:, :2], -TWO, X, Y, draws=1, rng=RNG), "stds must not be negative; got -1"),
    (lambda: certify(np.ones((7, 2)), TWO), "basis must have orthonormal columns"),
    (lambda: certify(np.eye(7)[:, :2], ONE), "eigenvalues and basis must agree in the size k"),
    (lambda: controls.ladder(NET, W, X, X, Y, keep=8, **GRID), "keep must be at least 1 and at most 7; got 8"),
    (lambda: controls.ladder(NET, ONE, X, X, Y, keep=2, **GRID), r"initial must have shape \(7\)"),
    (lambda: classifier.Network(2, 0, 2), "hidden must be at least 1; got 0"),
    (lambda: classifier.directions(np.array([[1.0, 2.0], [0.0, 1.0]]), keep=1), "g must be symmetric"),
    (lambda: classifier.directions(np.array([[1.0, 1 + 1e-7], [1.0, 2.0]]), keep=1), "g must be symmetric"),
    (lambda: classifier.directions(1e-20 * np.array([[1.0, 2.0], [0.0, 1.0]]), keep=1), "g must be symmetric"),
    (lambda: classifier.directions(np.ones((2, 3)), keep=1), r"g must have shape \(2, 2\)"),
    (lambda: classifier.same_span(EYE, np.ones((2, 1))), r"mixed must have shape \(2, 2\)"),
    (lambda: manifold.exponentials(TWO, 1.0), "rates must have at least 1 axis"),
    (lambda: metric.taylor_errors(np.exp, TWO, EYE, ONE, ONE), r"direction must have shape \(2\)"),
    (lambda: metric.levels(np.exp, np.ones(3), EYE, ONE, ONE, unit=1.0), r"w must have shape \(2\)"),
    (lambda: estimation.ring(TWO, np.ones((2, 2)), radius=1.0), "cov must be positive definite"),
    (lambda: estimation.ring(TWO, np.array([[1.0, 0.5], [0.0, 1.0]]), radius=1.0), "cov must be square and symmetric"),
    (lambda: estimation.efficiencies(EYE, np.zeros((2, 2))), "bound must be positive definite"),
    (lambda: estimation.linear_estimates(EYE, EYE, weights=-TWO), "weights must be positive; got -1"),
    (lambda: estimation.prediction_variances(np.ones((1, 2)), EYE, noise_std=1.0), "J must have full column rank"),
    (lambda: spectra.positive_part(TWO, decades=0.0), "decades must be above 0"),
    (lambda: descent.error_by_direction(np.ones((1, 2)), ONE, ONE), "A must have full column rank"),
    (lambda: descent.error_by_direction(EYE, TWO, -ONE), "times must not be negative; got -1"),
]


@pytest.mark.parametrize("call", CALLS, ids=[message[:40] for _, message in CALLS])
def test_malformed_input_is_refused_by_name(call, as_users_run):
    with pytest.raises((ValueError, TypeError), match="^" + call[1]):
        call[0]()
