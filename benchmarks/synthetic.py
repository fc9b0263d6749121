"""Documents of any number that behave like text where an engine feels it, always the same.

Words follow Zipf's law with Mandelbrot's shift; a document has topics, whose words it uses far more
than others do, repeats what it has said, and lets the usual words follow some. So a union of words
of a document, an intersection and a phrase find what they find in text. Keys, not Russian: nothing
here knows morphology.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

SEED = 20261124
MEAN_LENGTH = 214
_VOCABULARY = 1_000_000
_SHIFT, _EXPONENT = 2.7, 1.05
_TOPICS, _TOPIC_WORDS = 2_000, 1_500
_FROM_TOPIC, _REPEATED, _FOLLOWING = 0.30, 0.12, 0.22
_CHUNK = 10_000

_Ids = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]

_SYLLABLES = [one + other for one in "бвгджзклмнпрстфхцчшщ" for other in "аеиоуыэюя"]


def documents(count: int) -> Iterator[str]:
    """Yield so many documents as keys between spaces; the first ones are the same for any count."""
    words = _words()
    topics = _topic_words(np.random.default_rng(SEED))
    for chunk, first in enumerate(range(0, count, _CHUNK)):
        rng = np.random.default_rng((SEED, chunk))
        lengths, ids = _chunk(rng, topics)
        ends = np.cumsum(lengths)[: count - first].tolist()
        start = 0
        spelled = [words[number] for number in ids[: ends[-1]].tolist()]
        for end in ends:
            yield " ".join(spelled[start:end])
            start = end


def _chunk(rng: np.random.Generator, topics: _Ids) -> tuple[_Ids, _Ids]:
    sigma = 0.7
    drawn = rng.lognormal(np.log(MEAN_LENGTH) - sigma**2 / 2, sigma, _CHUNK)
    lengths = np.clip(drawn.round(), 8, 20 * MEAN_LENGTH).astype(np.int64)
    total = int(lengths.sum())
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.arange(total) - starts

    ids = _zipf(rng.random(total), _VOCABULARY)
    # Three topics a document, the first used most.
    own = rng.integers(0, _TOPICS, (_CHUNK, 3))
    which = np.minimum(rng.geometric(0.6, total) - 1, 2)
    topic = own[np.repeat(np.arange(_CHUNK), lengths), which]
    on_topic = rng.random(total) < _FROM_TOPIC
    ids[on_topic] = topics[topic, _zipf(rng.random(total), _TOPIC_WORDS)][on_topic]

    repeated = (rng.random(total) < _REPEATED) & (places > 0)
    earlier = starts + (rng.random(total) * places).astype(np.int64)
    ids[repeated] = ids[earlier[repeated]]

    following = (rng.random(total) < _FOLLOWING) & (places > 0)
    usual = np.minimum(rng.geometric(0.7, total) - 1, 3)
    # The second round is for a word that follows one that follows.
    first = following & ~np.roll(following, 1)
    second = following & np.roll(first, 1) & ~first
    for chosen in (first, second):
        at = np.flatnonzero(chosen)
        ids[at] = _follower(ids[at - 1], usual[at])
    return lengths, ids


def _zipf(uniform: _Floats, size: int) -> _Ids:
    """Return ranks from 0, by the closed inverse of the density (rank + shift) ** -exponent."""
    power = 1 - _EXPONENT
    low, high = (1 + _SHIFT) ** power, (size + 1 + _SHIFT) ** power
    ranks = (low + uniform * (high - low)) ** (1 / power) - _SHIFT - 1
    clipped: _Ids = np.clip(ranks.astype(np.int64), 0, size - 1)
    return clipped


def _follower(ids: _Ids, usual: _Ids) -> _Ids:
    """Return the word that follows a word: one of four, each drawn as any word is."""
    mixed = (ids * 4 + usual).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return _zipf((mixed >> np.uint64(11)).astype(np.float64) / 2.0**53, _VOCABULARY)


def _topic_words(rng: np.random.Generator) -> _Ids:
    """Return the words of each topic: not the most frequent, evenly over the logarithm of rank."""
    low, high = np.log(200), np.log(_VOCABULARY)
    return np.exp(rng.uniform(low, high, (_TOPICS, _TOPIC_WORDS))).astype(np.int64)


def _words() -> list[str]:
    """Return the spelling of every rank: frequent words are short, neighbours in rank not alike."""
    words: list[str] = []
    spelled = [""]
    while len(words) < _VOCABULARY:
        spelled = [start + end for start in spelled for end in _SYLLABLES]
        # A prime that divides no power of their number walks through all of them in another order.
        size = len(spelled)
        words.extend(
            spelled[rank * 7919 % size] for rank in range(min(size, _VOCABULARY - len(words)))
        )
    return words
