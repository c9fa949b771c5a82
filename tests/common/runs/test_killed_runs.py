"""Runs that are killed, at any moment, and resumed: their weights are those of a run left alone."""

import os
import signal
import warnings

import numpy as np
import pytest

import common.files.writing
from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FastSkipGram
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch07_seq2seq.seq2seq import Seq2seq
from ch08_attention.ntm import NTM
from ch08_attention.ntm.tasks import Copy, TaskBatches
from common.optimizer import Adam, AveragedSGD, RowAdaGrad
from common.runs import Run, Stopped
from common.schedule import LinearDecay
from common.trainer import RnnlmTrainer, Trainer

KILLS = 24                   # moments for each trainer
FIRST = 5                    # moments of the first checkpoint, before the first step


def seq2seq(run):
    rng = np.random.default_rng(0)
    xs, ts = rng.integers(0, 9, (40, 5)), rng.integers(0, 9, (40, 4))
    trainer = Trainer(Seq2seq(9, 4, 6, rng=1), Adam(), rng=2)
    for epoch in trainer.epochs(xs, ts, 2, 10, 1.0, verbose=False, run=run):
        trainer.validated(epoch, higher_is_better=True)
    return trainer.model


def rnnlm(run):
    """Dropout and resets draw numbers at every step; the body changes the learning rate."""
    words = np.random.default_rng(0).integers(0, 9, 161)
    trainer = RnnlmTrainer(BetterRnnlm(9, 6, 6, rng=1), Adam(), rng=2, reset=0.3)
    for _ in trainer.epochs(words[:-1], words[1:], 2, 4, 10, 0.25, verbose=False, run=run):
        if trainer.validated(1.0 + len(trainer.valid_list)):
            trainer.optimizer.lr *= 0.5
    trainer.model.set_params(trainer.best)
    return trainer.model


def averaged(run):
    words = np.random.default_rng(0).integers(0, 9, 161)
    trainer = RnnlmTrainer(BetterRnnlm(9, 6, 6, rng=1), AveragedSGD(0.5, 2, 2), rng=2)
    for _ in trainer.epochs(words[:-1], words[1:], 2, 4, 10, 0.25, verbose=False, run=run):
        with trainer.optimizer.averaged(trainer.model):
            trainer.validated(float(np.sum(trainer.model.params[0])))
    trainer.model.set_params(trainer.best)
    return trainer.model


def fast(run):
    words = np.random.default_rng(0).integers(0, 30, 400)
    model = FastSkipGram(30, 6, 2, words, rng=1)
    trainer = Trainer(model, RowAdaGrad(LinearDecay(0.1, 1, 9)), rng=2)
    for _ in trainer.over(ChunkBatches(words, 100, subsample=0.02), 2, verbose=False, run=run):
        pass
    return model


def glove(run):
    words = np.random.default_rng(0).integers(0, 30, 300)
    model, batches = GloVe(30, 6, rng=1), PairBatches(*weighted_pairs(words, 30, 3), 300)
    trainer = Trainer(model, RowAdaGrad(0.1), rng=2)
    for _ in trainer.over(batches, 2, verbose=False, run=run):
        pass
    return model


def ntm(run):
    task = Copy(1, 3, bits=2)
    model = NTM(task.input_size, task.output_size, 6, 5, 4, rng=1)
    trainer = Trainer(model, Adam(), rng=2)
    for _ in trainer.over(TaskBatches(task, 3, 4), 2, 10.0, verbose=False, run=run):
        pass
    return model


RUNS = [seq2seq, rnnlm, averaged, fast, glove, ntm]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def in_child(work):
    """Fork, let the child do `work`, return how it ended: 0, or minus the signal that killed it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the BLAS has threads
        child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except Stopped as stop:
            os._exit(stop.status)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def count_moments(at, act):
    """Call act() at the moment of number `at`.

    Moments are: each step, two in each loop's body, and at each checkpoint five while the file is
    written.
    """
    moment = -1

    def tick():
        nonlocal moment
        moment += 1
        if moment == at:
            act()
        return moment

    def around(owner, name, before=True):
        inner = getattr(owner, name)

        def wrapped(*args, **kwargs):
            if before:
                tick()
            result = inner(*args, **kwargs)
            tick()
            return result
        setattr(owner, name, wrapped)

    common.files.writing.open = open
    around(common.files.writing, "open", before=False)       # the temporary file is there, empty
    around(os, "fsync")                                      # it is written; it is on the disk
    around(os, "replace")                                    # before and after it takes the name
    around(Trainer, "step", before=False)
    around(Trainer, "validated")
    return tick


def weights(model, path):
    np.savez(path, *model.params)


@needs_fork
@pytest.mark.parametrize("run", RUNS)
def test_a_killed_run_ends_with_the_weights_of_a_run_left_alone(run, tmp_path):
    path, reached, counted = tmp_path / "run.npz", tmp_path / "reached.npz", tmp_path / "moments"

    def whole():
        tick = count_moments(None, None)
        weights(run(Run(tmp_path / "whole.npz", every=1)), reached)
        counted.write_text(str(tick()))

    assert in_child(whole) == 0
    with np.load(reached) as arrays:
        expected = [arrays[name] for name in arrays.files]
    moments = int(counted.read_text())
    assert moments >= KILLS
    resumed = 0
    for at in np.linspace(0, moments - 1, KILLS).astype(int):
        path.unlink(missing_ok=True)

        def killed(at=at):
            count_moments(at, lambda: os.kill(os.getpid(), signal.SIGKILL))
            run(Run(path, every=1))

        def again():
            weights(run(Run(path, resume=path.exists(), every=1)), reached)

        assert in_child(killed) == -signal.SIGKILL
        resumed += path.exists()
        assert in_child(again) == 0
        with np.load(reached) as arrays:
            assert all(np.array_equal(arrays[name], value)
                       for name, value in zip(arrays.files, expected)), at
    assert resumed > KILLS / 2


@needs_fork
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("run", RUNS)
def test_a_run_that_is_asked_to_end_writes_its_checkpoint_first(run, number, tmp_path, capfd):
    path, reached = tmp_path / "run.npz", tmp_path / "reached.npz"

    def asked():                                             # in the third step
        count_moments(FIRST + 2, lambda: os.kill(os.getpid(), number))
        run(Run(path))

    assert in_child(asked) == 128 + number
    assert "stopping after this step" in capfd.readouterr().err
    assert in_child(lambda: weights(run(Run(path, resume=True)), reached)) == 0
    expected = run(None)
    with np.load(reached) as arrays:
        assert all(np.array_equal(arrays[name], p)
                   for name, p in zip(arrays.files, expected.params))
