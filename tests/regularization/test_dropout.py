"""Dropout: the layer, the ridge it hides, committees, networks, and covariate shift."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.linear_model import LinearRegression, LogisticRegression

from principles.regularization import covariate_shift, dropout, subnetworks, two_layer


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(12, 5)) * [1.0, 2.0, 0.5, 1.0, 3.0]
    return X, rng.normal(size=12), rng.normal(size=5)


@pytest.mark.equation("7.12")
@pytest.mark.parametrize("p_drop", [0.0, 0.3, 1.0])
def test_masks_zero_a_share_p_and_leave_the_rest(p_drop, rng):
    h = rng.uniform(1, 2, size=(200, 50))
    out = dropout.dropout(h, dropout.mask(h.shape, p_drop=p_drop, rng=rng))
    assert np.mean(out == 0) == pytest.approx(p_drop, abs=4 * 0.5 / 100)
    assert np.isin(out, [0.0]).sum() + (out == h).sum() == h.size


@pytest.mark.equation("7.12")
def test_inverted_dropout_has_torchs_values_and_the_right_mean(rng):
    h = np.ones((400, 100))
    out = dropout.inverted(h, dropout.mask(h.shape, p_drop=0.2, rng=rng), p_drop=0.2)
    peer = torch.nn.Dropout(0.2)(torch.ones(50, 50, dtype=torch.float64)).numpy()
    np.testing.assert_allclose(np.unique(out), np.unique(peer))
    assert out.mean() == pytest.approx(1, abs=4 * 0.5 / 200)
    assert torch.nn.Dropout().p == 0.5


@pytest.mark.equation("7.13", "7.14")
@pytest.mark.parametrize("p_drop", [0.1, 0.5, 0.8])
def test_the_sum_over_all_masks_is_the_ridge_form(p_drop, problem, rng):
    X, y, w = problem
    exact = dropout.objective(w, X, y, p_drop=p_drop)
    assert exact == pytest.approx(dropout.ridge_form((1 - p_drop) * w, X, y, p_drop=p_drop), rel=1e-12)
    value, error = dropout.sampled_objective(w, X, y, p_drop=p_drop, draws=4000, rng=rng)
    assert value == pytest.approx(exact, abs=4 * error)
    assert error < 0.05 * exact


@pytest.mark.equation("7.13")
def test_the_sampled_sum_comes_with_the_standard_error_of_its_draws(problem):
    X, y, w = problem
    R = np.random.default_rng(7).random((3, *X.shape)) >= 0.3
    losses = [np.sum((y - (r * X) @ w) ** 2) for r in R]
    found = dropout.sampled_objective(w, X, y, p_drop=0.3, draws=3, rng=np.random.default_rng(7))
    assert found == pytest.approx((np.mean(losses), stats.sem(losses)))


@pytest.mark.equation("7.14")
def test_the_minimiser_is_that_of_the_expectation_over_masks(problem):
    X, y, _ = problem
    w = dropout.minimizer(X, y, p_drop=0.4)
    best = dropout.objective(w / 0.6, X, y, p_drop=0.4)
    for step in np.vstack([np.eye(5), -np.eye(5)]):
        assert dropout.objective(w / 0.6 + 1e-3 * step, X, y, p_drop=0.4) > best
    np.testing.assert_allclose(dropout.minimizer(X, y, p_drop=0.0), np.linalg.lstsq(X, y, rcond=None)[0])


@pytest.mark.equation("7.14")
def test_orthogonal_features_shrink_by_the_same_factor_whatever_their_variance(rng):
    X = np.linalg.qr(rng.normal(size=(20, 4)))[0] * [0.1, 1.0, 5.0, 30.0]
    y = rng.normal(size=20)
    np.testing.assert_allclose(dropout.minimizer(X, y, p_drop=0.3), 0.7 * np.linalg.lstsq(X, y, rcond=None)[0])


def test_second_moments_are_the_average_over_masks(problem):
    X, _, _ = problem
    masks = dropout.every_mask(5)
    weights = dropout.probabilities(masks, p_drop=0.3)
    assert weights.sum() == pytest.approx(1)
    row = X[:1]
    expected = sum(q * np.outer(row[0] * r, row[0] * r) for q, r in zip(weights, masks))
    np.testing.assert_allclose(dropout.second_moments(row, p_drop=0.3), expected, atol=1e-12)


def test_sgd_with_dropout_finds_the_ridge_solution(problem, rng):
    X, y, _ = problem
    X = X / X.std(axis=0)
    path = dropout.train(X, y, p_drop=0.5, steps=3000, batch=12, rng=rng)
    target = dropout.minimizer(X, y, p_drop=0.5)
    assert np.linalg.norm(path[-1] - target) < 0.1 * np.linalg.norm(target)


def test_the_first_steps_of_sgd_with_dropout_are_those_by_hand(problem):
    X, y, _ = problem
    G, draws, w = X.T @ X / 12, np.random.default_rng(8), np.zeros(5)
    curvature = np.linalg.eigvalsh(np.where(np.eye(5) == 1, 0.4 * G, 0.16 * G))
    path = dropout.train(X, y, p_drop=0.6, steps=3, batch=4, rng=np.random.default_rng(8))
    for t, state in enumerate(path):
        chosen = draws.integers(12, size=4)
        masked = X[chosen] * (draws.random((4, 5)) >= 0.6)
        w = w - 0.3 / (curvature[-1] + 0.15 * curvature[0] * t) * masked.T @ (masked @ w - y[chosen]) / 4
        np.testing.assert_allclose(state, 0.4 * w, atol=1e-14)


@pytest.mark.equation("7.15")
def test_the_committee_of_all_masks_is_the_scaled_model(problem, rng):
    X, _, w = problem
    masks = dropout.every_mask(5)
    np.testing.assert_allclose(dropout.committee(X, w, masks), dropout.scaled(X, w, p_drop=0.5), atol=1e-12)
    drawn = dropout.mask((20_000, 5), p_drop=0.3, rng=rng)
    error = np.sqrt(dropout.prediction_variance(X, w, p_drop=0.3) / 20_000)
    assert (np.abs(dropout.committee(X, w, drawn) - dropout.scaled(X, w, p_drop=0.3)) < 4 * error).all()
    np.testing.assert_allclose((X @ (w * drawn).T).var(axis=1), dropout.prediction_variance(X, w, p_drop=0.3), rtol=0.05)


@pytest.mark.parametrize(("biases", "functions"), [(False, 31**2 + 1), (True, 31 * 32 + 1)])
def test_two_hidden_layers_of_five_have_1024_masks(biases, functions, rng):
    assert subnetworks.count(5, biases=biases, rng=rng) == subnetworks.Count(1024, functions)
    assert subnetworks.sizes(5, p_drop=0.5)[5] == pytest.approx(252 / 1024)
    assert subnetworks.sizes(5, p_drop=0.2) @ np.arange(11) == pytest.approx(8)
    assert subnetworks.kept_units(5, p_drop=0.0, rng=rng).sum() == 10
    assert subnetworks.kept_units(5, p_drop=1.0, rng=rng).tolist() == [[0] * 5] * 2


@pytest.fixture
def networks(rng):
    nets = two_layer.initial(2, d=3, h=6, outputs=2, rng=rng, bias_std=0.5)
    return replace(nets, v=rng.normal(size=(2, 1, 2)))


def test_initial_weights_have_variances_two_over_inputs_and_one_over_units():
    nets, draws = two_layer.initial(2, d=3, h=5, outputs=4, rng=np.random.default_rng(2)), np.random.default_rng(2)
    np.testing.assert_allclose(nets.S, draws.standard_normal((2, 3, 5)) * np.sqrt(2 / 3))
    np.testing.assert_allclose(nets.V, draws.standard_normal((2, 5, 4)) / np.sqrt(5))
    assert not nets.s.any()
    assert nets.v.tolist() == [[[0.0] * 4]] * 2
    noisy, draws = two_layer.initial(1, d=3, h=5, outputs=4, rng=np.random.default_rng(2), bias_std=0.3), np.random.default_rng(2)
    np.testing.assert_allclose(noisy.s[0, 0], 0.3 * draws.standard_normal(40)[-5:])
    second = nets.pick([1])
    for name in "SsVv":
        np.testing.assert_array_equal(getattr(second, name)[0], getattr(nets, name)[1])


@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
def test_training_is_autograds_with_momentum_along_a_cosine(loss, networks, rng):
    X, Y = rng.normal(size=(8, 3)), np.eye(2)[rng.integers(2, size=8)]
    p = np.array([0.0, 0.4])
    options = {"p_drop": p, "alpha": np.array([0.0, 0.3]), "steps": 22, "batch": 4, "step_size": 0.1}
    samples, state = np.array([[0, 1, 2, 3], [4, 5, 6, 7]]), np.random.default_rng(5)
    after, record = two_layer.train(networks, X, Y, samples, loss=loss, rng=np.random.default_rng(5), **options)
    w = [torch.from_numpy(part.copy()).requires_grad_() for part in (networks.S, networks.s, networks.V, networks.v)]
    velocity, values = [0.0] * 4, []
    for t in range(22):
        rows = samples[:, state.integers(4, size=4)]
        keep = torch.from_numpy((state.random((2, 4, 6), dtype=np.float32) >= p[:, None, None]) / (1 - p[:, None, None]))
        x, y = torch.from_numpy(X[rows]), torch.from_numpy(Y[rows])
        out = (torch.relu(x @ w[0] + w[1]) * keep) @ w[2] + w[3]
        fit = 0.5 * ((out - y) ** 2).sum(2) if loss == "squared" else -(y * torch.log_softmax(out, 2)).sum(2)
        goal = fit.mean(1).sum() + 0.15 * (w[0][1] ** 2).sum() + 0.15 * (w[2][1] ** 2).sum()
        velocity = [0.9 * u - 0.1 * np.cos(np.pi * t / 44) ** 2 * g for u, g in zip(velocity, torch.autograd.grad(goal, w))]
        w = [(part + u).detach().requires_grad_() for part, u in zip(w, velocity)]
        values.append(fit.mean(1).detach().numpy())
    np.testing.assert_allclose(record, np.array(values)[[0, 20]])
    for part, name in zip(w, "SsVv"):
        np.testing.assert_allclose(getattr(after, name), part.detach().numpy(), atol=1e-10)


def test_the_cross_entropy_of_outputs_far_apart_is_their_distance():
    nets = two_layer.Networks(np.zeros((1, 1, 2)), np.zeros((1, 1, 2)), np.zeros((1, 2, 2)), np.array([[[1000.0, 0.0]]]))
    options = {"p_drop": np.zeros(1), "alpha": np.zeros(1), "steps": 1, "batch": 1, "step_size": 1.0}
    X, Y, rows, rng = np.ones((2, 1)), np.eye(2)[[1, 1]], np.array([[0, 1]]), np.random.default_rng(0)
    after, record = two_layer.train(nets, X, Y, rows, loss="cross_entropy", rng=rng, **options)
    assert record.tolist() == [[1000.0]]
    np.testing.assert_allclose(after.v, [[[999.0, 1.0]]])


@pytest.mark.result("Remark 7.2")
def test_dropout_adds_a_penalty_that_no_weight_decay_is(networks, rng):
    X, y = rng.normal(size=(10, 3)), rng.normal(size=(10, 2))
    plain = two_layer.predict(networks, X)[0]
    masked = two_layer.masked(networks, X, p_drop=0.4, draws=1000, rng=rng)
    losses = np.sum((masked - y) ** 2, axis=(1, 2))
    added = losses.mean() - np.sum((plain - y) ** 2)
    penalty = two_layer.dropout_penalty(networks, X, p_drop=0.4)[0]
    assert added == pytest.approx(penalty, abs=4 * losses.std() / np.sqrt(1000))
    moved = two_layer.rescaled(networks, 3.0)
    np.testing.assert_allclose(two_layer.predict(moved, X)[0], plain, atol=1e-10)
    assert two_layer.dropout_penalty(moved, X, p_drop=0.4)[0] == pytest.approx(penalty)
    assert np.sum(moved.S**2) > 8 * np.sum(networks.S**2)


@pytest.mark.result("Remark 7.1")
def test_a_network_that_leans_on_one_unit_suffers_more_from_silent_units():
    S, V = np.ones((2, 1, 8)), np.zeros((2, 8, 2))
    V[0, 0, 1], V[1, :, 1] = 8.0, 1.0  # the same function: one unit does all, or eight share the work
    nets = two_layer.Networks(S, np.zeros((2, 1, 8)), V, np.array([[[4.0, 0.0]], [[4.0, 0.0]]]))
    X, y = np.array([[1.0]]), np.array([1])
    np.testing.assert_allclose(two_layer.predict(nets, X)[0], two_layer.predict(nets, X)[1])
    lost = two_layer.knocked_out(nets, X, y, share=0.5, repeats=200, rng=np.random.default_rng(0))
    assert lost[0] == pytest.approx(0.5, abs=0.15)
    assert lost[1] == 0
    assert (two_layer.mistakes(nets, X, y) == 0).all()


@pytest.mark.equation("7.16")
def test_the_correction_minimises_its_objective(rng):
    A, y, p, old = rng.normal(size=(20, 3)), rng.normal(size=20), rng.uniform(size=20), rng.normal(size=3)
    w = covariate_shift.correct(A, y, p, anchor=old, alpha=0.5)
    value = covariate_shift.objective(w, A, y, p, anchor=old, alpha=0.5)
    for step in np.vstack([np.eye(3), -np.eye(3)]):
        assert covariate_shift.objective(w + 1e-3 * step, A, y, p, anchor=old, alpha=0.5) > value
    np.testing.assert_allclose(covariate_shift.correct(A, y, p, anchor=old, alpha=1e9), old, atol=1e-6)
    peer = LinearRegression(fit_intercept=False).fit(A, y, sample_weight=p)
    np.testing.assert_allclose(covariate_shift.correct(A, y, p, anchor=old, alpha=0.0), peer.coef_, rtol=1e-8)


def test_weights_are_density_ratios_and_a_classifier_learns_them(rng):
    x, new = covariate_shift.TRAINING.draw(3000, rng=rng), covariate_shift.USE.draw(1500, rng=rng)
    ratio = covariate_shift.density_ratio(x)
    assert ratio.mean() == pytest.approx(1, abs=0.3)
    learned = covariate_shift.learned_ratio(x, new)
    assert np.corrcoef(ratio, learned)[0, 1] > 0.98
    points = covariate_shift.powers(np.concatenate([x, new]), 2)[:, 1:]
    peer = LogisticRegression(C=1e9, tol=1e-10, max_iter=5000).fit(points, np.repeat([0, 1], [3000, 1500]))
    odds = np.exp(peer.decision_function(points[:3000]))
    np.testing.assert_allclose(learned, 2 * odds, rtol=0.02)
    assert covariate_shift.effective_samples(np.ones(7)) == pytest.approx(7)
    for unit in (1.0, 1e-300, 1e300):
        assert covariate_shift.effective_samples(unit * np.array([1.0, 3.0])) == pytest.approx(1.6)
    np.testing.assert_allclose(covariate_shift.USE.density(x), stats.norm.pdf(x, 2, 0.3))
    np.testing.assert_allclose(covariate_shift.density_ratio(x), stats.norm.pdf(x, 2, 0.3) / stats.norm.pdf(x, 0.9, 0.5))


def test_inputs_that_can_be_told_apart_get_small_but_finite_odds():
    x, new = np.array([-2.0, -1.5, -1.0, -3.0]), np.array([1.0, 1.5, 2.0])
    points = np.r_[x, new]
    A = np.vander((points - points.mean()) / points.std(), 3)
    peer = LogisticRegression(C=1e9, fit_intercept=False, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    odds = peer.fit(A, np.repeat([0, 1], [4, 3])).decision_function(A[:4])
    np.testing.assert_allclose(np.log(covariate_shift.learned_ratio(x, new)), odds + np.log(4 / 3), rtol=1e-4)


def test_adapting_goes_from_the_old_weights_to_a_fit_of_the_new_samples_alone(rng):
    options = {"n": 30, "m": 12, "noise": 0.1, "repeats": 1}
    loose, firm = covariate_shift.few_new_samples([1e-12, 1e9], rng=np.random.default_rng(3), **options)[0]
    draws = np.random.default_rng(3)
    x = np.concatenate([covariate_shift.TRAINING.draw(30, rng=draws), covariate_shift.USE.draw(12, rng=draws)])
    y = np.sinc(x) + 0.1 * draws.normal(size=42)
    use = covariate_shift.USE.draw(200_000, rng=rng)
    for found, part in ((loose, slice(30, None)), (firm, slice(30))):
        expected = np.mean((np.polyval(np.polyfit(x[part], y[part], 3), use) - np.sinc(use)) ** 2)
        assert found == pytest.approx(expected, rel=0.05)


def test_excess_errors_are_those_of_polynomials_fitted_with_and_without_weights():
    found = covariate_shift.excess_errors(2, n=30, noise=0.1, repeats=2, rng=np.random.default_rng(3))
    draws, u = np.random.default_rng(3), np.linspace(0.5, 3.5, 6001)
    for row in found:
        x = draws.normal(0.9, 0.5, size=30)
        y, ratio = np.sinc(x) + 0.1 * draws.normal(size=30), covariate_shift.density_ratio(x)
        fits = [np.polyfit(x, y, 2, w=w) for w in (np.ones(30), np.sqrt(ratio))]
        expected = [np.trapezoid(stats.norm.pdf(u, 2, 0.3) * (np.polyval(fit, u) - np.sinc(u)) ** 2, u) for fit in fits]
        np.testing.assert_allclose(row, expected, rtol=2e-3)


def test_weights_help_a_model_too_small_and_hurt_one_that_is_right(rng):
    small = covariate_shift.excess_errors(1, n=100, noise=0.1, repeats=60, rng=rng).mean(axis=0)
    assert small[0] > 5 * small[1]
    right = covariate_shift.excess_errors(1, n=100, noise=0.1, repeats=60, rng=rng, target=lambda x: 1 - x).mean(axis=0)
    assert right[1] > 2 * right[0]


def train_one(targets, *, loss):
    rng, one = np.random.default_rng(0), np.ones(1)
    nets = two_layer.initial(1, d=1, h=2, outputs=1, rng=rng)
    rows = np.array([[0, 1]])
    options = {"loss": loss, "p_drop": 0 * one, "alpha": 0 * one, "steps": 1, "batch": 1, "step_size": 1.0}
    return two_layer.train(nets, np.ones((3, 1)), targets, rows, **options, rng=rng)


BAD = {
    "r must hold zeros and ones; got 2": lambda: dropout.dropout(np.ones(2), np.array([1.0, 2.0])),
    "masks must hold zeros and ones; got 0.5": lambda: dropout.probabilities(np.full((1, 2), 0.5), p_drop=0.1),
    "p_drop must be at most 1": lambda: dropout.mask((2,), p_drop=1.5, rng=np.random.default_rng(0)),
    "p_drop must be below 1": lambda: dropout.ridge_form(np.ones(1), np.ones((1, 1)), np.ones(1), p_drop=1.0),
    "std must be above 0": lambda: covariate_shift.Gaussian(0.0, -1.0),
    "r must have shape": lambda: dropout.dropout(np.ones((2, 2)), np.ones(2)),
    "w must have shape": lambda: dropout.objective(np.ones(1), np.ones((2, 2)), np.ones(2), p_drop=0.5),
    "X must have 2 axes": lambda: dropout.minimizer(np.ones(2), np.ones(2), p_drop=0.5),
    "X and y must have one row": lambda: dropout.minimizer(np.ones((2, 2)), np.ones(1), p_drop=0.5),
    "masks must have shape": lambda: dropout.committee(np.ones((2, 2)), np.ones(2), np.ones((5, 1))),
    "p_drop must be at least 0": lambda: dropout.scaled(np.ones((2, 2)), np.ones(2), p_drop=-0.1),
    "anchor must have shape": lambda: covariate_shift.correct(np.eye(2), np.ones(2), np.ones(2), anchor=np.zeros(1), alpha=1.0),
    "weights must not be negative, nor": lambda: covariate_shift.effective_samples(np.zeros(3)),
    "targets and X must agree in the size n": lambda: train_one(np.ones((2, 1)), loss="squared"),
    "d must be at least 1 and at most 16": lambda: dropout.every_mask(20),
    "weights must not be negative; entry 1": lambda: covariate_shift.correct(
        np.ones((2, 1)), np.ones(2), np.array([1.0, -1.0]), anchor=np.zeros(1), alpha=0.0
    ),
    "A and weights must have one row": lambda: covariate_shift.correct(
        np.ones((2, 1)), np.ones(2), np.ones(3), anchor=np.zeros(1), alpha=0.0
    ),
    "loss must be": lambda: train_one(np.ones((3, 1)), loss="hinge"),
}


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize("message", BAD)
def test_malformed_input_is_refused_by_name(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()


def test_without_dropout_every_unit_learns(rng):
    X = np.linspace(-1, 1, 20)[:, None]
    nets = two_layer.initial(2, d=1, h=30, outputs=1, rng=rng, bias_std=1.0)
    options = {"p_drop": np.zeros(2), "alpha": np.zeros(2), "steps": 400, "batch": 20, "step_size": 0.02, "rng": rng}
    nets, record = two_layer.train(nets, X, np.sin(3 * X), np.tile(np.arange(20), (2, 1)), loss="squared", **options)
    assert (record[-1] < 0.02 * record[0]).all()
