"""The two-layer network, trained jointly."""

import numpy as np
import pytest
import torch

from principles.kernels import random_features as rf
from principles.kernels import two_layer
from principles.kernels.two_layer import Weights


@pytest.fixture
def problem(rng):
    X, y = two_layer.hidden_directions(n=200, d=4, rng=rng)
    return two_layer.initial(5, 8, rng=rng), X, y


@pytest.mark.equation("3.12")
def test_a_network_of_four_units_computes_the_product_rule(rng):
    """Exclusive or in closed form: |x1 + x2| - |x1 - x2| has the sign of x1 x2."""
    X, y = two_layer.hidden_directions(n=500, d=5, rng=rng)
    np.testing.assert_array_equal(two_layer.classify(X, two_layer.product_network(5)), y)


@pytest.mark.equation("3.12", "3.13")
def test_score_loss_and_gradient_agree_with_torch(problem):
    weights, X, y = problem
    w, S = (torch.tensor(v, requires_grad=True) for v in (weights.w, weights.S))
    ŷ = torch.relu(torch.tensor(X) @ S) @ w
    loss = torch.clamp(1 - torch.tensor(y) * ŷ, min=0).mean()
    loss.backward()
    g = two_layer.gradient(weights, X, y)
    np.testing.assert_array_equal(two_layer.classify(X, weights), np.sign(ŷ.detach().numpy()))
    np.testing.assert_allclose(two_layer.objective(weights, X, y), loss.item(), rtol=1e-12)
    np.testing.assert_allclose(g.w, w.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(g.S, S.grad.numpy(), atol=1e-12)


@pytest.mark.equation("3.13")
def test_training_agrees_with_torchs_adam_step_for_step(problem, rng):
    weights, X, y = problem
    w, S = (torch.tensor(v, requires_grad=True) for v in (weights.w, weights.S))
    optimiser = torch.optim.Adam([w, S], lr=0.05)
    for t in range(20):
        optimiser.param_groups[0]["lr"] = 0.05 * (1 - t / 20)
        optimiser.zero_grad()
        torch.clamp(1 - torch.tensor(y) * (torch.relu(torch.tensor(X) @ S) @ w), min=0).mean().backward()
        optimiser.step()
    ours = two_layer.last(two_layer.train(weights, X, y, steps=20, step_size=0.05, batch=len(X), rng=rng))
    np.testing.assert_allclose(ours.w, w.detach().numpy(), rtol=1e-8)
    np.testing.assert_allclose(ours.S, S.detach().numpy(), rtol=1e-8, atol=1e-12)


@pytest.mark.equation("3.13")
def test_learning_s_too_reaches_below_the_exact_minimum_over_w_alone(problem, rng):
    weights, X, y = problem
    w, least = rf.minimum(rf.features(X, weights.S, activation=two_layer.relu), y)
    start = Weights(w, weights.S)
    assert two_layer.objective(start, X, y) == pytest.approx(least)
    assert two_layer.objective(two_layer.last(two_layer.train(start, X, y, steps=300, rng=rng)), X, y) < least - 0.1


@pytest.mark.equation("3.13")
def test_the_objective_is_not_convex_between_renamings_of_one_network(problem, rng):
    weights, X, y = problem
    fitted = two_layer.last(two_layer.train(weights, X, y, steps=300, rng=rng))
    renamed = two_layer.permuted(fitted, np.roll(np.arange(8), 1))
    _, path = two_layer.segment(fitted, renamed, points=3)
    ends, middle = two_layer.objective(fitted, X, y), two_layer.objective(path[1], X, y)
    assert two_layer.objective(renamed, X, y) == pytest.approx(ends)
    assert middle > ends + 0.1


@pytest.mark.equation("3.12")
def test_a_score_of_zero_is_classified_as_positive(problem):
    weights, X, _ = problem
    np.testing.assert_array_equal(two_layer.classify(0 * X[:3], weights), np.ones(3))


@pytest.mark.equation("3.13")
def test_at_the_kinks_the_gradient_is_zero_as_torchs_relu_has_it():
    met = Weights(np.array([2.0]), np.array([[0.5]]))  # loss exactly 0
    g = two_layer.gradient(met, np.ones((1, 1)), np.ones(1))
    assert (g.w.item(), g.S.item()) == (0.0, 0.0)
    w, S, x = np.array([3.0, 1.0]), np.array([[1.0, 0.25], [-1.0, 0.0]]), np.ones((1, 2))  # the first unit sits at 0
    tensors = [torch.tensor(v, requires_grad=True) for v in (w, S)]
    torch.relu(1 - torch.relu(torch.tensor(x) @ tensors[1]) @ tensors[0]).mean().backward()
    g = two_layer.gradient(Weights(w, S), x, np.ones(1))
    np.testing.assert_array_equal(g.w, tensors[0].grad.numpy())
    np.testing.assert_array_equal(g.S, tensors[1].grad.numpy())


def test_a_run_yields_the_weights_after_each_of_its_steps(problem, rng):
    weights, X, y = problem
    assert len(list(two_layer.train(weights, X, y, steps=3, rng=rng))) == 3


def test_a_segment_is_straight_and_runs_from_start_to_end(rng):
    start, end = two_layer.initial(3, 4, rng=rng), two_layer.initial(3, 4, rng=rng)
    places, path = two_layer.segment(start, end, points=5)
    np.testing.assert_allclose(places, [0, 0.25, 0.5, 0.75, 1])
    for name in ("w", "S"):
        a, b, points = getattr(start, name), getattr(end, name), [getattr(weights, name) for weights in path]
        np.testing.assert_array_equal(points[0], a)
        np.testing.assert_array_equal(points[-1], b)
        np.testing.assert_allclose(np.diff(points, axis=0), [(b - a) / 4] * 4, atol=1e-14)


def test_features_as_drawn_are_enough_for_a_straight_boundary(rng):
    train, test = ((X, np.where(X[:, 0] > 0, 1.0, -1.0)) for X in rng.standard_normal((2, 150, 2)))
    _, by_chance = two_layer.errors(40, train, test, steps=1, passes=40, rng=rng)
    assert by_chance < 0.2


def test_both_errors_come_from_one_draw_of_the_features_and_as_many_passes_as_asked():
    (X, y), (Z, t) = (two_layer.hidden_directions(n=150, d=3, rng=np.random.default_rng(k)) for k in (1, 2))
    few, many = (two_layer.errors(20, (X, y), (Z, t), steps=5, passes=k, rng=np.random.default_rng(0)) for k in (1, 10))
    rng = np.random.default_rng(0)
    start = two_layer.initial(4, 20, rng=rng)
    learned = two_layer.last(two_layer.train(start, X, y, steps=5, rng=rng))
    Φ, Φ_new = (np.maximum(0, A @ start.S) / np.sqrt(20) for A in (X, Z))
    w = rf.fit(Φ, y, penalty=1e-6, passes=10, rng=rng)
    assert many == ((two_layer.classify(Z, learned) != t).mean(), (rf.classify(Φ_new, w) != t).mean())
    assert many[0] == few[0]
    assert many[1] < few[1] - 0.05


def test_random_features_are_fitted_at_the_scale_of_their_mean_square(monkeypatch, rng):
    (X, y), fitted = two_layer.hidden_directions(n=30, d=3, rng=rng), []
    monkeypatch.setattr(rf, "fit", lambda Φ, *args, **options: fitted.append(Φ) or np.zeros(Φ.shape[1]))
    two_layer.errors(20, (X, y), (X, y), steps=1, passes=1, rng=np.random.default_rng(0))
    S = two_layer.initial(4, 20, rng=np.random.default_rng(0)).S
    np.testing.assert_allclose(fitted[0], np.maximum(0, X @ S) / np.sqrt(20))


def test_initial_weights_give_outputs_of_order_one(rng):
    X = rng.standard_normal((2000, 20))
    variances = [two_layer.score(X, two_layer.initial(20, 50, rng=rng)).var() for _ in range(50)]
    assert 0.4 < np.mean(variances) < 1.1  # 1 minus the variance of the mean of a ReLU


def test_learned_features_find_two_directions_among_ten_and_random_ones_do_not(rng):
    train, test = (two_layer.hidden_directions(n=800, d=10, rng=rng) for _ in range(2))
    learned, by_chance = two_layer.sweep([16], train, test, steps=500, passes=40, repeats=1, rng=rng)[0, 0]
    assert learned < 0.15 < 0.3 < by_chance


@pytest.mark.equation("3.12")
def test_doubling_all_weights_multiplies_the_output_by_four(problem):
    weights, X, _ = problem
    np.testing.assert_allclose(two_layer.score(X, Weights(2 * weights.w, 2 * weights.S)), 4 * two_layer.score(X, weights))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w, X, y, rng: Weights(np.ones(2), np.ones((3, 4))), r"w must have shape \(4\)"),
        (lambda w, X, y, rng: two_layer.initial(0, 3, rng=rng), "d must be at least 1"),
        (lambda w, X, y, rng: two_layer.classify(X[:, :2], w), r"S must have shape \(2, any\)"),
        (lambda w, X, y, rng: two_layer.objective(w, X, y[:3]), "y and X must have one row a sample each"),
        (lambda w, X, y, rng: two_layer.objective(w, X, 0 * y), "y must hold labels"),
        (lambda w, X, y, rng: list(two_layer.train(w, X, y, steps=0, rng=rng)), "steps must be at least 1"),
        (lambda w, X, y, rng: list(two_layer.train(w, X, y, steps=1, step_size=0.0, rng=rng)), "step_size must be above 0"),
        (lambda w, X, y, rng: two_layer.permuted(w, np.zeros(8, dtype=int)), "order must be a permutation of the 8"),
        (
            lambda w, X, y, rng: two_layer.errors(2, (X, y), (X, 0 * y), steps=1, passes=1, rng=rng),
            "test labels must hold labels -1 and",
        ),
        (lambda w, X, y, rng: two_layer.last(iter([])), "trajectory must hold at least one step"),
        (
            lambda w, X, y, rng: two_layer.segment(w, two_layer.initial(5, 1, rng=rng), points=3),
            r"end.S must have shape \(5, 8\)",
        ),
        (lambda w, X, y, rng: two_layer.segment(w, w, points=1), "points must be at least 2"),
        (lambda w, X, y, rng: two_layer.hidden_directions(n=3, d=1, rng=rng), "d must be at least 2"),
    ],
)
def test_malformed_input_is_refused_by_name(call, message, problem, rng, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(*problem, rng)
