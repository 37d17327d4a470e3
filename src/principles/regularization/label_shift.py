"""Label shift: the share of diseased patients changes between training and use, x given y does not, so y given x does."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Num

from principles import validation as valid
from principles.signatures import checked


@dataclass(frozen=True)
class Clinic:
    """Patients, a share `prevalence` of them diseased; x is Gaussian around 1 for the diseased, around -1 for the others."""

    prevalence: float

    def __post_init__(self):
        valid.number("prevalence", self.prevalence, above=0, below=1)

    def draw(self, n: int, *, rng: np.random.Generator) -> tuple[Float[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
        """Measurements of n patients, and who is diseased."""
        diseased = valid.generator("rng", rng).uniform(size=valid.count("n", n)) < self.prevalence
        return rng.normal(np.where(diseased, 1.0, -1.0)), diseased

    def density(self, x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """The density of measurements among all patients."""
        sick, well = self._joint(x)
        return sick + well

    def disease_probability(self, x: Num[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """P(diseased | x), by Bayes' law."""
        sick, well = self._joint(x)
        return sick / (sick + well)

    def _joint(self, x):
        x, π = valid.array("x", x, ndim=1), self.prevalence
        sick, well = (np.exp(-((x - centre) ** 2) / 2) / np.sqrt(2 * np.pi) for centre in (1, -1))
        return π * sick, (1 - π) * well


@checked
def label_ratio(diseased: Bool[np.ndarray, " n"], *, training: Clinic, use: Clinic) -> Float[np.ndarray, " n"]:
    """P_use(y)/P_train(y), how much more often a patient with this label is met in use."""
    return np.where(diseased, use.prevalence / training.prevalence, (1 - use.prevalence) / (1 - training.prevalence))
