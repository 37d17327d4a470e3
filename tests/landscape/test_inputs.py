"""Malformed input to every public function of the chapter is refused with the argument and the rule."""

import numpy as np
import pytest
import torch

from principles.landscape import connectivity, critical, curvature, decay, deep, gibbs, inputs, slices, valleys
from principles.landscape import linear_network as ln

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(20, 3)), RNG.normal(size=(20, 2))
M, WHITE = ln.moments(X, Y), ln.moments(ln.whitened(X), Y)
A, B, ONES = np.ones((2, 1)), np.ones((1, 3)), np.ones((3, 3))
NAN = np.array([[np.nan, 1.0]])
NET = slices.random_network(3, 4, 1, 2, rng=RNG)
CLASSES = np.arange(20) % 2
ENDS = [np.eye(2)[:, :1], B]


def square(w):
    return (w**2).sum()


CALLS = [
    (lambda: inputs.positions((1, 1), 2), r"indices must be distinct numbers from 1 to 2; got \(1, 1\)"),
    (lambda: inputs.positions((1.5,), 2), "indices must be a whole number; got 1.5"),
    (lambda: inputs.square("H", np.ones((2, 3))), r"H must have shape \(k, k\); got \(2, 3\)"),
    (lambda: inputs.symmetric("H", np.triu(ONES)), "H must be symmetric"),
    (lambda: inputs.invertible("C", ONES), "C must be invertible; it has rank 1 of 3"),
    (lambda: inputs.pair(A, np.ones((2, 3))), r"B must have shape \(1, any\); got \(2, 3\)"),
    (lambda: inputs.layers("weights", [A, A], into=1), "weights must be layers that fit together; got shapes"),
    (lambda: inputs.layers("weights", [], into=1), "weights must be a list of at least 1 layers"),
    (lambda: inputs.layers("weights", [B], into=1, inputs=2), "weights must be layers that fit together, from 2 inputs to any"),
    (lambda: inputs.alike("last", [A], "first", [B]), "last must have the shapes of first"),
    (lambda: ln.Moments(np.eye(3), np.ones((2, 2)), np.eye(2), 5), r"yx must have shape \(2, 3\); got \(2, 2\)"),
    (lambda: ln.Moments(np.triu(ONES), np.ones((2, 3)), np.eye(2), 5), "xx must be symmetric"),
    (lambda: ln.moments(NAN, NAN), r"X must be finite; entry \(0, 0\) is nan"),
    (lambda: ln.centred(np.ones(3)), "X must have 2 axes"),
    (lambda: ln.principal(X, keep=4), "keep must be at least 1 and at most 3; got 4"),
    (lambda: ln.whitened(np.ones((4, 2))), "X, centred, must have independent columns; rank 0 of 2"),
    (lambda: ln.loss(X, Y, A[:1], B), r"A must have shape \(2, any\); got \(1, 1\)"),
    (lambda: ln.loss(X, Y[1:], A, B), "Y and X must have one row a sample each; got 19 and 20"),
    (lambda: ln.projection(np.ones((3, 2))), "M must have independent columns; rank 1 of 2"),
    (lambda: ln.best_B(M, np.ones((3, 1))), r"A must have shape \(2, any\); got \(3, 1\)"),
    (lambda: ln.best_A(M, np.ones((1, 2))), r"B must have shape \(any, 3\); got \(1, 2\)"),
    (lambda: ln.stationarity_in_A(M, A, A), r"B must have shape \(1, 3\); got \(2, 1\)"),
    (lambda: ln.gradients(M, B, A), r"A must have shape \(2, any\); got \(1, 3\)"),
    (lambda: ln.gradients(M, A, B[:, :2]), r"B must have shape \(1, 3\); got \(1, 2\)"),
    (lambda: ln.projected_least_squares(M, ONES), r"A must have shape \(2, any\); got \(3, 3\)"),
    (lambda: ln.commutators(M, ONES), r"A must have shape \(2, any\); got \(3, 3\)"),
    (lambda: ln.alternate(M, A, rounds=0), "rounds must be at least 1; got 0"),
    (lambda: critical.index_sets(2, 3), "p must be at least 0 and at most 2; got 3"),
    (lambda: critical.saddle_sets(2, 0), "p must be at least 1 and at most 2; got 0"),
    (lambda: critical.critical_point(M, (), np.ones((1, 1))), "the number of indices must be at least 1; got 0"),
    (lambda: critical.deficient_point(M, (1, 2), np.eye(1)), r"p = len\(G\) must be at least 2; got 1"),
    (lambda: critical.deficient_point(M, (), np.ones((1, 2))), r"G must have shape \(k, k\); got \(1, 2\)"),
    (lambda: critical.deficient_point(M, (1,), np.eye(2), idle=np.ones((2, 3))), r"idle must have shape \(1, 3\)"),
    (lambda: critical.deficient_point(M, (1,), np.eye(2), idle=np.ones((0, 3))), r"idle must have shape \(1, 3\)"),
    (lambda: critical.silent_inputs(M, (3,)), "indices must be at least 1 and at most 2; got 3"),
    (lambda: critical.critical_loss(M, (0,)), "indices must be at least 1 and at most 2; got 0"),
    (lambda: critical.best_indices(M, 3), "p must be at least 0 and at most 2; got 3"),
    (lambda: critical.inversions((3,), 2), "indices must be at least 1 and at most 2; got 3"),
    (lambda: critical.inertia((1,), dx=2, dy=3, p=1), "dy must be at least 1 and at most 2; got 3"),
    (lambda: critical.balanced(ln.moments(X, np.column_stack([Y[:, 0], 0 * X[:, 0]])), (2,)), "positive eigenvalues"),
    (lambda: critical.balanced_spectrum(M, (1,)), "inputs must be whitened"),
    (lambda: critical.gaussian_binomial(2, 3), "p must be at least 0 and at most 2; got 3"),
    (lambda: curvature.network_loss(X, Y[1:]), "Y and X must have one row a sample each"),
    (lambda: curvature.network_loss(X, Y, penalty=-1.0), "penalty must be at least 0; got -1.0"),
    (lambda: curvature.gradient(curvature.network_loss(X, Y), A, B), "layers must be layers that fit together, from 3 inputs"),
    (lambda: curvature.hessian(curvature.network_loss(X, Y), A, B), "layers must be layers that fit together, from 3 inputs"),
    (lambda: curvature.gradient(lambda w: 2 * w, np.ones(2)), "function must return one torch number"),
    (lambda: curvature.hessian(lambda w: w, np.ones(2)), "function must return one torch number"),
    (lambda: curvature.gradient(square, NAN), "weights must be finite"),
    (lambda: curvature.measured_inertia(np.triu(ONES)), "H must be symmetric"),
    (lambda: curvature.measured_inertia(ONES, tolerance=1.0), "tolerance must be below 1; got 1.0"),
    (lambda: curvature.verdict(np.ones((2, 3))), r"H must have shape \(k, k\)"),
    (lambda: curvature.in_printed_set(np.ones(3)), "H must have 2 axes"),
    (lambda: decay.penalty([NAN], strength=1.0), "weights must be finite"),
    (lambda: decay.surviving_sets(M, 1, strength=0.1), "inputs must be whitened"),
    (lambda: decay.surviving_sets(WHITE, 0, strength=0.1), "p must be at least 1; got 0"),
    (lambda: decay.decayed_point(WHITE, (0,), np.eye(1), strength=0.0), "indices must be at least 1 and at most 2; got 0"),
    (lambda: decay.decayed_point(WHITE, (1, 2), np.eye(1), strength=0.0), r"p = len\(Q\) must be at least 2; got 1"),
    (lambda: decay.decayed_loss(WHITE, (1,), strength=9.0), "indices: every σ_j must exceed 2λ = 18"),
    (lambda: decay.decayed_inertia(WHITE, (1, 2), 1, strength=1e-9), "p must be at least 2; got 1"),
    (lambda: decay.decayed_inertia(WHITE, (1,), 1, strength=0.0), "strength must be above 0; got 0.0"),
    (lambda: deep.random_weights([3], scale=1.0, rng=RNG), "widths must hold at least the inputs and the outputs"),
    (lambda: deep.product([A, A]), "weights must be layers that fit together"),
    (lambda: deep.gradients(M, [A, B]), "weights must be layers that fit together, from 3 inputs to 2 outputs"),
    (lambda: deep.descend(M, [A, B], step=0.1, steps=1), "weights must be layers that fit together"),
    (lambda: deep.descend(M, [B, A], step=0.1, steps=1, penalty=-0.1), "penalty must be at least 0"),
    (lambda: deep.descend(M, [B, A], step=0.1, steps=1, every=0), "every must be at least 1; got 0"),
    (lambda: deep.best_loss(M, width=0), "width must be at least 1; got 0"),
    (lambda: deep.imbalance([B]), "weights must be a list of at least 2 layers"),
    (lambda: deep.distance([A], [A, B]), "first must have the shapes of last"),
    (lambda: deep.scalar_loss(np.float64(1.0)), "factors must have a weight a layer"),
    (lambda: gibbs.wells(0.0, centres=[0.0, 1.0], values=[0.0], curvatures=[1.0, 1.0]), "values and centres must have"),
    (lambda: gibbs.wells(0.0, centres=[0.0], values=[0.0], curvatures=[0.0]), "curvatures must be above 0"),
    (lambda: gibbs.density(np.square, np.array([1.0, 0.0]), temperature=1.0), "w must be at least two increasing numbers"),
    (lambda: gibbs.density(np.sum, np.arange(3.0), temperature=1.0), r"function\(w\) must have shape \(3\)"),
    (lambda: gibbs.masses(np.square, [1.0], temperature=1.0), "borders must be at least two increasing numbers"),
    (lambda: gibbs.masses(np.square, [1.0, 1.0], temperature=1.0), "borders must be at least two increasing numbers"),
    (lambda: gibbs.laplace_masses(np.zeros(2), np.ones(3), temperature=1.0), "curvatures and values must have"),
    (lambda: gibbs.laplace_masses(np.zeros(1), -np.ones(1), temperature=1.0), "curvatures must be above 0; got -1"),
    (lambda: gibbs.valley_mass(np.inf, temperature=1.0), "radius must be finite"),
    (lambda: valleys.turn(np.ones((2, 3)), 0.5), r"C must have shape \(k, k\)"),
    (lambda: valleys.turn(np.eye(2), 1.5), "t must be at most 1; got 1.5"),
    (lambda: valleys.along_the_valley(M, np.eye(1), -np.eye(1), points=3), "first and last must have determinants of one sign"),
    (lambda: valleys.along_the_valley(M, np.eye(2), np.eye(1), points=3), r"last must have shape \(2, 2\); got \(1, 1\)"),
    (lambda: valleys.along_the_valley(M, np.zeros((1, 1)), np.eye(1), points=3), "first must be invertible; it has rank 0 of 1"),
    (lambda: valleys.straight_line((A, B), (A,), points=3), "last must have the shapes of first"),
    (lambda: valleys.straight_line((A, B), (A, B), points=1), "points must be at least 2; got 1"),
    (lambda: valleys.over_the_pass(M, 2, points=3), "p must be at least 1 and at most 1; got 2"),
    (lambda: valleys.losses(M, [(A, A)]), r"B must have shape \(1, any\); got \(2, 1\)"),
    (lambda: valleys.flat_directions(A, A), r"B must have shape \(1, any\); got \(2, 1\)"),
    (lambda: valleys.scattered_path((A, B), (A, A), points=3, spread=1.0, rng=RNG), "last must have the shapes of first"),
    (lambda: valleys.scattered_path(ENDS, ENDS, points=3, spread=-1.0, rng=RNG), "spread must be at least 0; got -1.0"),
    (lambda: slices.random_network(0, 4, 1, 2, rng=RNG), "inputs must be at least 1; got 0"),
    (lambda: slices.loss([torch.ones(3, 2)], torch.ones(5, 3), torch.ones(5), skip=True), "weights must be a list of at least 2"),
    (lambda: slices.loss(NET, torch.ones(5, 2), torch.ones(5), skip=True), "weights must be layers that fit together, from 2"),
    (lambda: slices.samples(NET, Y, CLASSES), "weights must be layers that fit together, from 2"),
    (lambda: slices.samples([ONES], X, CLASSES), "weights must be a list of at least 2 layers"),
    (lambda: slices.samples(NET, X, CLASSES + 1), "y must hold a class from 0 to 1 a row; got int64 of shape .20,., up to 2"),
    (lambda: slices.samples(NET, X, CLASSES - 1), "y must hold a class from 0 to 1"),
    (lambda: slices.samples(NET, X, CLASSES / 1), "y must hold a class from 0 to 1 a row; got float64"),
    (lambda: slices.samples(NET, X[1:], CLASSES), "y and X must have one row a sample each; got 20 and 19"),
    (lambda: slices.train(NET, Y, CLASSES, skip=False, rate=0.1, steps=1), "weights must be layers that fit together, from 2"),
    (lambda: slices.train(NET, X, CLASSES, skip=False, rate=0.0, steps=1), "rate must be above 0; got 0.0"),
    (lambda: slices.filter_normalised([NAN.T, A], rng=RNG), r"weights\[0\] must be finite"),
    (lambda: slices.surface(NET, NET[:2], NET, np.arange(2.0), X, CLASSES, skip=False), "first must have the shapes of weights"),
    (lambda: slices.around(NET, ONES, X, CLASSES, skip=False, rng=RNG), "grid must have 1 axes"),
    (lambda: slices.convex_share(np.ones((2, 5))), "values must have at least three rows and columns"),
    (lambda: slices.local_minima(np.ones((5, 2))), "values must have at least three rows and columns"),
    (lambda: connectivity.on_curve(NET, NET[:1], NET, 0.5), "middle must have the shapes of first"),
    (lambda: connectivity.on_curve(NET, NET, NET, 2.0), "t must be at most 1; got 2.0"),
    (
        lambda: connectivity.train_curve(NET, NET[:2], X, CLASSES, rate=0.1, steps=1, nodes=1),
        "first must have the shapes of last",
    ),
    (lambda: connectivity.curve_losses(NET, NET, NET, X, CLASSES, points=1), "points must be at least 2; got 1"),
]


@pytest.mark.parametrize(("call", "message"), CALLS, ids=[message[:50] for _, message in CALLS])
def test_malformed_input_is_refused_by_name(call, message, as_users_run):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
