"""One turn of the SVD of PTB's PPMI: the seconds of ours, of scikit-learn's, or of our matrix products alone.

    python -m benchmarks.svd ours

100 dimensions, window 2. How close the two come is compared by benchmarks/counting.py. Needs PTB at hand.
"""

from benchmarks.command import ptb_at_hand, words
from benchmarks.products import work
from benchmarks.timing import median_seconds
from common.script import run
from common.util import create_co_matrix, ppmi, truncated_svd

V, DIMENSIONS = 10_000, 100
BLOCK, BLOCKS = 40, 15                                       # truncated_svd: 2/5 of the dimensions, 1 + n_iter


def main():
    turns = {"ours": our_svd, "sklearn": sklearn_svd, "products": products}
    for who in words(__doc__, *turns) or ["ours"]:
        print(median_seconds(turns[who](), runs=1, warmup=1))


def our_svd():
    M = make_matrix()
    return lambda: truncated_svd(M, DIMENSIONS, rng=0)


def sklearn_svd():
    from sklearn.utils.extmath import randomized_svd
    M = make_matrix()
    return lambda: randomized_svd(M, DIMENSIONS, n_iter=7, random_state=0)


def make_matrix():
    """PTB's PPMI (V, V)."""
    corpus, word_to_id, _ = ptb_at_hand()
    return ppmi(create_co_matrix(corpus, len(word_to_id), 2))


def products():
    """A function that makes our products: powers of M, each block off those before it, twice; the vectors of both sides."""
    powers = [(1, V, V, BLOCK, 2 * BLOCKS - 1)]
    off = [shape for n in range(BLOCK, BLOCK * BLOCKS, BLOCK) for shape in ((1, n, V, BLOCK, 2), (1, V, n, BLOCK, 2))]
    sides = [(1, V, V, BLOCK * BLOCKS, 1), (1, V, BLOCK * BLOCKS, DIMENSIONS, 2)]
    return work(powers + off + sides)


if __name__ == "__main__":
    run(main)
