"""The discriminator against scikit-learn, closed forms, finite differences and perturbations."""

import numpy as np
import pytest
from scipy import integrate, optimize, stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from principles.adversarial import discriminator, game

GRID = np.linspace(-12, 12, 1201)
STEP = GRID[1] - GRID[0]
P, Q = stats.norm.pdf(GRID, 0.5, 1.0), stats.norm.pdf(GRID, -0.5, 1.7)


@pytest.mark.equation("16.3")
def test_the_loss_is_scikit_learns_log_loss(rng):
    a, b = rng.normal(size=(2, 40))
    d = 1 / (1 + np.exp(-np.concatenate([a, b])))
    peer = 2 * log_loss(np.repeat([1, 0], 40), d)
    assert discriminator.loss(a, b) == pytest.approx(peer)


@pytest.mark.equation("16.3")
@pytest.mark.parametrize("ridge", [0.0, 0.3])
def test_the_fit_is_scikit_learns(ridge, rng):
    A, B = rng.normal(size=(50, 3)) + 0.5, rng.normal(size=(50, 3))
    ours = discriminator.fit(A, B, ridge=ridge)
    C = 1 / (50 * ridge) if ridge else np.inf
    peer = LogisticRegression(C=C, fit_intercept=False, tol=1e-10, max_iter=1000).fit(np.vstack([A, B]), np.repeat([1, 0], 50))
    assert ours == pytest.approx(peer.coef_[0], abs=1e-4)


def test_the_fit_reaches_the_minimum_where_a_whole_newton_step_leads_uphill():
    rng = np.random.default_rng(215)
    rng.integers(1, 4), rng.integers(2, 8, 2)  # the search that found these data drew their sizes first
    A, B = (np.exp(rng.normal(0, 2, (n, 3))) * rng.choice([-1, 1], (n, 3)) for n in (7, 3))
    value = lambda u: discriminator.loss(A @ u, B @ u) + 1e-5 * (u @ u) / 2  # noqa: E731
    u = discriminator.fit(A, B, ridge=1e-5)
    slope = optimize.approx_fprime(u, value, 1e-6)
    assert np.abs(slope).max() < 1e-5
    assert discriminator.fit(B, A, ridge=1e-5) == pytest.approx(-u)


def test_a_step_that_leads_uphill_is_shortened_whatever_the_ridge_adds():
    rng = np.random.default_rng(36013)
    rng.integers(2, 5), rng.integers(2, 8, 2)  # the search that found these data drew their sizes first
    A, B = (np.exp(rng.normal(0, 2, (n, 4))) * rng.choice([-1, 1], (n, 4)) for n in (7, 2))
    value = lambda u: discriminator.loss(A @ u, B @ u) + 4.4e-5 * (u @ u) / 2  # noqa: E731
    u = discriminator.fit(A, B, ridge=4.4e-5, steps=18)  # 15 are enough, and 22 where it may climb by as much as the ridge adds
    assert np.abs(optimize.approx_fprime(u, value, 1e-6)).max() < 1e-5


@pytest.mark.equation("16.4", "16.5")
def test_no_discriminator_beats_the_ideal_one(rng):
    best = discriminator.objective(discriminator.optimal(P, Q), P, Q, spacing=STEP)
    for _ in range(20):
        wave = 0.3 * rng.normal() * np.sin(rng.normal() * GRID + rng.normal())
        other = 1 / (1 + np.exp(-(np.log(P / Q) + wave)))
        assert discriminator.objective(other, P, Q, spacing=STEP) < best


@pytest.mark.equation("16.5")
def test_densities_may_vanish():
    p, q = np.array([0.3, 0.1, 0.0]), np.array([0.1, 0.0, 0.0])
    assert discriminator.optimal(p, q) == pytest.approx([0.75, 1, 0.5])
    assert discriminator.jensen_shannon(p[1:], q[1:], spacing=10.0) == pytest.approx(np.log(2) / 2)


@pytest.mark.equation("16.4")
def test_the_objective_is_an_integral_and_its_maximum_a_jensen_shannon_divergence():
    d = 1 / (1 + np.exp(-GRID))
    terms = (
        integrate.quad(lambda x: stats.norm.pdf(x, 0.5, 1) * -np.log1p(np.exp(-x)), -10, 12)[0],
        integrate.quad(lambda x: stats.norm.pdf(x, -0.5, 1.7) * -np.log1p(np.exp(x)), -12, 12)[0],
    )
    assert discriminator.objective(d, P, Q, spacing=STEP) == pytest.approx(sum(terms), abs=1e-6)
    best = discriminator.objective(discriminator.optimal(P, Q), P, Q, spacing=STEP)
    assert best == pytest.approx(2 * discriminator.jensen_shannon(P, Q, spacing=STEP) - np.log(4), abs=1e-9)


@pytest.mark.equation("16.5")
def test_the_derivative_predicts_slopes_and_vanishes_at_the_ideal():
    d, bump, e = 0.3 + 0.4 * stats.norm.cdf(GRID), stats.norm.pdf(GRID, 1, 0.5), 1e-5
    slope = np.diff([discriminator.objective(d + s * bump, P, Q, spacing=STEP) for s in (-e, e)])[0] / (2 * e)
    assert discriminator.derivative(d, P, Q) @ bump * STEP == pytest.approx(slope, rel=1e-6)
    inner = slice(300, 900)
    ideal = discriminator.optimal(P[inner], Q[inner])
    assert np.abs(discriminator.derivative(ideal, P[inner], Q[inner])).max() < 1e-12


@pytest.mark.equation("16.5")
def test_the_ideal_logit_of_two_gaussians_is_quadratic():
    u = game.best_discriminator(game.Gaussian(0.5, 1.0), game.Gaussian(-0.5, 1.7))
    ideal = discriminator.optimal_logit(stats.norm.logpdf(GRID, 0.5, 1.0), stats.norm.logpdf(GRID, -0.5, 1.7))
    assert game.logit(u, GRID) == pytest.approx(ideal)
    assert 1 / (1 + np.exp(-ideal)) == pytest.approx(discriminator.optimal(P, Q))


def test_features_hold_every_product_once():
    assert discriminator.polynomial(np.array([[2.0, 3.0, 5.0]]), degree=2).shape == (1, 10)
    assert discriminator.polynomial(np.array([[2.0, 3.0]]), degree=1).tolist() == [[1, 2, 3]]
    assert discriminator.polynomial(np.array([[2.0, 3.0]]), degree=2).tolist() == [[1, 2, 3, 4, 6, 9]]


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_features_whose_products_overflow_are_refused():
    with pytest.raises(ValueError, match="features must be small enough for finite products; the largest is 1e.300"):
        discriminator.fit(np.full((3, 2), 1e300), np.eye(2), ridge=0.1)


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: discriminator.objective(P * 9, P, Q, spacing=STEP), "d must lie between 0 and 1"),
        (lambda: discriminator.optimal(P, Q[:3]), r"q must have shape \(1201\)"),
        (lambda: discriminator.jensen_shannon(P, Q[:1], spacing=STEP), r"q must have shape \(1201\)"),
        (lambda: discriminator.optimal(P, -Q), "q must not be negative"),
        (lambda: discriminator.derivative(np.zeros(1201), P, Q), "d must lie strictly"),
        (lambda: discriminator.derivative(np.linspace(0.1, 1, 1201), P, Q), "d must lie strictly"),
        (lambda: game.score_gradients(np.ones(3), np.zeros(2), GRID), "v must have a second entry"),
        (lambda: discriminator.fit(np.eye(2) + 5, np.eye(2) - 5), "no minimum"),
        (lambda: game.Gaussian(0.0, -1.0), "std must be above 0"),
        (lambda: game.generate([1.0], GRID), r"v must have shape \(2\)"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
