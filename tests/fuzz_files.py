"""Small valid files of every kind that the library reads, and how each is read, for tests/fuzz.py.

A kind is (files {name: bytes}, read); read(folder) loads the files in a folder and uses them.
"""

import io
import pickle
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.load import load_language_model
from ch06_lstm.rnnlm import Rnnlm
from ch07_seq2seq.asking import ask, load_model, save_model
from ch07_seq2seq.seq2seq import Seq2seq
from ch08_attention.models import MODELS
from common.files.vectors import load_vectors, save_vectors
from common.optimizer import Adam, RowAdaGrad
from common.runs import Run
from common.script.curves import read_curves, write_curves
from common.trainer import RnnlmTrainer, Trainer
from dataset import corpus, sequence
from dataset.thesaurus import wordnet
from tests.book_pickle import book_pickle
from tests.dataset.thesaurus.test_thesaurus import FILES

WORDS = {0: "the", 1: "<unk>", 2: "사과", 3: "n't", 4: "of"}
VECTORS = np.random.default_rng(0).standard_normal((5, 3)).astype("f")
IDS = np.random.default_rng(0).integers(0, 7, 43)


def written(name, write):
    """{name: bytes} of the file that write(path) makes; in an .npz all entries have one date."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        data = path.read_bytes()
    return {name: zipped(unzipped(data)) if data.startswith(b"PK") else data}


def unzipped(data):
    """{name: bytes} of the entries of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def zipped(entries):
    """A zip of {name: bytes} or [(name, bytes)], always the same for the same entries."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, entry in entries.items():
            archive.writestr(zipfile.ZipInfo(name), entry)
    return data.getvalue()


def language_model(seed=0):
    return Rnnlm(7, 3, 4, rng=seed)


def predict(model):
    with np.errstate(all="ignore"):
        model.predict(IDS[None, :4])


def read_weights(folder):
    model = language_model(1)
    model.load_params(folder / "w.npz")
    predict(model)


def read_language_model(name):
    return lambda folder: predict(load_language_model(folder / name))


def about(model="plain", **more):
    return {"model": model, "sizes": [5, 4, 4], "characters": "_ 12+", "question_size": 3,
            "answer_size": 4, "reverse": True, "pad_id": 1, "options": {}, **more}


def seq2seq(path, about):
    options = {"pad_id": about["pad_id"], **about["options"]}
    save_model(path, MODELS[about["model"]](*about["sizes"], rng=0, **options), about)


def read_seq2seq(folder):
    with np.errstate(all="ignore"):
        ask(*load_model(folder / "s.npz", MODELS), "1+2")


def train_lm(run, epochs):
    trainer = RnnlmTrainer(BetterRnnlm(7, 3, 3, rng=0), Adam(), rng=0)
    for _ in trainer.epochs(IDS[:-1], IDS[1:], epochs, 2, 7, 1.0, 1, verbose=False, run=run):
        trainer.validated(3.0)


def train_pairs(run, epochs):
    xs, ts = IDS[:40].reshape(10, 4), IDS[:30].reshape(10, 3)
    Trainer(Seq2seq(7, 3, 3, rng=0), Adam(), rng=0).fit(xs, ts, epochs, 5, verbose=False, run=run)


def train_tables(run, epochs):
    batches = PairBatches(*weighted_pairs(IDS, 7, 2), 20)
    trainer = Trainer(GloVe(7, 2, rng=0), RowAdaGrad(0.1), rng=0)
    list(trainer.over(batches, epochs, verbose=False, run=run))


def checkpoint(train):
    """(files, read): the run that train() keeps, and how it goes on."""
    def read(folder):
        with np.errstate(all="ignore"):
            train(Run(folder / "run.npz", resume=True), 2)
    return written("run.npz", lambda path: train(Run(path), 1)), read


def curves(path):
    axes = Figure().subplots()
    axes.plot([0, 10, 20], [5.25, 1 / 3, 0.1], label="train, with a comma")
    axes.plot([3], [4], label="validation")
    axes.set(xlabel="iterations", ylabel="loss")
    write_curves(path, axes)


def read_thesaurus(folder):
    net = wordnet.load(folder)
    if "car" in net and "motorcycle" in net:
        a, b = net.senses("car")[0], net.senses("motorcycle")[0]
        net.ways_up(a, b), net.wu_palmer_similarity(a, b)
        net.hypernym_paths(a), net.synonyms("car")


def kinds():
    """{kind: (files, read)}."""
    lm, better = language_model(), BetterRnnlm(7, 3, 3, rng=0)
    chapter_4 = {"word_vecs": VECTORS.astype(np.float16), "id_to_word": WORDS,
                 "word_to_id": {w: i for i, w in WORDS.items()}}
    pairs = "57+5_62\n1+1_2\n\n12+988_1000\n4+4_8\n"
    transformer = about("transformer", options={"heads": 2, "layers": 1})
    return {
        "weights": (written("w.npz", lm.save_params), read_weights),
        "language_model": (written("l.npz", better.save_params), read_language_model("l.npz")),
        "seq2seq": (written("s.npz", lambda path: seq2seq(path, about())), read_seq2seq),
        "transformer": (written("s.npz", lambda path: seq2seq(path, transformer)), read_seq2seq),
        "checkpoint_text": checkpoint(train_lm),
        "checkpoint_pairs": checkpoint(train_pairs),
        "checkpoint_tables": checkpoint(train_tables),
        "vectors_npz": (
            written("v.npz", lambda path: save_vectors(path, VECTORS, WORDS, [5, 4, 3, 2, 1])),
            lambda folder: load_vectors(folder / "v.npz")),
        "vectors_text": (written("v.txt", lambda path: save_vectors(path, VECTORS, WORDS)),
                         lambda folder: load_vectors(folder / "v.txt")),
        "vectors_pickle": ({"v.pkl": pickle.dumps(chapter_4, 4)},
                           lambda folder: load_vectors(folder / "v.pkl")),
        "wordnet": ({name: text.encode() for name, text in FILES.items()}, read_thesaurus),
        "corpus": ({"c.txt": ("the cat saw 12 mice , and a 사과 .\n" * 12).encode()},
                   lambda folder: corpus.load_corpus(str(folder / "c.txt"))),
        "pairs": ({"p.txt": pairs.encode()},
                  lambda folder: sequence.load_data(str(folder / "p.txt"))),
        "curves": (written("a.csv", curves), lambda folder: read_curves(folder / "a.csv")),
        **{f"book_pickle_{protocol}": ({"w.pkl": book_pickle(lm.params, protocol)},
                                       read_language_model("w.pkl")) for protocol in (0, 2, 4, 5)},
    }
