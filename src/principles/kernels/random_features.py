"""Random features: a kernel from random numbers, and a linear classifier on top of them.

The frequencies are the columns of S. A phase is the weight of an appended 1
(`with_one`), so (3.9) covers it: S then has d + 1 rows.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Num
from scipy.optimize import linprog

from principles.signatures import checked
from principles.validation import array, count, generator, number, same_length, signs


def with_one(X: Num[np.ndarray, "n d"]) -> Float[np.ndarray, "n d+1"]:
    """The inputs with a 1 appended, whose weight is an offset or a phase.

    >>> with_one(np.array([[2.0, 3.0]]))
    array([[2., 3., 1.]])
    """
    X = array("X", X, ndim=2)
    return np.hstack([X, np.ones((len(X), 1))])


@checked
def features(X: Num[np.ndarray, "n d"], S: Num[np.ndarray, "d p"], *, activation: Callable = np.cos) -> Float[np.ndarray, "n p"]:
    """φ(x) = σ(Sᵀx), one row a sample (3.9).

    Args:
        X: inputs.
        S: the feature matrix, one column a feature.
        activation: σ, applied to each entry.

    Raises:
        ValueError: if S has not a row for each input dimension, or σ does not keep the shape.

    >>> features(np.array([[0.0]]), np.array([[5.0]]))
    array([[1.]])
    """
    X = array("X", X, ndim=2)
    S = array("S", S, shape=(X.shape[1], None))
    Φ = np.asarray(activation(X @ S))  # (3.9)
    if Φ.shape != (len(X), S.shape[1]):
        raise ValueError(f"activation must act on each entry; it turned shape {(len(X), S.shape[1])} into {Φ.shape}")
    return Φ


def gaussian_frequencies(d: int, p: int, *, width: float, rng: np.random.Generator) -> Float[np.ndarray, "d p"]:
    """S with columns ω ~ N(0, I/width²), the law whose Fourier transform is the Gaussian kernel (no phases).

    Source: Rahimi and Recht (2008).
    """
    shape = count("d", d), count("p", p)
    return generator("rng", rng).standard_normal(shape) / number("width", width, above=0)


def with_phases(S: Num[np.ndarray, "d p"], *, rng: np.random.Generator) -> Float[np.ndarray, "d+1 p"]:
    """S with a row of phases b ~ U[0, 2π) below, for inputs that carry a 1 (`with_one`)."""
    S = array("S", S, ndim=2)
    return np.vstack([S, generator("rng", rng).uniform(0, 2 * np.pi, (1, S.shape[1]))])


@checked(sizes=True)
def kernel_estimate(X: Num[np.ndarray, "n d"], X2: Num[np.ndarray, "m d"], S: Num[np.ndarray, "e p"]) -> Float[np.ndarray, "n m"]:
    """(2/p) Σ_m cos(ω_m·x + b_m) cos(ω_m·x' + b_m), which tends to E cos(ω·(x - x')); behind Figure 3.2.

    Args:
        X: inputs without the appended 1.
        X2: likewise.
        S: frequencies with phases in the last row, (d + 1, p).
    """
    left, right = (features(with_one(x), S) for x in (X, X2))
    return 2 / left.shape[1] * left @ right.T


@checked
def kernel_moments(
    X: Num[np.ndarray, "n d"],
    X2: Num[np.ndarray, "m d"],
    *,
    p: int,
    repeats: int,
    width: float,
    phases: bool = True,
    rng: np.random.Generator,
) -> tuple[Float[np.ndarray, "n m"], Float[np.ndarray, "n m"]]:
    """The kernel estimate with p Gaussian frequencies, averaged over fresh draws of S, and the standard error of that average.

    Args:
        X: inputs.
        X2: inputs.
        p: features a draw.
        repeats: draws of S.
        width: of the Gaussian kernel.
        phases: whether the cosines get random phases; without, they start at zero.
        rng: a numpy generator.
    """
    X = array("X", X, ndim=2)
    X2 = array("X2", X2, shape=(None, X.shape[1]))
    estimates = np.empty((count("repeats", repeats, least=2), len(X), len(X2)))
    for r in range(repeats):
        S = gaussian_frequencies(X.shape[1], p, width=width, rng=rng)
        S = with_phases(S, rng=rng) if phases else np.vstack([S, np.zeros(p)])
        estimates[r] = kernel_estimate(X, X2, S)
    return estimates.mean(axis=0), estimates.std(axis=0, ddof=1) / np.sqrt(repeats)


@checked
def estimation_errors(
    X: Num[np.ndarray, "n d"],
    K: Num[np.ndarray, "n n"],
    *,
    sizes: list[int],
    repeats: int,
    width: float,
    rng: np.random.Generator,
) -> Float[np.ndarray, "s r"]:
    """Root-mean-square error of the estimated Gram matrix, for each number of features (rows) and each draw (columns).

    Args:
        X: inputs.
        K: their exact Gram matrix.
        sizes: numbers of features p.
        repeats: draws of S for each.
        width: of the Gaussian kernel.
        rng: a numpy generator.
    """
    X = array("X", X, ndim=2)
    K = array("K", K, shape=(len(X), len(X)))
    errors = np.empty((len(sizes), count("repeats", repeats)))
    for row, p in zip(errors, sizes):
        for r in range(repeats):
            S = with_phases(gaussian_frequencies(X.shape[1], p, width=width, rng=rng), rng=rng)
            row[r] = np.sqrt(((kernel_estimate(X, X, S) - K) ** 2).mean())
    return errors


@checked
def rank_one_terms(X: Num[np.ndarray, "n d"], S: Num[np.ndarray, "e p"]) -> Float[np.ndarray, "p n n"]:
    """The p matrices 2 φ_m φ_mᵀ, each of rank one, whose average is the kernel estimate: Figure 3.2."""
    Φ = features(with_one(X), S)
    return 2 * np.einsum("im,jm->mij", Φ, Φ)


@checked
def gabor(
    X: Num[np.ndarray, "n d"], X2: Num[np.ndarray, "m d"], *, width: float, frequency: Num[np.ndarray, " d"]
) -> Float[np.ndarray, "n m"]:
    """exp(-‖x - x'‖²/(2 width²)) cos(frequency·(x - x')), the Gabor-like kernel of Figure 3.2.

    Its features are those of the Gaussian kernel with the frequencies shifted by `frequency`.
    """
    X = array("X", X, ndim=2)
    X2 = array("X2", X2, shape=(None, X.shape[1]))
    difference = X[:, None] - X2[None]
    envelope = np.exp(-(difference**2).sum(axis=-1) / (2 * number("width", width, above=0) ** 2))
    return envelope * np.cos(difference @ array("frequency", frequency, shape=(X.shape[1],)))


@checked
def classify(Phi: Num[np.ndarray, "n p"], w: Num[np.ndarray, " p"]) -> Float[np.ndarray, " n"]:
    """sign(wᵀσ(Sᵀx)) for features `Phi` computed before, with sign(0) = +1 (3.10).

    >>> classify(np.array([[1.0, 2.0], [1.0, -2.0]]), np.array([0.0, 1.0]))
    array([ 1., -1.])
    """
    Φ = array("Phi", Phi, ndim=2)
    return np.where(Φ @ array("w", w, shape=(Φ.shape[1],)) >= 0, 1.0, -1.0)  # (3.10)


@checked
def objective(
    w: Num[np.ndarray, " p"], Phi: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], *, margin: float = 1.0, penalty: float = 0.0
) -> float:
    """The mean hinge loss (1/n) Σ max(0, margin - y^i ŷ^i) that (3.11) minimises, plus penalty/2 ‖w‖².

    Args:
        w: weights.
        Phi: features, a row a sample.
        y: labels, each -1 or +1.
        margin: 1 for the hinge loss; 0 gives the perceptron's loss, which w = 0 minimises.
        penalty: strength of the ridge.

    >>> objective(np.zeros(1), np.ones((2, 1)), np.array([1.0, -1.0]))
    1.0
    """
    Φ, y = array("Phi", Phi, ndim=2), same_length("y", signs("y", y), "Phi", Phi)
    w = array("w", w, shape=(Φ.shape[1],))
    loss = np.maximum(0.0, number("margin", margin, least=0) - y * (Φ @ w)).mean()  # (3.11)
    return float(loss + number("penalty", penalty, least=0) / 2 * w @ w)


@checked
def fit(
    Phi: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"], *, penalty: float, passes: int, rng: np.random.Generator
) -> Float[np.ndarray, " p"]:
    """Minimise (3.11), with a ridge, by stochastic gradient descent on one sample at a time.

    Steps fall like 1/(penalty · t), so that the shrinking by the ridge leaves w as a sum of the samples whose
    loss was positive, over the time; the weights returned are the average over the last half.

    Args:
        Phi: features, a row a sample.
        y: labels, each -1 or +1.
        penalty: strength of the ridge, above 0.
        passes: how often each sample is seen.
        rng: a numpy generator, for the order.

    Source: Shalev-Shwartz, Singer, Srebro and Cotter (2011), with averaging.
    """
    Φ, y = array("Phi", Phi, ndim=2), same_length("y", signs("y", y), "Phi", Phi)
    penalty, n = number("penalty", penalty, above=0), len(y)
    order = np.concatenate([generator("rng", rng).permutation(n) for _ in range(count("passes", passes))])
    clock = (Φ**2).sum(axis=1).mean() + penalty * np.arange(len(order))  # steps are 1/clock, the first about 1/‖φ‖²
    signed, total, violated = list(y[:, None] * Φ), np.zeros(Φ.shape[1]), []
    for t, i in enumerate(order.tolist()):
        if t == 0 or signed[i] @ total < clock[t - 1]:  # w = total / clock[t - 1] after t steps, and 0 at first
            total += signed[i]
            violated.append(t)
    half = len(order) // 2
    shares = np.append(np.zeros(half), 1 / clock[half:]) / (len(order) - half)  # the average takes w of the last half
    counted = np.bincount(order[violated], weights=shares[::-1].cumsum()[::-1][violated], minlength=n)
    return (counted * y) @ Φ


@checked
def held_out_errors(
    train_set: tuple[np.ndarray, np.ndarray],
    test_set: tuple[np.ndarray, np.ndarray],
    *,
    sizes: list[int],
    repeats: int,
    width: float,
    passes: int,
    rng: np.random.Generator,
) -> Float[np.ndarray, "s r"]:
    """Error on held-out data of `fit` on random Fourier features, for each number of features (rows) and each draw (columns).

    The features carry √(2/p) and the ridge is 1e-5.

    Args:
        train_set: inputs and labels.
        test_set: inputs and labels, held out.
        sizes: numbers of features p.
        repeats: draws of S for each.
        width: of the Gaussian kernel that the features estimate.
        passes: of `fit` through the training data.
        rng: a numpy generator.
    """
    (X, y), (X_test, y_test) = train_set, test_set
    y_test = same_length("test labels", signs("test labels", y_test), "test inputs", X_test)
    errors = np.empty((len(sizes), count("repeats", repeats)))
    for row, p in zip(errors, sizes):
        for r in range(repeats):
            S = with_phases(gaussian_frequencies(X.shape[1], p, width=width, rng=rng), rng=rng)
            Φ, Φ_test = (np.sqrt(2 / p) * features(with_one(x), S) for x in (X, X_test))
            w = fit(Φ, y, penalty=1e-5, passes=passes, rng=rng)
            row[r] = (classify(Φ_test, w) != y_test).mean()
    return errors


@checked
def minimum(Phi: Num[np.ndarray, "n p"], y: Num[np.ndarray, " n"]) -> tuple[Float[np.ndarray, " p"], float]:
    """A minimiser of (3.11) without ridge and the minimum itself, exactly, as a linear programme.

    Minimise (1/n) Σ ξ_i subject to ξ_i ≥ 1 - y^i wᵀφ(x^i) and ξ_i ≥ 0. Meant for small problems.
    """
    Φ, y = array("Phi", Phi, ndim=2), same_length("y", signs("y", y), "Phi", Phi)
    n, p = Φ.shape
    cost = np.concatenate([np.zeros(p), np.full(n, 1 / n)])
    constraints = -np.hstack([y[:, None] * Φ, np.eye(n)])
    solution = linprog(cost, A_ub=constraints, b_ub=-np.ones(n), bounds=[(None, None)] * p + [(0, None)] * n)
    return solution.x[:p], float(solution.fun)
