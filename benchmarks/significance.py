"""Is a difference between two systems more than luck? The paired randomisation test.

If neither system were better, each query's difference could as well have had the other sign; p is
the share of random signings whose sum is at least as far from zero as the one observed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from operator import getitem

SIGNIFICANT = 0.05
_SIGNINGS = 10_000
_GROUP = 8


def p_value(differences: Sequence[float], seed: int = 20251104) -> float:
    """Return the two-sided p of paired differences; 1 when nothing differs.

    >>> p_value([0.1] * 20) < 0.001, p_value([0.1, -0.1] * 10) > 0.5, p_value([0.0, 0.0])
    (True, True, 1.0)
    """
    differing = [difference for difference in differences if difference]
    if not differing:
        return 1.0
    observed = abs(sum(differing)) - 1e-9
    # Eight differences a random byte: the sums of all signings of a group are made only once.
    groups = [
        [
            sum(one if signs >> bit & 1 else -one for bit, one in enumerate(group))
            for signs in range(1 << _GROUP)
        ]
        for group in (differing[at : at + _GROUP] for at in range(0, len(differing), _GROUP))
    ]
    rng = random.Random(seed)
    as_far = sum(
        abs(sum(map(getitem, groups, rng.randbytes(len(groups))))) >= observed
        for _ in range(_SIGNINGS)
    )
    return (as_far + 1) / (_SIGNINGS + 1)
