"""Runs that are killed, at any moment, and resumed: their weights are those of a run left alone."""

import os
import signal
import warnings

import numpy as np
import pytest

import common.files
from ch03_word2vec.glove import GloVe
from ch04_fast_word2vec.fast import FastWord2vec
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch07_seq2seq.seq2seq import Seq2seq
from ch08_attention.ntm.ntm import NTM
from ch08_attention.ntm_tasks import Copy
from ch08_attention.train_ntm import TaskTrainer
from common.interrupt import Stopped
from common.optimizer import Adam
from common.table_trainer import TableTrainer
from common.trainer import RnnlmTrainer, Trainer

KILLS = 24                   # moments for each trainer


def seq2seq(**save):
    rng = np.random.default_rng(0)
    xs, ts = rng.integers(0, 9, (40, 5)), rng.integers(0, 9, (40, 4))
    model = Seq2seq(9, 4, 6, rng=1)
    Trainer(model, Adam(), rng=2).fit(xs, ts, 2, 10, 1.0, verbose=False, **save)
    return model


def rnnlm(**save):
    words = np.random.default_rng(0).integers(0, 9, 161)
    model, optimizer = BetterRnnlm(9, 6, 6, rng=1), Adam()   # dropout: random numbers at every step
    trainer = RnnlmTrainer(model, optimizer, rng=2)
    trainer.fit(words[:-1], words[1:], 2, 4, 10, 0.25, verbose=False, validate=lambda: 1.0 + len(trainer.valid_list), **save)
    return model


def fast(**save):
    model = FastWord2vec(30, 6, 2, np.random.default_rng(0).integers(0, 30, 400), chunk=100, subsample=0.02, rng=1)
    TableTrainer(model).fit(2, 0.1, falls=True, verbose=False, **save)
    return model


def glove(**save):
    model = GloVe(30, 6, np.random.default_rng(0).integers(0, 30, 300), 3, batch_size=300, rng=1)
    TableTrainer(model).fit(2, 0.1, verbose=False, **save)
    return model


def ntm(**save):
    task = Copy(1, 3, bits=2)
    model = NTM(task.input_size, task.output_size, 6, 5, 4, rng=1)
    TaskTrainer(model, Adam(), rng=2).fit(task, 2, 4, 3, 10.0, verbose=False, **save)
    return model


RUNS = [seq2seq, rnnlm, fast, glove, ntm]


def in_child(work):
    """Fork, let the child do `work`, return how it ended: 0, or minus the signal that killed it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the BLAS has threads of its own, and knows of forks
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
    """Call act() at the moment of number `at`: each step, and at each checkpoint five times while the file is written."""
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

    common.files.open = open
    around(common.files, "open", before=False)               # the temporary file is there, empty
    around(os, "fsync")                                      # it is written; it has reached the disk
    around(os, "replace")                                    # before and after it takes the name
    around(Trainer, "_step", before=False)
    around(FastWord2vec, "train_step", before=False)
    around(GloVe, "train_step", before=False)
    return tick


def weights(model, path):
    np.savez(path, *model.params)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("run", RUNS)
def test_a_killed_run_ends_with_the_weights_of_a_run_left_alone(run, tmp_path):
    checkpoint, reached, counted = tmp_path / "run.npz", tmp_path / "reached.npz", tmp_path / "moments"

    def whole():
        tick = count_moments(None, None)
        weights(run(save=str(tmp_path / "whole.npz"), checkpoint_every=1), reached)
        counted.write_text(str(tick()))

    assert in_child(whole) == 0
    with np.load(reached) as arrays:
        expected = [arrays[name] for name in arrays.files]
    moments = int(counted.read_text())
    assert moments >= KILLS
    resumed = 0
    for at in np.linspace(0, moments - 1, KILLS).astype(int):
        checkpoint.unlink(missing_ok=True)

        def killed(at=at):
            count_moments(at, lambda: os.kill(os.getpid(), signal.SIGKILL))
            run(save=str(checkpoint), checkpoint_every=1)

        def again():
            weights(run(save=str(checkpoint), checkpoint_every=1, resume=checkpoint.exists()), reached)

        assert in_child(killed) == -signal.SIGKILL
        resumed += checkpoint.exists()
        assert in_child(again) == 0
        with np.load(reached) as arrays:
            assert all(np.array_equal(arrays[name], value) for name, value in zip(arrays.files, expected)), at
    assert resumed > KILLS / 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("run", RUNS)
def test_a_run_that_is_asked_to_end_writes_its_checkpoint_first(run, number, tmp_path, capfd):
    checkpoint, reached = tmp_path / "run.npz", tmp_path / "reached.npz"

    def asked():
        count_moments(2, lambda: os.kill(os.getpid(), number))          # without checkpoints, moments are steps
        run(save=str(checkpoint), checkpoint_every=1000)

    assert in_child(asked) == 128 + number
    assert "stopping after this step" in capfd.readouterr().err
    assert in_child(lambda: weights(run(save=str(checkpoint), resume=True), reached)) == 0
    expected = run()
    with np.load(reached) as arrays:
        assert all(np.array_equal(arrays[name], p) for name, p in zip(arrays.files, expected.params))


def test_two_requests_end_at_once_and_the_handlers_come_back():
    before = signal.getsignal(signal.SIGINT)
    words = np.zeros(101, int)

    def validate():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as caught:
        RnnlmTrainer(BetterRnnlm(3, 4, 4), Adam()).fit(words[:-1], words[1:], 2, 2, 10, verbose=False, validate=validate)
    assert not isinstance(caught.value, Stopped)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_request_in_the_last_validation_is_not_forgotten(tmp_path):
    words, path = np.zeros(101, int), str(tmp_path / "run.npz")
    with pytest.raises(Stopped, match=r"stopped after epoch 1\. The run is in ") as caught:
        RnnlmTrainer(BetterRnnlm(3, 4, 4), Adam()).fit(words[:-1], words[1:], 1, 2, 10, verbose=False, save=path,
                                                       validate=lambda: signal.raise_signal(signal.SIGTERM) or 3.0)
    assert caught.value.status == 143
    trainer = RnnlmTrainer(BetterRnnlm(3, 4, 4), Adam())
    trainer.fit(words[:-1], words[1:], 1, 2, 10, verbose=False, save=path, resume=True)
    assert trainer.current_epoch == 1 and trainer.valid_list == [3.0]


def test_without_a_checkpoint_the_message_says_how_to_keep_a_run():
    model, words = BetterRnnlm(3, 4, 4), np.zeros(101, int)
    trainer = RnnlmTrainer(model, Adam())

    class Asking(Adam):
        def update(self, params, grads):
            signal.raise_signal(signal.SIGTERM)

    trainer.optimizer = Asking()
    with pytest.raises(Stopped, match=r"stopped in epoch 1, after iteration 1\. .*--save FILE keeps it") as caught:
        trainer.fit(words[:-1], words[1:], 2, 2, 10, verbose=False)
    assert caught.value.status == 143 and len(trainer.ppl_list) == 1
