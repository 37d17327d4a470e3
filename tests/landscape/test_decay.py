"""Weight decay's critical points against autograd, brute-force descent and torch's optimiser."""

import numpy as np
import pytest
import torch

from principles.landscape import curvature, decay, deep
from principles.landscape import linear_network as ln


@pytest.fixture
def problem(rng):
    X = ln.whitened(rng.normal(size=(50, 4)))
    Y = X @ np.diag([2.0, 1.3, 0.7, 0.3])[:, :3] + 0.1 * rng.normal(size=(50, 3))
    return X, Y, ln.moments(X, Y)


@pytest.mark.parametrize(("strength", "p"), [(0.05, 2), (0.25, 2), (0.5, 2), (1.5, 2), (0.05, 3)])
def test_every_surviving_set_is_critical_with_the_stated_loss_and_inertia(problem, strength, p, rng):
    X, Y, m = problem
    function = curvature.network_loss(X, Y, penalty=strength)
    Q = np.linalg.qr(rng.normal(size=(p, p)))[0]
    for J in decay.surviving_sets(m, p, strength=strength):
        A, B = decay.decayed_point(m, J, Q, strength=strength)
        assert np.abs(curvature.gradient(function, B, A)).max() < 1e-10
        value = ln.loss(X, Y, A, B) + decay.penalty([A, B], strength=strength)
        assert value == pytest.approx(decay.decayed_loss(m, J, strength=strength), abs=1e-10)
        found = curvature.measured_inertia(curvature.hessian(function, B, A))
        assert found == decay.decayed_inertia(m, J, p, strength=strength)


def test_an_idle_unit_finds_a_flat_direction_where_twice_the_strength_is_the_singular_value(problem):
    X, Y, m = problem
    strength = decay.singular(m)[1][1] / 2
    A, B = decay.decayed_point(m, (1,), np.eye(2), strength=strength)
    H = curvature.hessian(curvature.network_loss(X, Y, penalty=strength), B, A)
    assert decay.decayed_inertia(m, (1,), 2, strength=strength) == curvature.measured_inertia(H) == (0, 2, 12)


@pytest.mark.parametrize("strength", [0.05, 0.5])
def test_descent_finds_only_the_surviving_minimum(problem, strength, rng):
    m = problem[2]
    lowest = min(decay.decayed_loss(m, J, strength=strength) for J in decay.surviving_sets(m, 2, strength=strength))
    for _ in range(2):
        run = deep.descend(m, deep.random_weights([4, 2, 3], scale=1.0, rng=rng), step=0.2, steps=750, penalty=strength)
        assert run.losses[-1] == pytest.approx(lowest, abs=1e-8)
        assert np.abs(deep.imbalance(run.weights)[0]).max() < 1e-6


def test_sets_disappear_only_as_the_strength_passes_half_a_singular_value(problem):
    m = problem[2]
    σ = decay.singular(m)[1]
    np.testing.assert_allclose(σ, np.sqrt(np.linalg.eigvalsh(m.explained)[::-1] / m.n), atol=1e-10)
    assert [len(decay.surviving_sets(m, 2, strength=s)) for s in (0.0, 0.49 * σ[2], 0.51 * σ[2], 0.51 * σ[1], 0.51 * σ[0])] == [
        7, 7, 4, 2, 1]  # fmt: skip


def test_the_penalty_is_torchs_weight_decay_of_twice_the_strength():
    w = torch.tensor([2.0, -1.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=0.1, weight_decay=0.6)
    (0 * w).sum().backward()
    optimiser.step()
    v = np.array([2.0, -1.0])
    slope = [(decay.penalty([v + h], strength=0.3) - decay.penalty([v - h], strength=0.3)) / 2e-6 for h in 1e-6 * np.eye(2)]
    np.testing.assert_allclose(w.detach().numpy(), v - 0.1 * np.array(slope), atol=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: decay.decayed_point(m, (3,), np.eye(2), strength=0.5), "every σ_j must exceed 2λ = 1"),
        (lambda m: decay.decayed_point(m, (1,), np.ones((2, 2)), strength=0.5), "Q must be orthogonal"),
        (lambda m: decay.singular(ln.moments(2 * np.eye(3), np.eye(3))), "inputs must be whitened"),
        (lambda m: decay.penalty([np.ones(2)], strength=-1.0), "strength must be at least 0"),
    ],
)
def test_malformed_input_is_named(problem, call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(problem[2])
