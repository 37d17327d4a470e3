"""Momentum, control variates, SAGA, SAG, SVRG, preconditioning and Adam against torch and closed forms."""

import numpy as np
import pytest
import torch

from principles.stochastic import adam, control_variates, digits_noise, momentum, objectives, preconditioning
from principles.stochastic import variance_reduction as reduced
from principles.stochastic.objectives import LOGISTIC, FiniteSum


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(50, 3))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    return FiniteSum(X, np.where(X[:, 0] + rng.normal(size=50) / 3 > 0, 1.0, -1.0), LOGISTIC, 0.05)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_maps_equal_torchs_sgd(nesterov):
    w = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.8, nesterov=nesterov)
    for _ in range(4):
        optimizer.zero_grad()
        (2.0 * w**2 / 2).backward()
        optimizer.step()
    state, A = np.array([1.0, 0.0]), momentum.update(2.0, step_size=0.1, momentum=0.8, nesterov=nesterov)
    for _ in range(4):
        state = A @ state
    shown = state[0] + 0.8 * state[1] if nesterov else state[0]  # torch's Nesterov stores the point where it looks
    assert shown == pytest.approx(float(w.detach()[0]), abs=1e-12)


@pytest.mark.parametrize("nesterov", [False, True])
def test_stochastic_rate_is_that_of_second_moments_averaged_over_every_sequence(nesterov):
    p, η, μ = np.array([0.8, 0.2]), 0.7, 0.3
    A = [momentum.update(h, step_size=η, momentum=μ, nesterov=nesterov) for h in (0.0, 1.0)]
    state, chance, values = np.array([[1.0, 0.0]]), np.ones(1), []
    for _ in range(16):
        state = np.concatenate([state @ A[0].T, state @ A[1].T])
        chance = np.concatenate([0.8 * chance, 0.2 * chance])
        values.append(chance @ state[:, 0] ** 2)
    rate = momentum.stochastic_rate(p, step_size=η, momentum=μ, nesterov=nesterov)
    assert values[-1] / values[-2] == pytest.approx(rate, rel=1e-5)


def test_the_full_rate_is_the_factor_by_which_the_loss_falls_in_the_end():
    p, η = momentum.two_directions(4.0), 0.9
    assert momentum.full_rate(p, step_size=η, momentum=0.0, nesterov=False) == pytest.approx((1 - 0.2 * η) ** 2)
    assert momentum.stochastic_rate(p, step_size=η, momentum=0.0, nesterov=False) == pytest.approx(1 - 0.2 + 0.2 * (1 - η) ** 2)


def test_momentum_accelerates_full_gradients_and_not_single_samples():
    p = momentum.two_directions(1e4)
    slow, fast = (momentum.best_rate(momentum.full_rate, p, momentum=m, nesterov=False) for m in (False, True))
    assert 1 - slow == pytest.approx(1 - (9999 / 10001) ** 2, rel=1e-5)  # the best step is 2/(m + L)
    assert 1 - fast == pytest.approx(1 - (99 / 101) ** 2, rel=1e-4)  # Polyak's rate
    p = momentum.two_directions(50.0)
    plain, heavy = (momentum.best_rate(momentum.stochastic_rate, p, momentum=m, nesterov=False) for m in (False, True))
    assert heavy == pytest.approx(plain, rel=1e-4)


@pytest.mark.equation("11.16")
def test_the_best_plain_rate_sees_each_coordinate_as_often_as_its_probability():
    p = momentum.two_directions(3.0)
    best = momentum.best_rate(momentum.stochastic_rate, p, momentum=False, nesterov=False)
    assert best == pytest.approx(0.75, rel=1e-9)  # a step of 1 puts right what is seen, the rarer coordinate once in four


def test_control_variates_keep_the_mean_and_have_the_least_variance_at_their_coefficient(rng):
    X, Y = rng.multivariate_normal([2.0, 1.0], [[4.0, 1.5], [1.5, 1.0]], 20_000).T
    C = np.cov(X, Y)
    best = control_variates.best_coefficient(C[1, 1], C[0, 1])
    for c in (best, -1.0, 2.0):
        Z = control_variates.controlled(X, Y, mean_of_Y=1.0, coefficient=c)
        assert abs(Z.mean() - 2) < 4 * Z.std() / np.sqrt(20_000)
        assert Z.var(ddof=1) == pytest.approx(control_variates.variance(C[0, 0], C[1, 1], C[0, 1], c))
        assert Z.var(ddof=1) >= (1 - np.corrcoef(X, Y)[0, 1] ** 2) * C[0, 0] * (1 - 1e-12)
    assert control_variates.variance(1.0, 4.0, 1.5, -0.5) == pytest.approx(1 + 1 - 1.5)
    assert control_variates.variance(4.0, 1.0, 1.5, -0.5) == pytest.approx(4 + 0.25 - 1.5)
    assert control_variates.variance(1.0, 4.0, -2.0, 0.5) == 0  # a perfect companion removes it all
    assert control_variates.variance(0.01, 0.01, 0.01, 2.0) == pytest.approx(0.3**2)
    assert control_variates.variance(1.0, 0.0, 0.0, 2.0) == 1  # a constant companion changes nothing
    least = control_variates.variance(C[0, 0], C[1, 1], C[0, 1], best)
    assert least == pytest.approx((1 - np.corrcoef(X, Y)[0, 1] ** 2) * C[0, 0], rel=1e-10)


@pytest.mark.equation("11.17", "11.18", "11.19", "11.20")
def test_corrected_directions_have_the_means_that_their_coefficients_give(problem, rng):
    w, old, n = rng.normal(size=3), rng.normal(size=3), 50
    fresh, stored = objectives.sample_gradients(problem, w), rng.normal(size=(50, 3))
    full, average = objectives.gradient(problem, w), stored.mean(axis=0)
    saga = reduced.corrected(fresh, stored, average, scale=1.0)
    np.testing.assert_allclose(saga.mean(axis=0), full, atol=1e-13)
    sag = reduced.sag_direction(fresh, stored, average, n)
    np.testing.assert_allclose(sag, reduced.corrected(fresh, stored, average, scale=1 / n), atol=1e-14)
    np.testing.assert_allclose(sag.mean(axis=0), full / n + (1 - 1 / n) * average, atol=1e-13)
    np.testing.assert_allclose(sag, [reduced.updated_average(stored, g, i) for i, g in enumerate(fresh)], atol=1e-14)
    svrg = reduced.svrg_direction(fresh, objectives.sample_gradients(problem, old), objectives.gradient(problem, old))
    np.testing.assert_allclose(svrg.mean(axis=0), full, atol=1e-13)


@pytest.mark.equation("11.17", "11.18", "11.19")
@pytest.mark.parametrize("method", ["saga", "sag", "svrg"])
def test_reduced_variance_reaches_the_minimum_linearly(method, problem, rng):
    η, order = 1 / (3 * reduced.largest_curvature(problem)), rng.integers(50, size=1600)
    options = {"every": 100} if method == "svrg" else {}
    path = np.array(list(getattr(reduced, method)(problem, np.zeros(3), order=order, step_size=η, **options)))
    w_star = objectives.minimum(problem)
    assert np.abs(path[-1] - w_star).max() < 1e-4
    plain = np.array(list(reduced.plain(problem, np.zeros(3), order=order[:500], step_size=η)))
    assert np.abs(plain[-200:] - w_star).mean() > 1e-2
    first = [path[1], plain[1]]
    np.testing.assert_allclose(first[0], -η * objectives.gradient(problem, np.zeros(3)), atol=1e-14)


@pytest.mark.equation("11.17", "11.18", "11.19")
def test_runs_equal_the_recursions_written_out_with_buffers_and_full_sums(problem, rng):
    order, η, start = rng.integers(50, size=120), 0.4, rng.normal(size=3)
    each = lambda w: objectives.sample_gradients(problem, w)  # noqa: E731
    for method, λ in ((reduced.saga, 1.0), (reduced.sag, 1 / 50)):
        w, buffer = start, each(start)
        for i, state in zip(order, list(method(problem, start, order=order, step_size=η))[1:]):
            g = each(w)[i]
            w = w - η * (λ * g - (λ * buffer[i] - buffer.mean(axis=0)))
            buffer[i] = g
            np.testing.assert_allclose(state, w, atol=1e-12)
    w = start
    for t, state in enumerate(list(reduced.svrg(problem, start, order=order, step_size=η, every=30))[1:]):
        checkpoint = w if t % 30 == 0 else checkpoint
        w = w - η * (each(w)[order[t]] - (each(checkpoint)[order[t]] - each(checkpoint).mean(axis=0)))
        np.testing.assert_allclose(state, w, atol=1e-12)
    w = start
    for t, state in enumerate(list(reduced.plain(problem, start, order=order, step_size=lambda t: 1 / (t + 2)))[1:]):
        w = w - each(w)[order[t]] / (t + 2)
        np.testing.assert_allclose(state, w, atol=1e-12)


def test_curvatures_bound_every_hessian_and_the_largest_is_reached(problem, rng):
    m, L = objectives.curvatures(problem)
    found = [np.linalg.eigvalsh(objectives.hessian(problem, w)) for w in (np.zeros(3), *rng.normal(size=(20, 3)) * 5)]
    assert pytest.approx(found[0][-1]) == L  # at w = 0 each sample has its largest curvature, 1/4
    assert m == 0.05 <= np.min(found)
    assert np.max(found) <= L * (1 + 1e-12)
    ones = [FiniteSum(problem.X[i : i + 1], problem.y[i : i + 1], LOGISTIC, 0.05) for i in range(50)]
    assert reduced.largest_curvature(problem) == pytest.approx(max(objectives.curvatures(one)[1] for one in ones))
    square = FiniteSum(problem.X, problem.y, penalty=0.1)
    np.testing.assert_allclose(
        objectives.curvatures(square), np.linalg.eigvalsh(objectives.hessian(square, m * found[0]))[[0, 2]]
    )


@pytest.mark.equation("11.21")
def test_newton_takes_one_step_on_a_quadratic_and_squares_the_error_near_a_minimum(problem, rng):
    square = FiniteSum(problem.X, problem.y)
    np.testing.assert_allclose(preconditioning.newton(square, rng.normal(size=3)), objectives.minimum(square), atol=1e-12)
    w_star, errors = objectives.minimum(problem), [0.5]
    w = w_star + 0.5 * np.array([1.0, 0.0, 0.0])
    for _ in range(3):
        w = preconditioning.newton(problem, w)
        errors.append(np.linalg.norm(w - w_star))
    assert all(after < 2 * before**2 for before, after in zip(errors[:2], errors[1:3]))


@pytest.mark.equation("11.22", "11.23", "11.24")
def test_preconditioning_by_the_root_takes_the_root_of_the_condition_number(rng):
    X = rng.normal(size=(60, 3)) * np.array([1.0, 3.0, 10.0])
    p = FiniteSum(X, rng.normal(size=60))
    H, w = objectives.hessian(p, np.zeros(3)), rng.normal(size=3)
    root = preconditioning.inverse_root(H)
    np.testing.assert_allclose(root @ root @ H, np.eye(3), atol=1e-10)
    kappa = preconditioning.condition_number(H)
    assert kappa == pytest.approx(np.linalg.cond(H))
    assert preconditioning.condition_number(1e-20 * H) == pytest.approx(kappa)  # it has no unit
    assert preconditioning.condition_number(root @ H) == pytest.approx(np.sqrt(kappa))
    slope = objectives.gradient(p, w)
    np.testing.assert_allclose(preconditioning.preconditioned(w, slope, H, step_size=0.3), w - 0.3 * root @ slope, atol=1e-12)
    G = preconditioning.outer_products(p, w)
    np.testing.assert_allclose(preconditioning.diagonal_direction(p, w), slope / np.sqrt(np.diag(G)), atol=1e-12)
    r = X @ w - p.y
    np.testing.assert_allclose(G, np.einsum("n,ni,nj->ij", r**2, X, X) / 60, atol=1e-10)


@pytest.mark.equation("11.25")
@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize(("b1", "b2"), [(0.9, 0.999), (0.99, 0.9), (0.0, 0.5)])
def test_adam_equals_torch_step_for_step(amsgrad, b1, b2, rng):
    g, start = rng.normal(size=(40, 5)) * np.logspace(-6, 2, 5), rng.normal(size=5)
    w = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.05, betas=(b1, b2), eps=1e-8, amsgrad=amsgrad)
    settings = adam.Settings(b1, b2, 1e-8, amsgrad)
    states = list(adam.descend(lambda _, t: g[t], start, steps=40, step_size=0.05, settings=settings))
    for t in range(40):
        w.grad = torch.tensor(g[t])
        optimizer.step()
        np.testing.assert_allclose(states[t + 1].w, w.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(states[-1].m[0] / (1 - b1**40), adam.averages(g[:, 0], beta=b1)[-1], atol=1e-14)
    assert states[-1].numbers == 15  # weights and two averages


def test_the_printed_recursion_grows_on_a_constant_gradient():
    values = adam.printed_averages(np.ones(5), beta=0.9)
    assert values[0] == pytest.approx(1)
    assert values[1] == pytest.approx(1 / (1 - 0.81))
    first, second, third = adam.printed_averages(np.array([2.0, -3.0, 5.0]), beta=0.5)
    assert (first, second) == pytest.approx((2, (1 - 1.5) / 0.75))
    assert third == pytest.approx((second / 2 + 2.5) / 0.875)
    np.testing.assert_allclose(adam.averages(np.ones(5), beta=0.9), 1, atol=1e-14)


def test_adam_drifts_to_the_wrong_end_of_the_counterexample_and_amsgrad_does_not(rng):
    slopes = adam.reddi_gradients(1000, large=9.0, chance=0.12, repeats=40, rng=rng)
    assert set(np.unique(slopes)) == {-1.0, 9.0}
    assert (slopes == 9).mean() == pytest.approx(0.12, abs=0.007)
    ends = []
    for amsgrad in (False, True):
        path = adam.online(slopes, step_size=lambda t: 0.5 / (t + 1) ** 0.5, settings=adam.Settings(0.0, 0.9, amsgrad=amsgrad))
        assert np.abs(path).max() == 1.0  # clipped
        ends.append(path[-1].mean())
    assert ends[0] > 0.5 > -0.5 > ends[1]
    first = adam.step(adam.initial(np.zeros(40)), slopes[0], step_size=0.5, settings=adam.Settings(0.0, 0.9))
    np.testing.assert_array_equal(path[:2], [np.zeros(40), first.w])


def test_the_network_learns_and_the_count_of_eigenvalues_is_the_least_that_carries_the_share(rng):
    shape, X = digits_noise.Shape(2, 4, 2), rng.normal(size=(60, 2))
    y, w = (X[:, 0] > 0).astype(int), digits_noise.initial(shape, rng=rng)
    fitted = digits_noise.train(shape, w, X, y, steps=150, batch=10, first=0.1, rng=rng)
    assert digits_noise.loss(shape, fitted, X, y) < 0.1 < digits_noise.loss(shape, w, X, y)
    assert digits_noise.error_rate(shape, fitted, X, y) < 0.05
    three = digits_noise.train(shape, w, X, y, steps=3, batch=5, first=0.1, rng=np.random.default_rng(4))
    draws = np.random.default_rng(4).integers(60, size=(3, 5))
    states = adam.descend(
        lambda w, t: digits_noise.sample_gradients(shape, w, X[draws[t]], y[draws[t]]).mean(axis=0),
        w, steps=3, step_size=lambda t: [0.1, 0.2 / 3, 0.1 / 3][t],
    )  # fmt: skip
    np.testing.assert_allclose(three, list(states)[-1].w, atol=1e-12)
    V, U = digits_noise.Shape(25, 40, 16).split(digits_noise.initial(digits_noise.Shape(25, 40, 16), rng=rng))
    assert (V.std(), U.std()) == (pytest.approx(1 / 5, rel=0.1), pytest.approx(1 / 40**0.5, rel=0.12))
    noise = digits_noise.Noise(np.array([5.0, 3.0, 2.0]), 1.0, 3)
    assert [noise.needed(share) for share in (0.4, 0.5, 0.6, 0.79, 0.9, 1)] == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("hidden", [3, 5])
def test_sample_gradients_of_the_network_equal_autograd(hidden, rng):
    shape = digits_noise.Shape(4, hidden, 3)
    X, y, w = rng.normal(size=(6, 4)), rng.integers(3, size=6), digits_noise.initial(shape, rng=rng)

    def loss(v, x, t):
        V, U = v[: hidden * 4].reshape(hidden, 4), v[hidden * 4 :].reshape(3, hidden)
        return torch.nn.functional.cross_entropy((torch.tanh(x @ V.T) @ U.T)[None], t[None])

    v, X_, y_ = torch.tensor(w), torch.tensor(X), torch.tensor(y)
    each = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))(v, X_, y_)
    ours = digits_noise.sample_gradients(shape, w, X, y)
    np.testing.assert_allclose(ours, each, atol=1e-12)
    np.testing.assert_allclose(digits_noise.gradient(shape, w, X, y), ours.mean(axis=0), atol=1e-13)
    V, U = w[: hidden * 4].reshape(hidden, 4), w[hidden * 4 :].reshape(3, hidden)
    scores = torch.tensor(np.tanh(X @ V.T) @ U.T)
    assert digits_noise.loss(shape, w, X, y) == pytest.approx(float(torch.nn.functional.cross_entropy(scores, y_)))
    assert digits_noise.error_rate(shape, w, X, y) == pytest.approx(float((scores.argmax(dim=1) != y_).double().mean()))
    found = digits_noise.noise(ours)
    np.testing.assert_allclose(found.eigenvalues, np.linalg.eigvalsh(np.cov(ours.T, bias=True))[::-1][:6], atol=1e-12)
    assert found.trace == pytest.approx(((ours - ours.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert found.signal == pytest.approx((digits_noise.gradient(shape, w, X, y) ** 2).sum())
    assert found.weights == shape.weights == len(w)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: momentum.stochastic_rate(np.array([0.5, 0.6]), step_size=1, momentum=0, nesterov=False), "sum to 1"),
        (lambda: control_variates.best_coefficient(0.0, 1.0), "var_Y must be above 0"),
        (lambda: control_variates.controlled(np.ones(2), np.ones(3), mean_of_Y=1, coefficient=1), "one row a sample"),
        (lambda: preconditioning.preconditioned(np.ones(2), np.ones(2), np.ones((2, 2)), step_size=1), "positive definite"),
        (lambda: adam.Settings(beta_1=1.0), "beta_1 must be below 1"),
        (lambda: adam.printed_averages(np.ones(2), beta=1.0), "beta must be below 1"),
        (lambda: adam.step(adam.initial(np.ones(2)), np.ones(3), step_size=0.1), "g must have shape"),
        (lambda: adam.step(adam.initial(np.ones(2)), np.ones(2), step_size=-0.1), "step_size must be at least 0"),
        (lambda: adam.averages(np.array([]), beta=0.5), "g must not be empty"),
        (
            lambda: adam.reddi_gradients(0, large=9.0, chance=0.1, repeats=1, rng=np.random.default_rng(0)),
            "steps must be at least 1",
        ),
        (lambda: control_variates.variance(1.0, 1.0, 2.0, 0.5), "cov must be at most"),
        (lambda: momentum.update(1.0, step_size=0.1, momentum=1.5, nesterov=False), "momentum must be at most 1"),
        (lambda: momentum.best_rate(momentum.full_rate, np.ones(2), momentum=False, nesterov=False), "p must sum to 1"),
        (lambda: digits_noise.Shape(0, 1, 1), "inputs must be at least 1"),
        (lambda: digits_noise.loss(digits_noise.Shape(2, 1, 2), np.ones(4), np.ones((1, 2)), np.array([2])), "class numbers"),
        (lambda: digits_noise.loss(digits_noise.Shape(2, 1, 2), np.ones(3), np.ones((1, 2)), np.array([1])), "w must have shape"),
        (lambda: digits_noise.Noise(np.ones(2), 1.0, 2).needed(0.0), "share must be above 0"),
        (lambda: preconditioning.inverse_root(np.zeros((2, 2))), "G must be positive definite"),
        (lambda: preconditioning.condition_number(np.array([[1.0, 2.0], [0.0, 1.0]])), "square and symmetric"),
        (lambda: preconditioning.newton(FiniteSum(np.ones((2, 2)), np.ones(2)), np.ones(2)), "regular Hessian"),
        (lambda: preconditioning.diagonal_direction(FiniteSum(np.eye(2), np.ones(2)), np.ones(2)), "moves weight 0"),
        (lambda: reduced.corrected(np.ones((3, 2)), np.ones((2, 2)), np.ones(2), scale=1.0), "stored must have shape"),
        (lambda: reduced.updated_average(np.ones((3, 2)), np.ones(2), 3), "i must be at least 0 and at most 2"),
        (
            lambda: list(reduced.saga(FiniteSum(np.eye(2), np.ones(2)), np.ones(2), order=np.array([2]), step_size=0.1)),
            "order must hold indices from 0 to 1",
        ),
        (
            lambda: list(reduced.plain(FiniteSum(np.eye(2), np.ones(2)), np.ones(3), order=np.array([1]), step_size=0.1)),
            "start must have shape",
        ),
    ],
)
def test_wrong_arguments_are_named(call, words, as_users_run):
    with pytest.raises(ValueError, match=words):
        call()
