"""What label smoothing does to a network on real digits with some wrong labels, and to independent answers."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Num

from principles import data, validation
from principles.losses import binary, smoothing, softmax, training
from principles.signatures import checked


@dataclass(frozen=True)
class Confidence:
    """Averages on held-out digits, an entry a seed.

    Args:
        error: share of wrong labels.
        loss: mean cross-entropy.
        confidence: mean probability of the predicted class.
        lead: largest amount by which a training sample's largest logit leads the mean of its others.
    """

    error: np.ndarray
    loss: np.ndarray
    confidence: np.ndarray
    lead: np.ndarray


def leads(logits: Num[np.ndarray, "n m"]) -> Float[np.ndarray, " n"]:
    """By how much the largest logit of each row leads the mean of the others.

    >>> leads(np.array([[1.0, 5.0, 2.0]]))
    array([3.5])
    """
    ŷ = validation.array("logits", logits, shape=(None, None))
    others = validation.count("the number of classes", ŷ.shape[1], least=2) - 1
    return (ŷ.max(axis=1, keepdims=True) - ŷ).sum(axis=1) / others


@checked(counts=("n",), unsigned=("wrong",))
def smoothing_experiment(epsilon: float, *, n: int, wrong: float, seeds: int, steps: int) -> Confidence:
    """Train on n digits, a share of whose labels is drawn anew, with smoothed labels; look at clean held-out digits.

    Args:
        epsilon: of the smoothing, 0 for none.
        n: training digits.
        wrong: share of training labels replaced by random ones.
        seeds: number of splits.
        steps: updates of each network.
    """
    rows, digits = [], data.digits()
    for seed in range(validation.count("seeds", seeds)):
        rng = np.random.default_rng(seed)
        train, test = data.split(digits, test=len(digits) - n, rng=rng)
        labels = np.where(rng.random(n) < wrong, rng.integers(10, size=n), train.y)
        targets = smoothing.smooth(labels, 10, epsilon=epsilon)
        net = training.train(train.X, targets, hidden=(128,), steps=steps, rng=np.random.default_rng(seed))
        ŷ, known = training.predict(net, test.X), training.predict(net, train.X)
        log_p = softmax.log_softmax(ŷ)
        loss, sure = softmax.cross_entropy(ŷ, test.y).mean(), np.exp(log_p.max(axis=1)).mean()
        rows.append([(softmax.classify(log_p) != test.y).mean(), loss, sure, leads(known).max()])
    return Confidence(*np.transpose(rows))


@checked(counts=("n",), naturals=("seed",))
def how_many_classes(*, n: int, seed: int, steps: int) -> dict[str, np.ndarray]:
    """How many classes each of two networks says yes to, with p > ½, on held-out digits that show one each.

    Returns:
        Shares of digits that got 0, 1, 2 or more classes, for m independent answers ("binary") and for "softmax",
        and the mean sum of the probabilities ("sums").
    """
    rng = np.random.default_rng(seed)
    train, test = data.split(data.digits(), test=len(data.digits()) - n, rng=rng)
    found, sums = {}, []
    for loss, turn in (("binary", binary.probability), ("softmax", softmax.softmax)):
        targets = softmax.one_hot(train.y, 10)
        net = training.train(train.X, targets, loss=loss, hidden=(128,), steps=steps, rng=np.random.default_rng(seed))
        p = turn(training.predict(net, test.X))
        yes = np.minimum((p > 0.5).sum(axis=1), 2)
        found[loss] = np.bincount(yes, minlength=3) / len(test)
        sums.append(p.sum(axis=1))
    return found | {"sums": np.array(sums)}
