"""The dual view: a perceptron remembered by how often each sample was a mistake.

α^i counts the mistakes on sample i. Scores need inner products between inputs only, so replacing
them by a kernel trains the perceptron in the kernel's feature space without visiting it.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Num

from principles import validation
from principles.kernels import functions
from principles.linear_models.perceptron import _is_mistake, visits
from principles.signatures import checked

MACHINE_STEPS = 1_000_000  # of scikit-learn's solver; the book's own data need a few thousand


@dataclass(frozen=True)
class DualRun:
    """A kernel perceptron's training.

    Attributes:
        alpha: (n,), how often each sample was a mistake.
        scores: (iterations,), Σ_i α^i y^i k(x^i, x) when the sample was met.
        mistakes: (updates,), the sample of each update, in order.
        when: (updates,), the iteration of each update, counted from 1.
        evaluations: how many values of the kernel were computed during training.
    """

    alpha: Int[np.ndarray, " n"]
    scores: Float[np.ndarray, " iterations"]
    mistakes: Int[np.ndarray, " updates"]
    when: Int[np.ndarray, " updates"]
    evaluations: int

    @property
    def updates(self) -> int:
        """How many mistakes were made."""
        return len(self.mistakes)


@checked
def weights(
    alpha: Int[np.ndarray, " n"],
    y: Float[np.ndarray, " n"],
    X: Float[np.ndarray, "n d"],
    *,
    start: Float[np.ndarray, " d"] | None = None,
) -> Float[np.ndarray, " d"]:
    """The perceptron's weights from its mistake counts, w = Σ_i α^i y^i x^i + w_0 (3.2).

    Args:
        alpha: α^i, how often sample i was a mistake.
        y: labels, -1 or +1.
        X: inputs, or their features, a row a sample.
        start: w_0; zero if not given.

    Raises:
        ValueError: if shapes disagree or labels are not ±1.

    >>> weights(np.array([2, 1]), np.array([1.0, -1.0]), np.eye(2))
    array([ 2., -1.])
    """
    alpha, y, X = _dual(alpha, y, X)
    w0 = np.zeros(X.shape[1]) if start is None else validation.array("start", start, shape=(X.shape[1],))
    return (alpha * y) @ X + w0  # (3.2)


@checked
def linear_scores(
    X_new: Float[np.ndarray, "m d"], alpha: Int[np.ndarray, " n"], y: Float[np.ndarray, " n"], X: Float[np.ndarray, "n d"]
) -> Float[np.ndarray, " m"]:
    """The perceptron's score from inner products of inputs, ŷ = Σ_i α^i y^i x^i·x (3.3).

    Args:
        X_new: inputs to score.
        alpha: mistake counts of the training samples.
        y: their labels, -1 or +1.
        X: their inputs.

    Raises:
        ValueError: if shapes disagree or labels are not ±1.

    >>> linear_scores(np.array([[1.0, 1.0]]), np.array([2, 1]), np.array([1.0, -1.0]), np.eye(2))
    array([1.])
    """
    alpha, y, X = _dual(alpha, y, X)
    X_new = validation.array("X_new", X_new, shape=(None, X.shape[1]))
    return (X_new @ X.T) @ (alpha * y)  # (3.3)


@checked
def scores(K: Float[np.ndarray, "n m"], alpha: Int[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, " m"]:
    """The kernel perceptron's score of m inputs, Σ_i α^i y^i k(x^i, x).

    Args:
        K: k(x^i, x), a row a training sample, a column an input.
        alpha: mistake counts of the training samples.
        y: their labels, -1 or +1.

    Raises:
        ValueError: if shapes disagree or labels are not ±1.
    """
    alpha, y, K = _dual(alpha, y, K)
    return (alpha * y) @ K


@checked
def predict(K: Float[np.ndarray, "n m"], alpha: Int[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> Float[np.ndarray, " m"]:
    """The sign of `scores`, with sign(0) = +1."""
    return np.where(scores(K, alpha, y) >= 0, 1.0, -1.0)


@checked
def train(
    G: Float[np.ndarray, "n n"], y: Float[np.ndarray, " n"], *, order: Int[np.ndarray, " iterations"], ties: str = "mistake"
) -> DualRun:
    """The kernel perceptron on a Gram matrix: add 1 to α of every sample that is a mistake.

    Each iteration reads one column of G, n products. All n² kernel values are computed beforehand.

    Args:
        G: Gram matrix, as `functions.gram` makes it.
        y: labels, -1 or +1.
        order: the sample of each iteration.
        ties: see `perceptron.is_mistake`.

    Raises:
        ValueError: if `G` is not (n, n) and symmetric, labels are not ±1, or `order` names no sample.

    >>> train(np.eye(2), np.array([1.0, -1.0]), order=np.array([0, 1, 0])).alpha
    array([1, 1])
    """
    y = validation.signs("y", y)
    G = functions.symmetric("G", validation.array("G", G, shape=(len(y), len(y))))
    return _train(lambda i: G[:, i], y, order, ties, evaluations=lambda: G.size)


@checked
def train_without_gram(
    kernel: Callable,
    X: Float[np.ndarray, "n d"],
    y: Float[np.ndarray, " n"],
    *,
    order: Int[np.ndarray, " iterations"],
    ties: str = "mistake",
) -> DualRun:
    """The kernel perceptron that computes the n kernel values it needs anew at each iteration.

    Args:
        kernel: a function of two sets of inputs, as in `functions`.
        X: inputs, a row a sample.
        y: labels, -1 or +1.
        order: the sample of each iteration.
        ties: see `perceptron.is_mistake`.

    Raises:
        ValueError: as for `train`, and if a kernel value is not finite.
    """
    if not callable(kernel):
        raise TypeError(f"kernel must be a function of two sets of inputs; got {kernel!r}")
    X = validation.array("X", X, ndim=2)
    y = validation.same_length("y", validation.signs("y", y), "X", X)
    computed = [0]

    def column(i):
        values = validation.array("kernel(X, x)", kernel(X, X[i : i + 1]), shape=(len(X), 1))[:, 0]
        computed[0] += values.size
        return values

    return _train(column, y, order, ties, evaluations=lambda: computed[0])


@checked
def machine(G: Float[np.ndarray, "n n"], y: Num[np.ndarray, " n"], *, C: float = 1.0):
    """scikit-learn's support vector machine, `SVC`, fitted to a Gram matrix.

    Args:
        G: Gram matrix.
        y: labels, of two classes at least.
        C: what a violated margin costs.

    Raises:
        ValueError: if `G` is not (n, n) and symmetric, there is one class, or the solver does not converge,
            as where the entries of `G` are many orders of magnitude above 1.

    >>> machine(np.eye(2), np.array([1.0, -1.0])).predict(np.eye(2))
    array([ 1., -1.])
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import SVC

    G = functions.symmetric("G", validation.array("G", G, shape=(len(y), len(y))))
    if len(np.unique(y)) < 2:
        raise ValueError(f"y must hold labels of two classes at least; got {y[0]:g} only")
    machine = SVC(kernel="precomputed", C=validation.number("C", C, above=0), max_iter=MACHINE_STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(G, y)
    if machine.fit_status_:
        raise ValueError(f"G must let the solver converge in {MACHINE_STEPS} steps; its largest entry is {np.abs(G).max():.3g}")
    return machine


def _train(column, y, order, ties, *, evaluations):
    order, signed = visits(order, len(y)), np.zeros(len(y))
    met, when = [], []
    for t, i in enumerate(order, 1):
        met.append(signed @ column(i))  # signed = α ⊙ Y
        if _is_mistake(met[-1], y[i], ties):
            signed[i] += y[i]
            when.append(t)
    updated = np.array(when, dtype=int)
    mistakes = order[updated - 1]
    return DualRun(np.bincount(mistakes, minlength=len(y)), np.array(met), mistakes, updated, evaluations())


def _dual(alpha, y, rows):
    rows = validation.array("X", rows, ndim=2)
    y = validation.same_length("y", validation.signs("y", y), "X", rows)
    alpha = validation.same_length("alpha", validation.array("alpha", alpha, ndim=1), "X", rows)
    if (alpha < 0).any():
        raise ValueError(f"alpha must count mistakes; entry {alpha.argmin()} is {alpha.min():g}")
    return alpha, y, rows
