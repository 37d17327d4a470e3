"""How good are samples? Numbers for a set of generated samples beside a set of real ones.

None of them alone is enough: a model that hands out its training data does as well as real data in
Fréchet distance, precision and recall, and only the nearest-neighbour measures find it out.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.spatial.distance import cdist

from principles.signatures import checked
from principles.validation import array, count, distribution, generator, number, same_length
from principles.variational.denoiser import linear


@dataclass(frozen=True)
class Quality:
    """The measures of one set of samples against real data.

    Attributes:
        frechet: Fréchet distance of the classifier's features; 0 is best.
        precision: share of samples that fall among the real data.
        recall: share of real data that fall among the samples.
        imbalance: total variation distance between the shares of the classes.
        nearest: median distance to the nearest training row.
        copying: share of samples nearer to the training rows than to as many other real rows; 0.5 for fresh data.
    """

    frechet: float
    precision: float
    recall: float
    imbalance: float
    nearest: float
    copying: float


class Classifier(torch.nn.Module):
    """Two hidden layers and a linear read-out; the second hidden layer is the space of features.

    Args:
        inputs, width, features, classes: sizes of the layers.
        rng: for the initial weights.
    """

    def __init__(self, inputs, *, width, features, classes, rng):
        super().__init__()
        self.first = linear(inputs, width, rng=rng, scale=np.sqrt(2))
        self.second = linear(width, features, rng=rng, scale=np.sqrt(2))
        self.read = linear(features, classes, rng=rng)

    def embed(self, x):
        """The features of each row."""
        return torch.nn.functional.silu(self.second(torch.nn.functional.silu(self.first(x))))

    def forward(self, x):
        """A score for each class."""
        return self.read(self.embed(x))


@checked(counts=("features", "width"))
def train_classifier(
    X: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    rng: np.random.Generator,
    steps: int = 600,
    batch: int = 128,
    rate: float = 5e-3,
    width: int = 64,
    features: int = 24,
) -> Classifier:
    """A classifier trained by Adam on the cross-entropy with weight decay, the step falling to zero.

    Args:
        X, y: training rows and their labels 0, 1, ...
        rng: for the initial weights and the batches.
        steps, batch, rate: of the optimiser.
        width, features: sizes of the hidden layers.
    """
    X, y, rng = array("X", X, ndim=2), _labels("y", same_length("y", y, "X", X)), generator("rng", rng)
    steps, batch, rate = count("steps", steps), count("batch", batch), number("rate", rate, above=0)
    model = Classifier(X.shape[1], width=width, features=features, classes=int(y.max()) + 1, rng=rng)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.1)
    inputs, labels = torch.from_numpy(X), torch.from_numpy(y)
    for k in range(steps):
        optimizer.param_groups[0]["lr"] = rate * 0.5 * (1 + np.cos(np.pi * k / steps))
        chosen = torch.from_numpy(rng.integers(len(X), size=batch))
        loss = torch.nn.functional.cross_entropy(model(inputs[chosen]), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


@checked
@torch.no_grad()
def embed(classifier: Classifier, X: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n features"]:
    """The classifier's features of each row."""
    X = array("X", X, shape=(None, classifier.first.in_features))
    return classifier.embed(torch.from_numpy(X)).numpy()


@checked
@torch.no_grad()
def classify(classifier: Classifier, X: Float[np.ndarray, "n d"]) -> Int[np.ndarray, " n"]:
    """The class that the classifier gives to each row."""
    X = array("X", X, shape=(None, classifier.first.in_features))
    return classifier(torch.from_numpy(X)).argmax(dim=1).numpy()


@checked
def frechet(A: Float[np.ndarray, "n k"], B: Float[np.ndarray, "m k"]) -> float:
    """‖μ_A - μ_B‖² + tr(Σ_A + Σ_B - 2 (Σ_A Σ_B)^½), the squared Wasserstein distance of two Gaussians fitted to features.

    Few rows bias it upwards, also for two samples of one law: compare only sets of equal size.

    Args:
        A, B: features, a row a sample.

    Source: Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter (2017).

    >>> frechet(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]]))
    9.0
    """
    A, B = array("A", A, ndim=2), array("B", B, ndim=2)
    if min(len(A), len(B)) < 2 or A.shape[1] != B.shape[1]:
        raise ValueError(f"A and B must have two rows or more and as many columns as one another; got {A.shape} and {B.shape}")
    Σ, Λ = np.atleast_2d(np.cov(A.T)), np.atleast_2d(np.cov(B.T))
    values, vectors = np.linalg.eigh(Σ)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ Λ @ root), 0)).sum()
    return float(((A.mean(axis=0) - B.mean(axis=0)) ** 2).sum() + np.trace(Σ) + np.trace(Λ) - 2 * cross)


@checked(sizes=True)
def coverage(points: Float[np.ndarray, "n k"], by: Float[np.ndarray, "m k"], *, neighbours: int = 3) -> float:
    """The share of `points` inside a ball around some row of `by` that reaches to that row's k-th neighbour.

    With `points` samples and `by` real data this is precision; the other way round it is recall.

    Source: Kynkäänniemi, Karras, Laine, Lehtinen and Aila (2019).
    """
    k = count("neighbours", neighbours, most=len(by) - 1)
    radius = np.sort(distances(by, by), axis=1)[:, k]
    return float((distances(points, by) <= radius).any(axis=1).mean())


def class_shares(labels: Int[np.ndarray, " n"], *, classes: int) -> Float[np.ndarray, " classes"]:
    """The share of each class 0 ... classes - 1 among the labels."""
    labels, classes = _labels("labels", labels), count("classes", classes)
    if labels.max() >= classes:
        raise ValueError(f"labels must lie below the number of classes, {classes}; the largest is {labels.max()}")
    return np.bincount(labels, minlength=classes) / len(labels)


def imbalance(p: Float[np.ndarray, " k"], q: Float[np.ndarray, " k"]) -> float:
    """Total variation distance of two sets of shares: the part that would have to change class."""
    p = distribution("p", p)
    return float(np.abs(p - distribution("q", array("q", q, shape=p.shape))).sum() / 2)


@checked(sizes=True)
def nearest(points: Float[np.ndarray, "n d"], among: Float[np.ndarray, "m d"]) -> Float[np.ndarray, " n"]:
    """The distance from each point to the nearest row of `among`."""
    return distances(points, among).min(axis=1)


@checked(sizes=True)
def copying(points: Float[np.ndarray, "n d"], train: Float[np.ndarray, "m d"], other: Float[np.ndarray, "m d"]) -> float:
    """The share of points that lie nearer to the training rows than to as many other real rows.

    Fresh data give 0.5, copies of the training rows 1. Ties count one half.

    Source: after Meehan, Chaudhuri and Dasgupta (2020).
    """
    same_length("other", other, "train", train)
    gap = nearest(points, other) - nearest(points, train)
    return float((gap > 0).mean() + 0.5 * (gap == 0).mean())


def distances(A: Float[np.ndarray, "n d"], B: Float[np.ndarray, "m d"]) -> Float[np.ndarray, "n m"]:
    """Euclidean distances between the rows of A and of B, exactly 0 for equal rows."""
    A = array("A", A, ndim=2)
    return cdist(A, array("B", B, shape=(None, A.shape[1])))


@checked(sizes=True)
def judge(
    samples: Float[np.ndarray, "n d"],
    *,
    real: Float[np.ndarray, "m d"],
    train: Float[np.ndarray, "k d"],
    classifier: Classifier,
    neighbours: int = 3,
) -> Quality:
    """Every measure of one set of samples.

    Args:
        samples: generated rows.
        real: held-out rows, which neither the model nor the classifier has seen.
        train: the rows that the model was trained on, at least as many as `real`.
        classifier: gives the features and the classes.
        neighbours: k of precision and recall.
    """
    number("the training rows per held-out row", len(train) / len(real), least=1)
    ours, theirs = embed(classifier, samples), embed(classifier, real)
    classes = classifier.read.out_features
    shares = [class_shares(classify(classifier, rows), classes=classes) for rows in (samples, real)]
    return Quality(
        frechet(ours, theirs),
        coverage(ours, theirs, neighbours=neighbours),
        coverage(theirs, ours, neighbours=neighbours),
        imbalance(*shares),
        float(np.median(nearest(samples, train))),
        copying(samples, train[: len(real)], real),
    )


def _labels(name, value):
    value = np.asarray(value)
    if value.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole numbers; got dtype {value.dtype}")
    if value.ndim != 1 or value.size == 0 or value.min() < 0:
        raise ValueError(f"{name} must be a row of labels 0, 1, ...; got shape {value.shape}, least {value.min(initial=0)}")
    return value.astype(np.int64)
