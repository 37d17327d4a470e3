"""Divergences of Gaussians against torch, quadrature and Monte Carlo."""

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch import distributions as D

from principles.variational import gaussians as G


@pytest.mark.equation("15.16")
@pytest.mark.parametrize("seed", range(5))
def test_kl_of_two_gaussians_equals_quadrature_and_torch(seed):
    m1, m2, s1, s2 = np.random.default_rng(seed).uniform(0.5, 2, 4)
    p, q = stats.norm(m1, s1), stats.norm(m2, s2)
    integral, _ = integrate.quad(lambda z: p.pdf(z) * (p.logpdf(z) - q.logpdf(z)), m1 - 12 * s1, m1 + 12 * s1)
    assert G.kl_univariate(m1, s1, m2, s2) == pytest.approx(integral, abs=1e-8)
    peer = D.kl_divergence(*(D.Normal(torch.tensor(m), torch.tensor(s)) for m, s in ((m1, s1), (m2, s2))))
    assert G.kl_univariate(m1, s1, m2, s2) == pytest.approx(peer.item())


@pytest.mark.equation("15.15")
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (1.3, 0.4), (-2.0, 3.0)])
def test_kl_to_the_standard_gaussian_is_the_special_case(mean, std):
    assert G.kl_standard(mean, std) == pytest.approx(G.kl_univariate(mean, std, 0.0, 1.0), abs=1e-14)


@pytest.mark.equation("15.13", "15.17")
def test_kl_to_the_prior_is_a_sum_over_coordinates(rng):
    mean, std = rng.normal(size=(4, 5)), rng.uniform(0.3, 2, (4, 5))
    sums = [sum(G.kl_standard(*pair) for pair in zip(m, s)) for m, s in zip(mean, std)]
    assert G.kl_mean_field(mean, std) == pytest.approx(sums)
    assert G.kl(mean[0], np.diag(std[0] ** 2), np.zeros(5), np.eye(5)) == pytest.approx(sums[0])
    estimate, error = G.kl_estimate(mean[0], std[0], n=20_000, rng=rng)
    assert abs(estimate - sums[0]) < 4 * error < 0.2


@pytest.mark.equation("15.7", "15.14")
def test_factored_densities_are_products_of_scipys(rng):
    z, mean, std = rng.normal(size=(6, 3)), rng.normal(size=3), rng.uniform(0.5, 2, 3)
    assert G.log_prior(z) == pytest.approx(stats.norm.logpdf(z).sum(axis=1))
    assert G.log_factored(z, mean, std) == pytest.approx(stats.norm.logpdf(z, mean, std).sum(axis=1))
    A = rng.normal(size=(3, 3))
    peer = stats.multivariate_normal(mean, A @ A.T + np.eye(3)).logpdf(z)
    assert G.log_density(z, mean, A @ A.T + np.eye(3)) == pytest.approx(peer)


def test_kl_with_full_covariances_equals_its_monte_carlo_average(rng):
    A, B = (rng.normal(size=(3, 3)) for _ in range(2))
    S1, S2, m1, m2 = A @ A.T + np.eye(3), B @ B.T + np.eye(3), rng.normal(size=3), rng.normal(size=3)
    z = rng.multivariate_normal(m1, S1, size=20_000)
    terms = stats.multivariate_normal(m1, S1).logpdf(z) - stats.multivariate_normal(m2, S2).logpdf(z)
    error = terms.std() / np.sqrt(len(z))
    assert abs(terms.mean() - G.kl(m1, S1, m2, S2)) < 4 * error < 0.1


@pytest.mark.equation("15.13")
def test_the_estimate_of_the_divergence_and_its_error_are_those_of_scipys_log_ratios():
    mean, std = np.array([0.4, -1.0]), np.array([0.5, 2.0])
    z = mean + std * np.random.default_rng(5).standard_normal((6, 2))
    ratios = (stats.norm.logpdf(z, mean, std) - stats.norm.logpdf(z)).sum(axis=1)
    assert G.kl_estimate(mean, std, n=6, rng=np.random.default_rng(5)) == pytest.approx((ratios.mean(), stats.sem(ratios)))
    assert G.kl_estimate(mean, std, n=2, rng=np.random.default_rng(5))[1] > 0


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: G.kl_standard(0.0, 0.0), "std must be above 0"),
        (lambda: G.kl_univariate(0.0, 1.0, 0.0, -1.0), "std2 must be above 0"),
        (lambda: G.kl_mean_field(np.zeros(2), np.array([1.0, 0.0])), "std must be positive"),
        (lambda: G.kl(np.zeros(2), -np.eye(2), np.zeros(2), np.eye(2)), "cov1 must be positive"),
        (lambda: G.kl(np.zeros(1), np.eye(2), np.zeros(2), np.eye(2)), "mean1 must have shape"),
        (lambda: G.kl(np.zeros(2), np.eye(2), np.zeros(3), np.eye(3)), "cov2 must have shape"),
        (lambda: G.log_density(np.zeros((4, 1)), np.zeros(2), np.eye(2)), "mean must have shape"),
        (lambda: G.log_density(np.zeros((4, 2)), np.zeros(2), np.eye(3)), "cov must have shape"),
        (lambda: G.log_factored(np.zeros((4, 2)), np.zeros(1), np.ones(1)), "mean must have shape"),
        (lambda: G.log_factored(np.zeros((4, 2)), np.zeros(2), np.ones(1)), "std must have shape"),
        (lambda: G.kl_mean_field(np.zeros((3, 2)), np.ones(2)), "std must have shape"),
        (lambda: G.kl_estimate(np.zeros(2), np.ones(1), n=5, rng=np.random.default_rng(0)), "std must have shape"),
        (lambda: G.log_prior(np.full((1, 2), np.nan)), "z must be finite"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
