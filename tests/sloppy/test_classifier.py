"""Fisher information of a classifier in independent ways, and the PAC-Bayes bound."""

import numpy as np
import pytest
import torch
from scipy import stats

from principles.sloppy import classifier, controls, pac_bayes, training

NET = classifier.Network(3, 4, 3)


@pytest.fixture
def problem(rng):
    return classifier.random_weights(NET, rng=rng), rng.normal(size=(9, 3)), rng.integers(3, size=9)


def test_probabilities_are_those_of_torch_modules(problem):
    w, X, _ = problem
    V, b, W, c = (torch.tensor(part) for part in NET.layers(w))
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3), torch.nn.Softmax(dim=1)).double()
    module.load_state_dict({"0.weight": V.T, "0.bias": b, "2.weight": W.T, "2.bias": c})
    np.testing.assert_allclose(module(torch.tensor(X)).detach(), classifier.probabilities(NET, w, X), rtol=1e-12)


def test_fisher_equals_the_hessian_of_the_divergence_and_of_the_expected_loss(problem):
    w, X, _ = problem
    g = classifier.fisher(NET, w, X)
    np.testing.assert_allclose(training.fisher_by_divergence(NET, w, X), g, atol=1e-12)
    gradients = [classifier.sample_gradients(NET, w, X, np.full(9, c)) for c in range(3)]
    P = classifier.probabilities(NET, w, X)
    expected = sum((G * P[:, [c]]).T @ G for c, G in enumerate(gradients)) / 9
    np.testing.assert_allclose(g, expected, atol=1e-12)


def test_fisher_by_differences_of_the_probabilities(problem):
    w, X, _ = problem
    h, P = 1e-6, classifier.probabilities(NET, *problem[:2])
    steps = h * np.eye(NET.size)
    D = np.array([(classifier.probabilities(NET, w + s, X) - classifier.probabilities(NET, w - s, X)) / (2 * h) for s in steps])
    np.testing.assert_allclose(classifier.fisher(NET, w, X), np.einsum("kic,lic,ic->kl", D, D, 1 / P) / 9, atol=1e-8)


def test_rank_of_the_fisher_information_is_at_most_samples_times_classes_less_one(problem):
    w, X, _ = problem
    assert np.linalg.matrix_rank(classifier.fisher(NET, w, X[:4]), tol=1e-12) == 8 < NET.size


def test_sample_gradients_average_to_autograds_and_the_hessian_to_differences_of_it(problem):
    w, X, y = problem

    def gradient(v):
        return classifier.sample_gradients(NET, v, X, y).mean(axis=0)

    H, h = training.hessian(NET, w, X, y), 1e-6
    differences = [(gradient(w + s) - gradient(w - s)) / (2 * h) for s in h * np.eye(NET.size)]
    np.testing.assert_allclose(H, differences, atol=1e-8)
    G = classifier.sample_gradients(NET, w, X, y)
    np.testing.assert_allclose(classifier.empirical_fisher(NET, w, X, y), np.einsum("ik,il->kl", G, G) / 9)


@pytest.mark.parametrize("subspace", [True, False])
def test_training_is_adam_with_a_step_that_falls_along_a_cosine(subspace, problem, rng):
    w, X, y = problem
    U = np.linalg.qr(rng.normal(size=(NET.size, 5)))[0] if subspace else np.eye(NET.size)
    found = training.train(NET, w, X, y, rate=0.1, steps=3, basis=U if subspace else None)
    z, mean, square = np.zeros(U.shape[1]), 0, 0
    for t in range(3):
        g = U.T @ classifier.sample_gradients(NET, w + U @ z, X, y).mean(axis=0)
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        first, second = mean / (1 - 0.9 ** (t + 1)), square / (1 - 0.999 ** (t + 1))
        z = z - 0.1 * np.cos(np.pi * t / 6) ** 2 * first / (np.sqrt(second) + 1e-8)
    np.testing.assert_allclose(found, w + U @ z, atol=1e-12)


def test_initial_weights_have_one_over_as_much_variance_as_inputs_and_biases_are_zero():
    V, b, W, c = NET.layers(classifier.random_weights(NET, rng=np.random.default_rng(2)))
    draws = np.random.default_rng(2)
    np.testing.assert_allclose(V, draws.normal(size=(3, 4)) / np.sqrt(3))
    np.testing.assert_allclose(W, draws.normal(size=(4, 3)) / 2)
    assert not b.any()
    assert not c.any()


def test_training_in_a_subspace_stays_in_it_and_lowers_the_loss(problem):
    w, X, y = problem
    U = classifier.directions(classifier.fisher(NET, w, X), keep=5)
    np.testing.assert_allclose(U.T @ U, np.eye(5), atol=1e-12)
    found = training.train(NET, w, X, y, rate=0.1, steps=40, basis=U)
    assert np.abs((np.eye(NET.size) - U @ U.T) @ (found - w)).max() < 1e-12
    likelihoods = [np.log(classifier.probabilities(NET, v, X)[np.arange(9), y]).mean() for v in (w, found)]
    assert likelihoods[1] > likelihoods[0] + 0.1
    assert classifier.accuracy(NET, training.train(NET, w, X, y, rate=0.2, steps=40), X, y) == 1


def test_directions_come_stiffest_first():
    assert classifier.directions(np.diag([1.0, 3.0, 2.0]), keep=2).tolist() == [[0, 0], [1, 0], [0, 1]]


def test_directions_do_not_depend_on_the_signs_that_lapack_chose(rng, monkeypatch):
    root, eigh = rng.normal(size=(5, 5)), np.linalg.eigh
    found = classifier.directions(root @ root.T, keep=3)
    monkeypatch.setattr(np.linalg, "eigh", lambda g: (eigh(g)[0], eigh(g)[1] * [1, -1, 1, -1, -1]))
    np.testing.assert_array_equal(classifier.directions(root @ root.T, keep=3), found)


def test_same_span_forgets_which_basis_it_was_given(rng):
    U, mixed = np.linalg.qr(rng.normal(size=(6, 3)))[0], rng.normal(size=(6, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    found = classifier.same_span(U, mixed)
    np.testing.assert_allclose(classifier.same_span(U @ turn, mixed), found, atol=1e-12)
    np.testing.assert_allclose(found @ found.T, U @ U.T, atol=1e-12)


@pytest.mark.parametrize(("q", "budget"), [(0.0, 0.1), (0.2, 0.05), (0.7, 0.3), (0.5, 0.0)])
def test_largest_error_spends_the_whole_budget(q, budget):
    p = pac_bayes.largest_error(q, budget)
    assert p >= q
    assert pac_bayes.bernoulli_divergence(q, p) == pytest.approx(budget, abs=1e-9)
    assert pac_bayes.largest_error(1.0, budget) == 1, "there is no larger one"


def test_gaussian_divergence_equals_torchs(rng):
    m, s = rng.normal(size=4), rng.uniform(0.1, 1, size=4)
    posterior = torch.distributions.Normal(torch.tensor(m), torch.tensor(s))
    theirs = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(torch.zeros(4).double(), 0.8))
    assert pac_bayes.gaussian_divergence(m, s, prior_std=0.8) == pytest.approx(theirs.sum().item())


def test_the_bound_holds_for_coins_more_often_than_promised(rng):
    n, p = 100, 0.3
    observed, times = np.unique(rng.binomial(n, p, size=300) / n, return_counts=True)
    found = [pac_bayes.certificate(training_error=q, draws=10**6, divergence=0.0, n=n, confidence=0.9).bound for q in observed]
    assert np.average(np.array(found) >= p, weights=times) >= 0.9
    assert np.average(found, weights=times) < 0.6


def test_picking_the_best_of_many_guesses_is_covered_only_if_its_divergence_is_paid(rng):
    n, many = 100, 1000
    best = rng.binomial(n, 0.5, size=(200, many)).min(axis=1) / n
    values, times = np.unique(best, return_counts=True)
    options = {"draws": 10**6, "n": n, "confidence": 0.9}
    paid, free = (
        [pac_bayes.certificate(training_error=q, divergence=KL, **options).bound for q in values] for KL in (np.log(many), 0.0)
    )
    assert np.average(np.array(paid) >= 0.5, weights=times) >= 0.9
    assert np.average(np.array(free) >= 0.5, weights=times) < 0.9


def test_the_draws_are_paid_for_so_that_few_of_them_never_look_too_good(rng):
    q, draws, n = 0.5, 5, 10**6
    observed, times = np.unique(rng.binomial(draws, q, size=2000) / draws, return_counts=True)
    found = [pac_bayes.certificate(training_error=e, draws=draws, divergence=0.0, n=n, confidence=0.9).bound for e in observed]
    assert np.average(np.array(found) >= q, weights=times) >= 0.9
    assert found[0] < 1


def test_the_ladder_is_certify_with_the_parts_taken_away(problem):
    w, X, y = problem
    options = {"prior_stds": (0.5, 2.0), "sharpnesses": (3, 30), "draws": 10, "rate": 0.1, "steps": 5}
    found = controls.ladder(NET, w, X[:5], X, y, keep=4, **options, rng=np.random.default_rng(1))
    assert list(found) == ["stiff, metric", "stiff, one width", "random, one width", "all, one width"]
    g, rng = classifier.fisher(NET, w, X[:5]), np.random.default_rng(1)
    U, mixed = classifier.directions(g, keep=4), np.linalg.qr(rng.normal(size=(NET.size, 4)))[0]
    flat = np.full(NET.size, np.trace(g) / NET.size)
    bases = [(U, np.linalg.eigvalsh(g)[::-1][:4]), (U, flat[:4]), (mixed, flat[:4]), (np.eye(NET.size), flat)]
    for bound, (basis, λ) in zip(found.values(), bases):
        v = training.train(NET, w, X, y, rate=0.1, steps=5, basis=basis)
        each = [
            pac_bayes.certify(NET, w, v, basis, λ, X, y, prior_std=s, sharpness=m, draws=10, confidence=0.95, choices=4, rng=rng)
            for s in (0.5, 2.0) for m in (3, 30)
        ]  # fmt: skip
        assert bound == pytest.approx(min(c.bound for c, _ in each))


def test_the_certificate_pays_for_divergence_draws_and_choices():
    base = {"training_error": 0.1, "draws": 1000, "divergence": 10.0, "n": 1000, "confidence": 0.95}
    bound = pac_bayes.certificate(**base).bound
    for worse in ({"divergence": 20.0}, {"draws": 100}, {"choices": 10}, {"confidence": 0.999}, {"n": 500}):
        assert pac_bayes.certificate(**{**base, **worse}).bound > bound
    kl = pac_bayes.bernoulli_divergence(pac_bayes.largest_error(0.1, np.log(80) / 1000), bound)
    assert kl == pytest.approx((10 + np.log(2 * np.sqrt(1000) / 0.025)) / 1000)


def test_posterior_is_the_laplace_approximation_and_sampled_error_that_of_a_coin(rng):
    stds = pac_bayes.posterior_stds(np.array([0.0, 1.0, 100.0]), n=10, prior_std=2.0)
    np.testing.assert_allclose(stds**-2, [0.25, 10.25, 1000.25])
    assert pac_bayes.posterior_stds(np.zeros(2), n=10, prior_std=2.0).tolist() == [2, 2]
    net, X = classifier.Network(1, 1, 2), np.ones((1, 1))
    mean, basis = np.array([0, 0, 0, 0, 0.3, 0.0]), np.eye(6)[:, 4:5]
    found = pac_bayes.sampled_error(net, mean, basis, np.array([1.0]), X, np.array([0]), draws=800, rng=rng)
    assert found == pytest.approx(stats.norm.cdf(-0.3), abs=4 * 0.5 / np.sqrt(800))


def test_certify_puts_its_parts_together_and_wants_the_training_within_the_basis(problem):
    w, X, y = problem[0], np.tile(problem[1], (40, 1)), np.tile(problem[2], 40)
    options = {"prior_std": 0.5, "sharpness": 4, "draws": 200, "confidence": 0.9, "choices": 3}
    U, λ = np.eye(NET.size)[:, :2], np.array([1.0, 0.25])
    found, s = pac_bayes.certify(NET, w, w + U @ [1.0, 2.0], U, λ, X, y, **options, rng=np.random.default_rng(0))
    error = pac_bayes.sampled_error(NET, w + U @ [1.0, 2.0], U, s, X, y, draws=200, rng=np.random.default_rng(0))
    price = sum(np.log(0.5 / v) + (v**2 + m**2) / 0.5 - 0.5 for m, v in zip((1, 2), (8**-0.5, 5**-0.5)))
    assert found.training_error == error
    assert found.divergence == pytest.approx(price)
    parts = {"training_error": error, "divergence": found.divergence, "draws": 200, "n": 360, "confidence": 0.9}
    assert error < found.bound < 1
    assert found.bound == pytest.approx(pac_bayes.certificate(**parts, choices=3).bound)
    with pytest.raises(ValueError, match="trained must differ from initial by a combination of the basis"):
        pac_bayes.certify(NET, w, w + 1.0, U, λ, X, y, **options, rng=np.random.default_rng(0))
    zero, e = np.zeros(NET.size), np.eye(NET.size)
    skewed = np.column_stack([e[0], e[1] + 1e-9 * e[0]])
    for basis, trained in ((skewed, zero), (U, 1e-9 * e[2])):
        pac_bayes.certify(NET, zero, trained, basis, λ, X, y, **options, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="trained must differ from initial by a combination of the basis"):
        pac_bayes.certify(NET, zero, 1.5e-9 * e[2], U, λ, X, y, **options, rng=np.random.default_rng(0))


def test_choices_are_paid_for_in_the_draws_and_in_the_theorem():
    q = pac_bayes.largest_error(0.1, np.log(2 * 5 / 0.025) / 300)
    expected = pac_bayes.largest_error(q, (7 + np.log(2 * np.sqrt(400) * 5 / 0.025)) / 400)
    found = pac_bayes.certificate(training_error=0.1, draws=300, divergence=7.0, n=400, confidence=0.95, choices=5)
    assert found.bound == pytest.approx(expected)
