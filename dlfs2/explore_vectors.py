"""A page to explore word vectors: their map, the neighbours of each word, analogies as arrows.

    python -m dlfs2.explore_vectors
    python -m dlfs2.explore_vectors vectors.npz --analogy king man queen --analogy car cars child
    python -m dlfs2.explore_vectors vectors.npz --words 5000 --out words.html --tsv

FILE is what train.py of chapter 4 wrote, a text file of word2vec, fastText or GloVe, or the book's
pickle. Without it, vectors are made by counting, as ch02_count_based/count_method_big.py makes
them. The page is one file and loads nothing: it opens from disk. A fourth word of an analogy is
the answer that was hoped for, and its rank is told. --tsv also writes the vectors as an embedding
projector reads them.

Takes 1 s; PTB 6 s.
"""

import sys

from dlfs2.apart import run_apart

if __name__ == "__main__":
    run_apart("dlfs2.explore_vectors", sys.argv[1:])         # another `common` may lie here

import os
import re
from pathlib import Path

import numpy as np

from ch02_count_based.count_vectors import decompositions, fitting
from ch02_count_based.word_map import FREQUENT, in_plane
from common.errors import InputError
from common.files.text import name_of
from common.files.vectors import load_vectors
from common.files.writing import check_can_write, replacing
from common.script import options, positive, run  # noqa: F401         apart.py calls run
from common.util import normalize
from common.util.similarity import analogy_scores, commonest_first, id_of, neighbours, ranking
from dataset.corpus import announce, load_corpus, reading
from dataset.toy import CLASS_OF, CLASSES
from dlfs2.page import escaped, page

TOP = 10                                                     # neighbours of each word
GRID = 9999                                                  # coordinates are 0..GRID
TABLES = ("vectors.tsv", "metadata.tsv")                     # of --tsv


def main(argv=None):
    """Write the page, and with --tsv two files for a projector beside it."""
    args = parse(argv)
    tables = [Path(args.out).with_name(name) for name in TABLES if args.tsv]
    for path in tables:
        check_can_write(path)
    files = [args.out, *tables, *filter(None, [args.file])]
    if len(set(map(os.path.realpath, files))) < len(files):
        raise InputError(f"of {', '.join(map(str, files))} one would overwrite another: choose "
                         "another --out")
    name, word_vecs, word_to_id = load_vectors_of(args)
    words = list(word_to_id)[:args.words]
    asked = [ids_of(analogy, word_to_id, len(words)) for analogy in args.analogy]
    word_vecs = word_vecs[[word_to_id[word] for word in words]]                   # (V, D)

    data = page_data(words, word_vecs, asked, args.cosine)
    title = f"Word vectors of {name}"
    text = page(title, body(title, *word_vecs.shape), "explore_vectors", data).encode()
    with replacing(args.out) as file:
        file.write(text)
    print(f"page: {args.out}, {len(words):,} words, {len(text) / 1e6:.2f} MB")
    for answered in data["analogies"]:
        a, b, c, d = (words[i] for i in answered["ids"])
        print(f"analogy: {a}:{b} = {c}:{d} (rank {answered['rank']})")
    if tables:
        write_tables(tables, words, word_vecs)
    return data


def parse(argv=None):
    parser = options(__doc__, corpus="auto", quick={"words": 1000})
    parser.prog = "python -m dlfs2.explore_vectors"
    parser.add_argument("file", role="trained", nargs="?", metavar="FILE",
                        made_by="ch04_fast_word2vec/train.py",
                        help="the word vectors (default: made by counting on --corpus)")
    parser.add_argument("--out", role="write", help="the page",
                        default="explore_vectors.html")
    parser.add_argument("--words", type=positive, default=10_000, metavar="N",
                        help="how many, the most frequent")
    parser.add_argument("--analogy", nargs="+", action="append", metavar="WORD",
                        help="A B C: what is to C as B to A? Or A B C D: what rank has D?")
    parser.add_argument("--cosine", action="store_true",
                        help="score analogies with vectors of length 1")
    parser.add_argument("--tsv", action="store_true",
                        help="vectors.tsv and metadata.tsv beside the page, too")
    args = parser.parse_args(argv)
    args.analogy = [list(filter(None, " ".join(words).split(" "))) for words in args.analogy or ()]
    for words in args.analogy:
        if len(words) not in (3, 4):
            parser.error("--analogy takes three words, or four with the answer; each analogy has "
                         "its own --analogy, and FILE stands before them")
    if args.file and (args.corpus, args.level, args.min_count) != ("auto", "word", 1):
        parser.error("a FILE has its vectors, and --corpus, --level and --min-count are for making "
                     "others: leave them out, or the FILE")
    return args


def load_vectors_of(args):
    """(name, word_vecs (V, D), word_to_id with the most frequent word first)."""
    if args.file:
        word_vecs, word_to_id, _ = load_vectors(args.file, by_count=True)
        return Path(args.file).name, word_vecs, word_to_id
    data = load_corpus(args.corpus, **reading(args))
    if args.quick:
        data = data.head(20_000)
    announce(data, args)
    vocab_size = len(data.word_to_id)
    _, _, word_vecs, _ = next(decompositions(data, [2], [1.0], fitting(100, vocab_size), args.seed))
    counts = np.bincount(data.corpus, minlength=vocab_size)
    names = {name_of(word): i for word, i in data.word_to_id.items()}
    return Path(data.name).name, word_vecs, commonest_first(names, counts)


def ids_of(words, word_to_id, shown):
    """The places of an analogy's words, by frequency; InputError unless all are among `shown`."""
    order = list(word_to_id.values())
    ids = [order.index(id_of(word, word_to_id)) for word in words]
    for word, i in zip(words, ids):
        if i >= shown:
            raise InputError(f"'{word}' is not among the {shown:,} words shown: --words {i + 1} "
                             "shows it")
    return ids


def page_data(words, word_vecs, asked=(), cosine=False):
    """What the page's script reads: words, places, neighbours, similarities in thousandths.

    word_vecs: (V, D), the most frequent word first; asked: ids [a, b, c] or [a, b, c, d] of each.
    """
    points = in_plane(word_vecs)                             # (V, 2)
    points -= points.min(axis=0)
    points = np.rint(points * (GRID / max(points.max(), 1e-12))).astype(int)
    near = neighbours(word_vecs, TOP)                        # (V, TOP)
    unit = normalize(word_vecs)
    similarity = np.array([unit[ids] @ row for ids, row in zip(near, unit)])      # (V, TOP)
    classes = [list(CLASSES).index(CLASS_OF[word]) for word in words if word in CLASS_OF]
    return {"words": words, "x": points[:, 0].tolist(), "y": (GRID - points[:, 1]).tolist(),
            "near": near.tolist(), "similarity": np.rint(1000 * similarity).astype(int).tolist(),
            "analogies": [completed(ids, word_vecs, cosine) for ids in asked],
            "classes": list(CLASSES), "class_of": classes if len(classes) == len(words) else None}


def completed(ids, word_vecs, cosine=False):
    """{"ids": [a, b, c, d], "rank": of d among all answers}; d is the best where none is given."""
    a, b, c, *answer = ids
    order = ranking(analogy_scores(a, b, c, word_vecs, cosine), left_out=(a, b, c))
    d, *_ = answer or order or [a]
    if d not in order:
        raise InputError("--analogy: the answer must be another word than the three asked with")
    return {"ids": [a, b, c, d], "rank": order.index(d) + 1}


def body(title, V, D):
    """The markup of the page, a map of V words, each a vector of D numbers."""
    return f"""<header>
<h1>{escaped(title)}</h1>
<form id="search" role="search">
<input id="word" type="search" list="suggestions" placeholder="Search a word" autocomplete="off"
 aria-label="Search a word" spellcheck="false" required><datalist id="suggestions"></datalist>
</form>
<p>The {V:,} most frequent words, each a vector of {D} numbers, in the plane of the first two
principal components of the {min(FREQUENT, V)} most frequent.</p>
</header>
<noscript>The map is drawn by JavaScript, which is off here.</noscript>
<main>
<div class="map"><canvas id="map" role="img" aria-label="Map of the words"></canvas>
<div class="zoom">
<button id="in" aria-label="Zoom in">+</button>
<button id="out" aria-label="Zoom out">&minus;</button>
<button id="all" aria-label="Show all">&#x2922;</button>
</div><p id="note"></p></div>
<aside><section id="found" aria-live="polite"></section><section id="analogies"></section>
<section id="legend"></section></aside>
</main>"""


def write_tables(paths, words, word_vecs):
    """The vectors and their words, a row each, as an embedding projector reads them."""
    shown = [re.sub(r"\s", "_", word) for word in words]     # no row ends early, none is blank
    rows = ("\t".join(f"{x:.6g}" for x in row) for row in word_vecs.tolist())
    for path, lines in zip(paths, (rows, shown)):
        with replacing(path) as file:
            file.writelines(f"{line}\n".encode() for line in lines)
        print(f"projector: {path}")
