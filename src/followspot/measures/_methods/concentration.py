"""How far work is spread over people, without ever saying over whom."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri


def effective_number(counts: ArrayLike, *, level: float = 0.9) -> tuple[float, float, float]:
    """Return the effective number of people behind counts, with an interval.

    counts : shape (people,), what each did; at least one above 0.
    The exponential of the entropy (Hill number of order 1; Jost 2006, Oikos 113:363-375), with
    Miller and Madow's correction for small samples ((S - 1) / 2N) and the delta-method variance
    of the entropy (Basharin 1959). Equal shares of k people give k; one person alone gives 1.
    """
    x = np.asarray(counts, float)
    x = x[x > 0]
    n = float(x.sum())
    p = x / n
    entropy = float(-(p * np.log(p)).sum())
    corrected = entropy + (x.size - 1) / (2 * n)
    variance = max(0.0, float((p * np.log(p) ** 2).sum() - entropy**2)) / n + (x.size - 1) / (2 * n * n)
    half = float(ndtri(0.5 + level / 2)) * np.sqrt(variance)
    return (
        float(np.exp(corrected)),
        max(1.0, float(np.exp(corrected - half))),
        float(np.exp(corrected + half)),
    )


def degree_of_authorship(first: ArrayLike, own: ArrayLike, others: ArrayLike) -> np.ndarray:
    """Return how far somebody is the author of an area.

    first : 1 where the person made the area's first change; own, others : changes by them and by
    everybody else; all of one shape. Coefficients of Fritz et al. (2010), as used by Avelino,
    Passos, Hora & Valente (2016), A novel approach for estimating truck factors, ICPC.
    """
    return 3.293 + 1.098 * np.asarray(first) + 0.164 * np.asarray(own) - 0.321 * np.log1p(np.asarray(others))


def truck_factor(area: ArrayLike, person: ArrayLike, authorship: ArrayLike) -> list[int]:
    """Return the smallest set of people, greedily, without whom most areas have no author.

    area, person : shape (pairs,), whole numbers; authorship : shape (pairs,), of that pair.
    An author of an area has at least 3.293 and more than 0.75 of the area's highest authorship;
    people go, most areas first, until over half of the areas have no author (Avelino et al. 2016).
    """
    a, who, doa = np.asarray(area, int), np.asarray(person, int), np.asarray(authorship, float)
    if a.size == 0:
        return []
    best = np.full(a.max() + 1, -np.inf)
    np.maximum.at(best, a, doa)
    writes = (doa >= 3.293) & (doa > 0.75 * best[a])
    a, who = a[writes], who[writes]
    areas, gone = np.unique(area).size, []
    while np.unique(a).size * 2 >= areas and a.size:
        people, held = np.unique(who, return_counts=True)
        gone.append(int(people[held.argmax()]))
        stays = who != gone[-1]
        a, who = a[stays], who[stays]
    return gone
