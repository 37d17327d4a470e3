"""Dates and contest results that the chapter draws; every entry names its source."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Event:
    """Something that happened: the year, a short name, and the key of its source in the bibliography."""

    year: int
    name: str
    source: str


ERAS = (("The beginning", 1942, 1950), ("Reloaded", 1960, 2000), ("Revolutions", 2006, 2026))

EVENTS = (
    Event(1943, "McCulloch and Pitts: neurons as logic", "mcculloch1943"),
    Event(1948, "Wiener: cybernetics", "wiener1948"),
    Event(1948, "Shannon: information theory", "shannon1948"),
    Event(1950, "Turing: the imitation game", "turing1950"),
    Event(1958, "Rosenblatt: perceptron", "rosenblatt1958"),
    Event(1967, "Amari: gradient descent for layers", "amari1967"),
    Event(1969, "Minsky and Papert: limits", "minsky1969"),
    Event(1980, "Fukushima: Neocognitron", "fukushima1980"),
    Event(1986, "Rumelhart et al.: backpropagation", "rumelhart1986"),
    Event(1989, "LeCun et al.: zip codes", "lecun1989"),
    Event(1995, "Cortes and Vapnik: soft margins", "cortes1995"),
    Event(1997, "Hochreiter and Schmidhuber: LSTM", "hochreiter1997"),
    Event(2006, "Hinton et al.: deep belief nets", "hinton2006"),
    Event(2009, "Raina et al.: training on GPUs", "raina2009"),
    Event(2012, "Krizhevsky et al.: ImageNet", "krizhevsky2012"),
    Event(2017, "Vaswani et al.: attention", "vaswani2017"),
)


@dataclass(frozen=True)
class Contest:
    """Winning top-5 error of the ImageNet classification challenge, year by year.

    Until 2014 from Russakovsky et al. (2015), later years from the winners' papers.
    `images` is the size of the test set.
    """

    year: np.ndarray
    error: np.ndarray
    images: np.ndarray

    @property
    def standard_error(self) -> np.ndarray:
        """Of an error rate e measured on n test images (Section 1.4), √(e (1 - e) / n)."""
        return np.sqrt(self.error * (1 - self.error) / self.images)


# 2012 and 2013 with extra training data (16.4 % and 11.7 % without); 2015: He et al. (2016); 2017: Hu et al. (2018).
IMAGENET = Contest(
    year=np.array([2010, 2011, 2012, 2013, 2014, 2015, 2017]),
    error=np.array([28.2, 25.8, 15.3, 11.2, 6.66, 3.57, 2.25]) / 100,
    images=np.array([150_000] + 6 * [100_000]),
)
