"""Mercer's condition, the Gram test and the expansion of the Gaussian kernel."""

from functools import partial

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from principles.kernels import expansion, functions, impostors, mercer

GAUSSIAN = partial(functions.gaussian, width=1.0)
SCALES = [(1.0, 1.0), (0.5, 1.0), (2.0, 0.7)]


def normal_line(n, rng):
    return rng.standard_normal((n, 1))


def hermite(width_of_measure, nodes=150):
    """Nodes and weights of E f(x) for x ~ N(0, width_of_measure²)."""
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    return width_of_measure * x, w / w.sum()


@pytest.mark.equation("3.7")
def test_the_integral_of_a_polynomial_kernel_is_its_closed_form():
    rule = mercer.legendre(0.0, 2.0, nodes=10)
    f = rule.nodes**2  # ∬ (1 + x x')² f f' = (∫f)² + 2 (∫xf)² + (∫x²f)²
    expected = (8 / 3) ** 2 + 2 * 4.0**2 + 6.4**2
    assert mercer.integral_form(functions.polynomial, f, rule) == pytest.approx([expected])


@pytest.mark.equation("3.7")
def test_the_integral_form_equals_a_sum_of_squares_over_the_expansion(rng):
    rule = mercer.legendre(-4.0, 4.0, nodes=60)
    F = mercer.random_functions(rule, functions=20, terms=5, rng=rng)
    λ = expansion.gaussian_eigenvalues(60, width=1.0, std=1.0)
    Φ = expansion.gaussian_eigenfunctions(rule.nodes[:, 0], 60, width=1.0, std=1.0)
    squares = λ @ (Φ.T @ (rule.weights[:, None] * F)) ** 2
    np.testing.assert_allclose(mercer.integral_form(GAUSSIAN, F, rule), squares, rtol=1e-6)


@pytest.mark.equation("3.7")
def test_minus_the_identity_has_integral_zero_but_a_negative_gram_matrix():
    values = [
        mercer.integral_form(impostors.minus_identity, np.ones((m, 1)), mercer.legendre(0.0, 1.0, nodes=m))[0]
        for m in (20, 40, 80, 160)
    ]
    slope = np.polyfit(np.log([20, 40, 80, 160]), np.log(-np.array(values)), 1)[0]
    assert slope == pytest.approx(-1.0, abs=0.03)
    assert mercer.gram_test(impostors.minus_identity(np.arange(3.0)[:, None], np.arange(3.0)[:, None])).least == -1.0


@pytest.mark.equation("3.8")
@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 8))
def test_the_quadratic_form_is_the_double_sum(seed, n):
    rng = np.random.default_rng(seed)
    G = rng.standard_normal((n, n))
    G, u = G + G.T, rng.standard_normal(n)
    double_sum = sum(u[i] * u[j] * G[i, j] for i in range(n) for j in range(n))
    assert mercer.quadratic_form(G, u) == pytest.approx(double_sum, abs=1e-10)


@pytest.mark.equation("3.8")
@pytest.mark.parametrize("name", impostors.SUSPECTS)
def test_the_falsifier_finds_impostors_and_never_accuses_a_kernel(name, rng):
    kernel, valid = impostors.SUSPECTS[name]
    sizes = (2, 3, 5, 10, 30) if name != "max(0, 1 - ‖x - x'‖)" else (150,)
    found = mercer.falsify(kernel, lambda n, rng: 3 * rng.random((n, 2)), sizes=sizes, tries=10, rng=rng)
    assert (found is None) == valid
    if found:
        G, u = kernel(found.points, found.points), found.coefficients
        assert mercer.quadratic_form(G, u) == pytest.approx(found.value)
        assert found.value < -1e-6


@pytest.mark.result("Remark 3.2")
def test_the_least_eigenvalue_is_the_least_value_of_the_quadratic_form(rng):
    G = rng.standard_normal((6, 6))
    test = mercer.gram_test(G + G.T)
    u = rng.standard_normal((2000, 6))
    values = np.einsum("ni,ij,nj->n", u, G + G.T, u) / (u**2).sum(axis=1)
    assert values.min() >= test.least
    assert test.witness @ (G + G.T) @ test.witness == pytest.approx(test.least)


@pytest.mark.result("Remark 3.2")
def test_a_valid_kernel_passes_only_thanks_to_the_tolerance(rng):
    X = rng.standard_normal((200, 3))
    G = functions.linear(X, X)
    assert mercer.gram_test(G).passes
    assert not mercer.gram_test(G, tolerance=0.0).passes


@pytest.mark.result("Remark 3.2")
def test_the_five_lines_of_the_remark_agree(rng):
    λ, Φ, u = rng.random(7), rng.standard_normal((5, 7)), rng.standard_normal(5)
    lines = mercer.remark_lines(λ, Φ, u)
    assert lines == pytest.approx(np.full(5, ((u @ Φ) ** 2 * λ).sum()))
    assert lines[0] > 0


@pytest.mark.result("Theorem 3.1")
@pytest.mark.parametrize(("width", "std"), SCALES)
def test_the_eigenfunctions_are_orthonormal_under_the_measure(width, std):
    x, weights = hermite(std)
    Φ = expansion.gaussian_eigenfunctions(x, 12, width=width, std=std)
    np.testing.assert_allclose(Φ.T @ (weights[:, None] * Φ), np.eye(12), atol=1e-8)


@pytest.mark.result("Theorem 3.1")
@pytest.mark.parametrize(("width", "std"), SCALES)
def test_the_kernel_maps_each_eigenfunction_to_its_multiple(width, std):
    x, weights = hermite(std)
    z = np.linspace(-2, 2, 9)
    λ = expansion.gaussian_eigenvalues(6, width=width, std=std)
    Φx, Φz = (expansion.gaussian_eigenfunctions(v, 6, width=width, std=std) for v in (x, z))
    K = functions.gaussian(z[:, None], x[:, None], width=width)
    np.testing.assert_allclose(K @ (weights[:, None] * Φx), λ * Φz, atol=1e-7)


@pytest.mark.result("Theorem 3.1")
@pytest.mark.parametrize(("width", "std"), SCALES)
def test_the_full_expansion_is_the_kernel(width, std):
    z = np.linspace(-1.5, 1.5, 7)[:, None]
    np.testing.assert_allclose(
        expansion.truncated_gaussian(z, z, 120, width=width, std=std), functions.gaussian(z, z, width=width), atol=1e-9
    )


@pytest.mark.result("Theorem 3.1")
@pytest.mark.parametrize(("width", "std"), SCALES)
@pytest.mark.parametrize("terms", [1, 3, 8])
def test_the_truncation_error_is_the_tail_sum(terms, width, std):
    x, weights = hermite(std)
    truncated = expansion.truncated_gaussian(x[:, None], x[:, None], terms, width=width, std=std)
    tail = expansion.gaussian_tail(terms, width=width, std=std)
    assert weights @ (1 - np.diag(truncated)) == pytest.approx(tail, abs=1e-9)
    assert tail == pytest.approx(expansion.gaussian_eigenvalues(400, width=width, std=std)[terms:].sum())


@pytest.mark.result("Theorem 3.1")
def test_gram_eigenvalues_tend_to_the_closed_form(rng):
    mean, error = expansion.sample_spectra(GAUSSIAN, normal_line, n=250, keep=4, repeats=12, rng=rng)
    expected = expansion.gaussian_eigenvalues(4, width=1.0, std=1.0)
    assert (np.abs(mean - expected) < 4 * error).all()
    assert (error < 0.05 * expected[0]).all()


def test_spectra_are_averaged_and_their_error_is_that_of_the_mean(rng):
    sizes = [1.0, 2.0, 6.0]
    draws = iter(sizes)
    mean, error = expansion.sample_spectra(
        functions.linear, lambda n, rng: next(draws) * np.diag([1.0, 2.0]), n=2, keep=2, repeats=3, rng=rng
    )
    spectra = np.square(sizes)[:, None] * [2.0, 0.5]  # s² (4, 1) over n = 2, the largest first
    np.testing.assert_allclose(mean, spectra.mean(axis=0))
    np.testing.assert_allclose(error, scipy.stats.sem(spectra))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: mercer.legendre(1.0, 1.0, nodes=3), "upper must be above 1.0"),
        (lambda rng: mercer.legendre(0.0, 1.0, nodes=0), "nodes must be at least 1"),
        (
            lambda rng: mercer.integral_form(GAUSSIAN, np.ones((3, 1)), mercer.legendre(0.0, 1.0, nodes=4)),
            r"F must have shape \(4, any\)",
        ),
        (lambda rng: mercer.quadratic_form(np.array([[1.0, 2.0], [0.0, 1.0]]), np.ones(2)), "G must be square and symmetric"),
        (lambda rng: mercer.quadratic_form(np.eye(2), np.ones(3)), r"u must have shape \(2\)"),
        (lambda rng: mercer.gram_test(np.array([[np.nan]])), "G must be finite"),
        (lambda rng: mercer.gram_test(np.eye(2), tolerance=-1.0), "tolerance must be at least 0"),
        (lambda rng: mercer.remark_lines(np.ones(3), np.ones((2, 2)), np.ones(2)), "Phi must have shape"),
        (lambda rng: expansion.gaussian_eigenvalues(3, width=0.0, std=1.0), "width must be above 0"),
        (lambda rng: expansion.gaussian_eigenfunctions(np.zeros(2), 3, width=1.0, std=-1.0), "std must be above 0"),
        (
            lambda rng: expansion.sample_spectra(GAUSSIAN, normal_line, n=3, keep=4, repeats=2, rng=rng),
            "keep must be .* at most 3",
        ),
        (lambda rng: expansion.truncated_gaussian(np.eye(2), np.eye(2), 3, width=1.0, std=1.0), r"X must have shape \(any, 1\)"),
        (
            lambda rng: mercer.integral_form(lambda X, Z: X, np.ones((4, 1)), mercer.legendre(0.0, 1.0, nodes=4)),
            r"kernel\(nodes, nodes\) must have shape \(4, 4\)",
        ),
        (
            lambda rng: mercer.falsify(GAUSSIAN, lambda n, rng: np.ones((1, 1)), rng=rng),
            r"sample\(n, rng\) must have shape \(2, any",
        ),
        (lambda rng: mercer.falsify(GAUSSIAN, normal_line, sizes=(), rng=rng), r"len\(sizes\) must be at least 1"),
        (lambda rng: mercer.falsify(GAUSSIAN, normal_line, tries=0, rng=rng), "tries must be at least 1"),
        (
            lambda rng: mercer.random_functions(mercer.hermite(1.0, nodes=3), functions=0, terms=1, rng=rng),
            "functions must be at least 1",
        ),
        (lambda rng: impostors.box(np.zeros((1, 1)), np.zeros((1, 1)), radius=0.0), "radius must be above 0"),
    ],
)
def test_malformed_input_is_refused_by_name(call, message, rng, as_users_run):
    with pytest.raises(ValueError, match=message):
        call(rng)


def test_the_sigmoid_agrees_with_scikit_learn(rng):
    from sklearn.metrics.pairwise import sigmoid_kernel

    X, Z = rng.standard_normal((4, 3)), rng.standard_normal((5, 3))
    np.testing.assert_allclose(impostors.sigmoid(X, Z, slope=0.3, offset=-1.0), sigmoid_kernel(X, Z, gamma=0.3, coef0=-1.0))


def test_the_negative_squared_distance_is_its_formula(rng):
    X, Z = rng.standard_normal((3, 2)), rng.standard_normal((4, 2))
    np.testing.assert_allclose(impostors.negative_squared_distance(X, Z), -((X[:, None] - Z) ** 2).sum(axis=-1))


def test_the_tent_is_a_kernel_on_the_line_and_none_in_the_plane(rng):
    line = 5 * rng.random((150, 1))
    assert mercer.gram_test(impostors.tent(line, line)).passes
    grid = 0.7 * np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), -1).reshape(-1, 2)
    assert mercer.gram_test(impostors.tent(grid, grid)).least < -0.04


@pytest.mark.equation("3.7")
def test_random_functions_are_trigonometric_polynomials_of_unit_norm_with_alike_coefficients(rng):
    rule = mercer.legendre(-np.pi, np.pi, nodes=40)
    F = mercer.random_functions(rule, functions=2000, terms=3, rng=rng)
    np.testing.assert_allclose(rule.weights @ F**2, 1.0)
    x = rule.nodes[:, 0]
    basis = np.array([x**0, *(wave(k * x) for k in (1, 2, 3) for wave in (np.cos, np.sin))])
    norms = np.array([2 * np.pi] + [np.pi] * 6)
    coefficients = basis @ (rule.weights[:, None] * F) / norms[:, None]  # Fourier's
    np.testing.assert_allclose(basis.T @ coefficients, F, atol=1e-10)
    logs = np.log(coefficients**2)
    for row in logs[1:]:  # alike: no log ratio has a mean, and one of normals has variance 2 π²/2
        assert abs((row - logs[0]).mean()) < 4 * np.pi / np.sqrt(2000)


@pytest.mark.result("Remark 3.2")
def test_the_falsifier_keeps_the_set_that_is_worst_for_its_size_and_scale(rng):
    """Of Gram matrices with least eigenvalues -0.01, -0.05 and -1.5 the first is worst: -1/2 a point, relative to its entries."""
    grams = {
        0.0: 0.01 * np.array([[0.0, 1.0], [1.0, 0.0]]),
        1.0: 0.5 * np.array([[1.0, 1.1], [1.1, 1.0]]),
        2.0: np.kron(np.eye(2), [[-0.5, 1.0], [1.0, -0.5]]),
    }
    labels = iter([1.0, 0.0, 2.0, 2.0])
    kernel = lambda X, Z: grams[X[0, 0]]  # noqa: E731
    found = mercer.falsify(kernel, lambda n, rng: np.full((n, 1), next(labels)), sizes=(2, 4), tries=2, rng=rng)
    np.testing.assert_array_equal(found.points, np.zeros((2, 1)))
    assert found.value == pytest.approx(-0.01)
    np.testing.assert_allclose(np.abs(found.coefficients), np.sqrt(0.5))
