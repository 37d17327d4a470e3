"""The valley of global minima: walking along it, the pass between its two arms, and straight lines across."""

import numpy as np
from jaxtyping import Float, Num
from scipy.linalg import expm, polar, schur

from principles.landscape.critical import best_indices, critical_point, eigen
from principles.landscape.inputs import alike, invertible, pair, square
from principles.landscape.linear_network import Moments, best_B, product_loss
from principles.signatures import checked
from principles.validation import count, generator, number


@checked
def turn(C: Num[np.ndarray, "p p"], t: float) -> Float[np.ndarray, "p p"]:
    """A path of invertible matrices from I (t = 0) to C (t = 1), for det C > 0.

    Polar decomposition C = QS: the rotation Q grows from I along its logarithm, the stretch S along a straight line.

    Raises:
        ValueError: if det C ≤ 0; no such path exists.

    >>> np.round(turn(np.array([[0.0, -1.0], [1.0, 0.0]]), 0.5) * np.sqrt(2), 12).tolist()
    [[1.0, -1.0], [1.0, 1.0]]
    """
    C, t = square("C", C), number("t", t, least=0, most=1)
    if np.linalg.det(C) <= 0:
        raise ValueError(f"C must have positive determinant to be joined with the identity; det C = {np.linalg.det(C):.3g}")
    Q, S = polar(C)
    return expm(t * _logarithm(Q)) @ ((1 - t) * np.eye(len(C)) + t * S)


@checked
def along_the_valley(
    m: Moments, first: Num[np.ndarray, "p p"], last: Num[np.ndarray, "p p"], *, points: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Global minima (12.7) from C = `first` to C = `last`, all of the same loss (Fact 12.8).

    Args:
        m: sums over the data.
        first, last: invertible matrices whose determinants have the same sign.
        points: how many, both ends included.
    """
    first = invertible("first", first)
    relative = np.linalg.solve(first, invertible("last", last, size=len(first)))
    if np.linalg.det(relative) < 0:
        raise ValueError("first and last must have determinants of one sign; no valley floor joins the two arms")
    best = best_indices(m, len(first))
    return [critical_point(m, best, first @ turn(relative, t)) for t in np.linspace(0, 1, count("points", points, least=2))]


@checked
def straight_line(first: tuple[np.ndarray, np.ndarray], last: tuple[np.ndarray, np.ndarray], *, points: int) -> list[tuple]:
    """Pairs (A, B) on the straight segment between two pairs."""
    pair(*first)
    pair(*alike("last", last, "first", first))
    ts = np.linspace(0, 1, count("points", points, least=2))
    return [tuple((1 - t) * w + t * v for w, v in zip(first, last)) for t in ts]


@checked
def over_the_pass(m: Moments, p: int, *, points: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """From C = I to C = diag(1, ..., 1, -1): u_p turns through u_{p+1} to -u_p, with the best B at every angle.

    Args:
        m: sums over the data.
        p: hidden units, p < dy.
        points: how many, both ends included.
    """
    U, path = eigen(m)[1], []
    count("p", p, most=len(U) - 1)
    for θ in np.linspace(0, np.pi, count("points", points, least=2)):
        last = np.cos(θ) * U[:, p - 1] + np.sin(θ) * U[:, p]
        A = np.column_stack([U[:, : p - 1], last])
        path.append((A, best_B(m, A)))
    return path


@checked
def pass_height(m: Moments, p: int) -> float:
    """(λ_p - λ_{p+1}) / 2n, how far every path between the two arms of the valley must climb; λ_{d+1} = 0 (Fact 12.8).

    Args:
        m: sums over the data.
        p: hidden units, p ≤ dy.
    """
    λ = np.append(eigen(m)[0], 0.0)
    return float((λ[count("p", p, most=len(λ) - 1) - 1] - λ[p]) / (2 * m.n))


@checked
def losses(m: Moments, path: list[tuple[np.ndarray, np.ndarray]]) -> Float[np.ndarray, " points"]:
    """The loss at every pair (A, B) of a path."""
    return np.array([product_loss(m, np.matmul(*pair(A, B))) for A, B in path])


def flat_directions(A: Num[np.ndarray, "dy p"], B: Num[np.ndarray, "p dx"]) -> Float[np.ndarray, "params k"]:
    """The directions (A E, -E B) for all p² unit matrices E, along which C changes: one a column, B's entries first.

    The loss of every single sample is constant along them, at every point of weight space.
    """
    A, B = pair(A, B)
    p, columns = A.shape[1], []
    for E in np.eye(p * p).reshape(-1, p, p):
        columns.append(np.concatenate([(-E @ B).ravel(), (A @ E).ravel()]))
    return np.array(columns).T


@checked
def scattered_path(
    first: tuple[np.ndarray, np.ndarray], last: tuple[np.ndarray, np.ndarray], *, points: int, spread: float,
    rng: np.random.Generator,
) -> list[tuple]:  # fmt: skip
    """A random smooth path between two pairs: the straight line plus three sine waves with random amplitudes.

    Args:
        first, last: the ends (A, B).
        points: how many, both ends included.
        spread: standard deviation of the amplitudes.
        rng: a numpy generator.
    """
    alike("last", last, "first", first)
    number("spread", spread, least=0)
    waves = [[spread * generator("rng", rng).normal(size=w.shape) for w in first] for _ in range(3)]
    ts, path = np.linspace(0, 1, count("points", points, least=2)), straight_line(first, last, points=points)
    bumps = [[sum(np.sin((k + 1) * np.pi * t) * wave[i] for k, wave in enumerate(waves)) for i in (0, 1)] for t in ts]
    return [tuple(w + b for w, b in zip(pair, bump)) for pair, bump in zip(path, bumps)]


def _logarithm(Q):
    """A real K = -Kᵀ with expm(K) = Q, also where Q turns planes by 180°, which a principal logarithm leaves out."""
    T, Z = schur(Q, output="real")
    blocks = [i for i in range(len(Q) - 1) if abs(T[i + 1, i]) > 1e-12]
    flips = [i for i in range(len(Q)) if i not in blocks and i - 1 not in blocks and T[i, i] < 0]
    K = np.zeros(Q.shape)
    for i, j in [(i, i + 1) for i in blocks] + list(zip(flips[::2], flips[1::2])):
        angle = np.arctan2(T[j, i], T[i, i]) if j == i + 1 and i in blocks else np.pi
        K[j, i], K[i, j] = angle, -angle
    return Z @ K @ Z.T
