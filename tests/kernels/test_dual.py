"""The dual perceptron, the kernel perceptron and what they cost."""

from functools import partial

import numpy as np
import pytest

from principles.kernels import costs, dual, features, functions, toys
from principles.linear_models import margin, perceptron

GAUSSIAN = partial(functions.gaussian, width=0.4)
LINE = np.linspace(0.5, 3.0, 20)


@pytest.mark.equation("3.2")
def test_mistake_counts_rebuild_the_weights_from_any_start(rng):
    X, y, start = rng.standard_normal((30, 4)), rng.choice([-1.0, 1.0], 30), rng.standard_normal(4)
    run = perceptron.train(X, y, order=perceptron.shuffled_passes(30, 8, rng=rng), start=start)
    assert run.updates > 30
    np.testing.assert_allclose(dual.weights(run.alpha, y, X, start=start), run.final, atol=1e-12)


@pytest.mark.equation("3.3")
def test_the_dual_scores_new_inputs_as_the_weights_do(rng):
    X, y, new = rng.standard_normal((30, 4)), rng.choice([-1.0, 1.0], 30), rng.standard_normal((9, 4))
    run = perceptron.train(X, y, order=perceptron.shuffled_passes(30, 3, rng=rng))
    np.testing.assert_allclose(dual.linear_scores(new, run.alpha, y, X), new @ run.final, atol=1e-12)


@pytest.mark.equation("3.3")
def test_primal_and_dual_perceptron_agree_prediction_by_prediction(rng):
    X, y, _ = margin.separable(80, 10, margin=0.1, rng=rng)
    order = perceptron.uniform_samples(80, 400, rng=rng)
    primal, by_counts = perceptron.train(X, y, order=order), dual.train(X @ X.T, y, order=order)
    np.testing.assert_allclose(primal.scores, by_counts.scores, atol=1e-12)
    np.testing.assert_array_equal(primal.mistakes, by_counts.mistakes)
    np.testing.assert_array_equal(primal.alpha, by_counts.alpha)
    np.testing.assert_array_equal(primal.when, by_counts.when)


@pytest.mark.equation("3.4", "3.5", "3.6")
@pytest.mark.parametrize("ties", perceptron.TIES)
def test_feature_space_and_kernel_perceptron_are_the_same_algorithm(ties, rng):
    X, y = toys.rings(60, noise_std=0.4, rng=rng)
    order = perceptron.shuffled_passes(60, 6, rng=rng)
    explicit = features.train(X, y, phi=partial(features.polynomial, degree=3), order=order, ties=ties)
    implicit = dual.train(functions.gram(partial(functions.polynomial, degree=3), X), y, order=order, ties=ties)
    np.testing.assert_allclose(explicit.scores, implicit.scores, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(explicit.alpha, implicit.alpha)
    new = rng.uniform(-3, 3, (50, 2))
    np.testing.assert_array_equal(
        features.predict(new, explicit.alpha, X, y, phi=partial(features.polynomial, degree=3)),
        dual.predict(functions.polynomial(X, new, degree=3), implicit.alpha, y),
    )


@pytest.mark.equation("3.6")
def test_the_gram_matrix_changes_the_cost_and_nothing_else(rng):
    X, y = toys.moons(40, rng=rng)
    order = perceptron.shuffled_passes(40, 5, rng=rng)
    once, often = costs.Counted(GAUSSIAN), costs.Counted(GAUSSIAN)
    stored = dual.train(functions.gram(once, X), y, order=order)
    anew = dual.train_without_gram(often, X, y, order=order)
    np.testing.assert_allclose(stored.scores, anew.scores, atol=1e-12)
    np.testing.assert_array_equal(stored.mistakes, anew.mistakes)
    assert stored.evaluations == once.evaluations == 40**2
    assert anew.evaluations == often.evaluations == 40 * len(order)


@pytest.mark.parametrize("sample", [toys.rings, toys.moons])
def test_the_kernel_perceptron_separates_what_no_line_does(sample, rng):
    X, y = sample(150, rng=rng)
    assert not margin.is_separable(features.with_bias(X), y)
    run = dual.train(functions.gram(GAUSSIAN, X), y, order=perceptron.shuffled_passes(150, 20, rng=rng))
    assert (dual.predict(functions.gram(GAUSSIAN, X), run.alpha, y) == y).all()
    assert run.when[-1] < 19 * 150
    new, truth = sample(400, rng=rng)
    assert (dual.predict(GAUSSIAN(X, new), run.alpha, y) == truth).mean() > 0.98


@pytest.mark.parametrize("n", [1, 7, 30])
def test_the_unit_vector_costs_n_squared_products_and_the_column_two_n(n, rng):
    assert costs.multiplications(costs.score_by_unit_vector, n) == n**2 + 2 * n
    assert costs.multiplications(costs.score_by_column, n) == 2 * n
    alpha, y, G = rng.integers(0, 5, n), rng.choice([-1.0, 1.0], n), rng.standard_normal((n, n))
    unit = np.eye(n)[0]
    assert costs.score_by_unit_vector(alpha, y, G, unit) == pytest.approx(costs.score_by_column(alpha, y, G, unit))
    assert costs.gram_bytes(n) == G.nbytes


def test_the_last_mistake_on_a_rare_direction_is_when_it_first_appears(rng):
    X, y = toys.rare_direction(2000, chance=0.01, rng=rng)
    run = perceptron.train(X, y, order=np.arange(2000))
    assert run.updates == 2
    assert run.when[-1] == max(X[:, 0].argmax(), X[:, 1].argmax()) + 1
    assert X[:, 1].mean() == pytest.approx(0.01, abs=0.01)


def test_a_score_of_zero_is_classified_as_positive():
    K, alpha, y = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 0.0]]), np.array([1, 1]), np.array([1.0, -1.0])
    np.testing.assert_array_equal(dual.predict(K, alpha, y), [1.0, -1.0, 1.0])


G2, Y2, ONE, ALPHA = np.eye(2), np.array([1.0, -1.0]), np.array([0]), np.array([1, 0])
BAD = {
    "G must have shape \\(2, 2\\)": lambda: dual.train(np.eye(3), Y2, order=ONE),
    "G must be square and symmetric; entries 0, 1": lambda: dual.train(np.triu(np.ones((2, 2))), Y2, order=ONE),
    "kernel\\(X, x\\) must be finite": lambda: dual.train_without_gram(lambda A, B: A @ B.T * np.nan, G2, Y2, order=ONE),
    "kernel\\(X, x\\) must have shape": lambda: dual.train_without_gram(lambda A, B: np.ones((1, 1)), G2, Y2, order=ONE),
    "y must hold labels": lambda: dual.train(G2, np.zeros(2), order=ONE),
    "order must name samples 0 to 1; entry 0 is 2": lambda: dual.train(G2, Y2, order=np.array([2])),
    "ties must be one of": lambda: dual.train(G2, Y2, order=ONE, ties="never"),
    "y and X must have one row": lambda: dual.train_without_gram(GAUSSIAN, G2, np.ones(3), order=ONE),
    "alpha must count mistakes; entry 1 is -1": lambda: dual.weights(np.array([1, -1]), Y2, G2),
    "start must have shape": lambda: dual.weights(ALPHA, Y2, G2, start=np.ones(3)),
    "X_new must have shape": lambda: dual.linear_scores(np.ones((2, 3)), ALPHA, Y2, G2),
    "alpha and X must have one row": lambda: dual.scores(np.ones((3, 2)), ALPHA, np.ones(3)),
    "K must be finite": lambda: dual.predict(G2 * np.nan, ALPHA, Y2),
    "n must be at least 1": lambda: costs.gram_bytes(0),
    "chance must be below 1": lambda: toys.rare_direction(3, chance=1.0, rng=np.random.default_rng(0)),
    "outer must be above 1": lambda: toys.rings(3, outer=0.5, rng=np.random.default_rng(0)),
    "noise_std must be at least 0": lambda: toys.moons(3, noise_std=-1.0, rng=np.random.default_rng(0)),
    "y must hold labels of two classes": lambda: dual.machine(np.eye(2), np.ones(2)),
    "G must let the solver converge": lambda: dual.machine(1e8 * np.outer(LINE, LINE), np.sign(np.sin(9 * LINE))),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()
