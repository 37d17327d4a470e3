"""Deep linear networks: gradients by autograd, one best loss, plateaus, and the degenerate origin."""

import numpy as np
import pytest

from principles.landscape import critical, curvature, deep
from principles.landscape import linear_network as ln


@pytest.fixture
def problem(rng):
    X = ln.whitened(rng.normal(size=(60, 5)))
    Y = X @ rng.normal(size=(5, 4)) + 0.3 * rng.normal(size=(60, 4))
    return X, Y, ln.moments(X, Y)


@pytest.mark.result("Fact 12.9")
@pytest.mark.parametrize("widths", [[5, 4], [5, 2, 4], [5, 3, 2, 4], [5, 3, 3, 3, 4]])
def test_the_gradients_are_autograds_at_every_depth(problem, widths, rng):
    X, Y, m = problem
    weights = deep.random_weights(widths, scale=1.0, rng=rng)
    by_hand = np.concatenate([g.ravel() for g in deep.gradients(m, weights)])
    np.testing.assert_allclose(by_hand, curvature.gradient(curvature.network_loss(X, Y), *weights), atol=1e-11)


@pytest.mark.result("Fact 12.9")
@pytest.mark.parametrize("width", [1, 2, 4])
def test_the_best_loss_of_correlated_inputs_is_that_of_the_listed_minimum(width, rng):
    X = rng.normal(size=(60, 5)) @ rng.normal(size=(5, 5))
    m = ln.moments(X, X @ rng.normal(size=(5, 4)) + 0.3 * rng.normal(size=(60, 4)))
    assert deep.best_loss(m, width=width) == pytest.approx(critical.critical_loss(m, tuple(range(1, width + 1))), rel=1e-9)


@pytest.mark.result("Fact 12.9")
@pytest.mark.parametrize("widths", [[5, 2, 4], [5, 3, 2, 4], [5, 4, 2, 4, 4]])
def test_descent_from_random_starts_ends_at_the_rank_two_optimum(problem, widths, rng):
    m = problem[2]
    run = deep.descend(m, deep.random_weights(widths, scale=0.7, rng=rng), step=0.05, steps=1500, every=1500)
    assert run.losses[-1] == pytest.approx(deep.best_loss(m, width=2), abs=1e-8)
    assert deep.best_loss(m, width=2) == pytest.approx(critical.critical_loss(m, (1, 2)), rel=1e-11)
    assert len(run.path) == 2
    assert len(run.losses) == 1501


def test_weight_decay_enters_the_loss_and_the_step(problem, rng):
    m, weights = problem[2], deep.random_weights([5, 2, 4], scale=1.0, rng=rng)
    run = deep.descend(m, weights, step=1e-3, steps=1, penalty=0.3)
    square = sum((W**2).sum() for W in weights)
    assert run.losses[0] == pytest.approx(ln.product_loss(m, weights[1] @ weights[0]) + 0.3 * square)
    for new, old, g in zip(run.weights, weights, deep.gradients(m, weights)):
        np.testing.assert_allclose(new, old - 1e-3 * (g + 0.6 * old), atol=1e-14)


def test_the_imbalance_changes_only_at_second_order_in_the_step(problem, rng):
    m, weights = problem[2], deep.random_weights([5, 2, 3, 4], scale=1.0, rng=rng)
    drift = []
    for step in (1e-3, 1e-4):
        run = deep.descend(m, weights, step=step, steps=1)
        drift.append(max(np.abs(a - b).max() for a, b in zip(deep.imbalance(run.weights), deep.imbalance(weights))))
    assert np.log10(drift[0] / drift[1]) == pytest.approx(2, abs=1e-3)


@pytest.mark.result("Fact 12.9")
def test_three_layers_have_no_curvature_at_the_origin_yet_it_is_a_saddle(problem):
    X, Y, _ = problem
    zeros = [np.zeros((2, 5)), np.zeros((2, 2)), np.zeros((4, 2))]
    H = curvature.hessian(curvature.network_loss(X, Y), *zeros)
    assert np.abs(H).max() == 0
    assert curvature.verdict(H) == "undecided"
    assert deep.scalar_loss(np.full(3, -0.1)) > 0.5 > deep.scalar_loss(np.full(3, 0.1))


def test_the_scalar_loss_is_that_of_layers_of_one_unit_network_by_network(rng):
    m, factors = ln.moments(np.ones((1, 1)), np.ones((1, 1))), rng.normal(size=(5, 3))
    one_by_one = [ln.product_loss(m, deep.product([np.array([[w]]) for w in row])) for row in factors]
    np.testing.assert_allclose(deep.scalar_loss(factors), one_by_one, rtol=1e-12)


def test_the_balance_is_upper_minus_lower():
    found = deep.imbalance([np.array([[1.0, 2.0]]), np.array([[3.0], [1.0]])])
    assert [g.tolist() for g in found] == [[[5.0]]]


def test_random_layers_have_the_stated_scale_and_the_path_its_spacing(problem, rng):
    weights = deep.random_weights([100, 300, 200], scale=2.0, rng=rng)
    assert [W.var() * W.shape[1] for W in weights] == pytest.approx([4, 4], rel=0.05)
    start = deep.random_weights([5, 2, 4], scale=0.5, rng=rng)
    run = deep.descend(problem[2], start, step=0.01, steps=7, every=3)
    again = deep.descend(problem[2], start, step=0.01, steps=6)
    assert (len(run.path), len(again.path)) == (3, 7)
    np.testing.assert_array_equal(run.path[2][0], again.weights[0])


def test_malformed_input_is_named(problem, rng, as_users_run):
    with pytest.raises(ValueError, match="step must be above 0"):
        deep.descend(problem[2], [np.ones((4, 5))], step=0.0, steps=1)
    with pytest.raises(ValueError, match="scale must be above 0"):
        deep.random_weights([5, 4], scale=0.0, rng=rng)
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator"):
        deep.random_weights([5, 4], scale=1.0, rng=7)


def test_the_distance_is_that_of_the_flattened_weights(rng):
    first, last = (deep.random_weights([3, 2, 4], scale=1.0, rng=rng) for _ in range(2))
    flat = [np.concatenate([W.ravel() for W in weights]) for weights in (first, last)]
    assert deep.distance(first, last) == pytest.approx(np.linalg.norm(flat[0] - flat[1]), rel=1e-12)
