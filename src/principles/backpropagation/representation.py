"""What a trained network has learned: its kernel, what excites its units, and its reuse."""

import numpy as np
from jaxtyping import Float, Int

from principles import validation
from principles.backpropagation.network import Network, features, pre_activations
from principles.signatures import checked


@checked
def kernel(net: Network, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n n"]:
    """cos of the angle between σ(h^L)(x) and σ(h^L)(x'): the kernel that the features induce (Section 4.1).

    Args:
        net: the network.
        X: inputs, a row a sample.
    """
    φ = features(net, X)
    lengths = np.linalg.norm(φ, axis=1, keepdims=True)
    if not lengths.all():
        raise ValueError(f"net must give every input a feature that is not zero; row {int(lengths.argmin())} of X has none")
    φ = φ / lengths
    return φ @ φ.T


@checked
def alignment(K: Float[np.ndarray, "n n"], labels: Int[np.ndarray, " n"]) -> float:
    """Correlation of a kernel with the ideal one, 1 for two samples of a class and 0 otherwise, after centring both.

    Args:
        K: Gram matrix.
        labels: class of each sample.

    Source: Cortes, Mohri and Rostamizadeh (2012).

    >>> round(alignment(np.eye(2).repeat(2, 0).repeat(2, 1), np.array([0, 0, 1, 1])), 12)
    1.0
    """
    K = validation.array("K", K, shape=(len(labels), len(labels)))
    ideal = (labels[:, None] == labels[None]).astype(float)
    centre = np.eye(len(K)) - 1 / len(K)
    A, B = centre @ K @ centre, centre @ ideal @ centre
    lengths = np.sqrt((A**2).sum() * (B**2).sum())
    if not lengths > 0:
        raise ValueError("K and labels must vary: a constant kernel, or a single class, is aligned with nothing")
    return float((A * B).sum() / lengths)


@checked
def most_exciting(net: Network, X: Float[np.ndarray, "n d"], *, layer: int, count: int) -> Int[np.ndarray, "p count"]:
    """For each unit of a hidden layer, which inputs give it its largest pre-activation, (4.3), largest first.

    Args:
        net: the network.
        X: inputs, a row a sample.
        layer: l, from 1.
        count: how many inputs a unit.
    """
    validation.count("layer", layer, most=len(net.S))
    validation.count("count", count, most=len(X))
    h = pre_activations(net, X)[layer - 1]
    return np.argsort(-h, axis=0, kind="stable")[:count].T


@checked
def refit(φ: Float[np.ndarray, "n p"], codes: Float[np.ndarray, "n C"], *, penalty: float) -> Float[np.ndarray, "p C"]:
    """The v that minimises |φ v - codes|² + penalty |v|²: the last layer, anew, for features that stay (Section 4.1.1).

    Args:
        φ: features, a row a sample.
        codes: targets; ±1 codes of the classes for a classifier.
        penalty: weight of |v|², above zero.
    """
    φ, codes = validation.array("φ", φ, ndim=2), validation.array("codes", codes, ndim=2)
    validation.same_length("φ", φ, "codes", codes)
    penalty = validation.number("penalty", penalty, above=0)
    return np.linalg.solve(φ.T @ φ + penalty * np.eye(φ.shape[1]), φ.T @ codes)


@checked
def one_versus_rest(labels: Int[np.ndarray, " n"], *, classes: int) -> Float[np.ndarray, "n C"]:
    """C binary problems out of one with C classes: column c is +1 where the label is c, else -1 (Section 4.1.1).

    Args:
        labels: class of each sample, 0, ..., C - 1.
        classes: C.

    Raises:
        ValueError: if a label is not among the classes.

    >>> one_versus_rest(np.array([0, 2]), classes=3).tolist()
    [[1.0, -1.0, -1.0], [-1.0, -1.0, 1.0]]
    """
    classes = validation.count("classes", classes, least=2)
    wrong = np.flatnonzero((labels < 0) | (labels >= classes) | (labels % 1 != 0))
    if wrong.size:
        raise ValueError(f"labels must lie in 0, ..., {classes - 1}; entry {wrong[0]} is {labels[wrong[0]]}")
    return 2.0 * np.eye(classes)[labels.astype(int)] - 1.0


@checked(sizes=True)
def few_label_accuracy(
    φ: Float[np.ndarray, "n p"],
    labels: Int[np.ndarray, " n"],
    φ_test: Float[np.ndarray, "m p"],
    labels_test: Int[np.ndarray, " m"],
    *,
    per_class: int,
    penalty: float,
    trials: int,
    rng: np.random.Generator,
) -> float:
    """Accuracy of a refitted last layer that sees only `per_class` labels of each class, averaged over draws of them.

    Args:
        φ, labels: pool to draw the labelled samples from, classes 0, ..., C - 1.
        φ_test, labels_test: held-out samples.
        per_class: labels a class.
        penalty: for `refit`, with features scaled to mean square length 1.
        trials: how many draws.
        rng: a numpy generator.
    """
    validation.same_length("φ", φ, "labels", labels)
    validation.same_length("φ_test", φ_test, "labels_test", labels_test)
    classes, scores = int(labels.max()) + 1, []
    validation.count("per_class", per_class, most=int(np.bincount(labels).min()))
    for _ in range(validation.count("trials", trials)):
        chosen = np.concatenate([rng.choice(np.flatnonzero(labels == c), per_class, replace=False) for c in range(classes)])
        scale = np.sqrt((φ[chosen] ** 2).sum(axis=1).mean())
        v = refit(φ[chosen] / scale, one_versus_rest(labels[chosen], classes=classes), penalty=penalty)
        scores.append(np.mean((φ_test @ v).argmax(axis=1) == labels_test))
    return float(np.mean(scores))
