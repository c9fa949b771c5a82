"""A Run: what it refuses, and what is left when the loop around it ends in the middle."""

import io
import itertools
import os
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FastSkipGram
from ch06_lstm.rnnlm import Rnnlm
from ch08_attention.ntm import NTM
from ch08_attention.ntm.tasks import Copy, TaskBatches
from common.errors import InputError
from common.optimizer import SGD, Adam, RowAdaGrad
from common.runs import Run, Stopped
from common.runs.interrupt import listening
from common.runs.progress import Progress
from common.trainer import RnnlmTrainer, Trainer

WORDS = np.random.default_rng(0).integers(0, 9, 161)


def make(optimizer=Adam):
    return RnnlmTrainer(Rnnlm(9, 6, 6, rng=1), optimizer(0.01), rng=2)


def epochs(trainer, max_epoch=3, **run):
    return trainer.epochs(WORDS[:-1], WORDS[1:], max_epoch, 4, 10, 0.25, verbose=False,
                          run=Run(**run))


def body(trainer, epoch):
    """What a script does between two epochs: it changes the run, and what it changes is kept."""
    trainer.validated(10.0 - epoch)
    trainer.optimizer.lr *= 0.5


def left_alone():
    trainer = make()
    for epoch in epochs(trainer):
        body(trainer, epoch)
    return trainer


def assert_goes_on(path="run.npz"):
    """The run in `path` ends as one that was left alone."""
    trainer, expected = make(), left_alone()
    for epoch in epochs(trainer, save=path, resume=True):
        body(trainer, epoch)
    assert trainer.valid_list == expected.valid_list == [9.0, 8.0, 7.0]
    assert trainer.optimizer.lr == expected.optimizer.lr == 0.01 / 8
    for a, b in zip(trainer.model.params, expected.model.params):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("when", ["before", "between", "after"])
@pytest.mark.parametrize("end", ["break", "exception", "Ctrl-C", "SIGTERM"])
@pytest.mark.parametrize("last", [False, True])
def test_a_loop_that_ends_in_its_body_leaves_a_good_run_and_the_callers_handlers(end, when, last):
    """Before anything was done in the body, between two things, after all: it is done again."""
    def hear(number, frame):
        raise KeyboardInterrupt

    trainer, ended, held = make(), 3 if last else 2, None
    own = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for epoch in epochs(trainer, save="run.npz"):
            assert all(signal.getsignal(number) is hear for number in own)
            if epoch == ended and when == "before" and leave(end):
                break
            trainer.validated(10.0 - epoch)
            if epoch == ended and when == "between" and leave(end):
                break
            trainer.optimizer.lr *= 0.5
            if epoch == ended and when == "after" and leave(end):
                break
        else:
            raise AssertionError("the loop did not end")
    except (ZeroDivisionError, KeyboardInterrupt):
        held = sys.exc_info()                                # the traceback holds the generator
    finally:
        assert all(signal.getsignal(number) is hear for number in own)
        for number, handler in own.items():
            signal.signal(number, handler)
    assert (held is None) == (end == "break")
    assert_goes_on()


def test_what_is_left_at_a_closed_pipe_is_left_in_silence(monkeypatch):
    """`train.py | head -1`: the loop's print fails, and so does the line of the epoch after it."""
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    trainer = make()
    running = trainer.epochs(WORDS[:-1], WORDS[1:], 2, 4, 10, 0.25)
    next(running)
    monkeypatch.setattr("sys.stdout", Closed())
    running.close()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
def test_a_terminal_that_is_closed_is_heard_as_ctrl_c_is():
    heard = []
    own = signal.signal(signal.SIGHUP, lambda *_: heard.append("caller"))     # not as under nohup
    try:
        with listening() as listener:
            signal.raise_signal(signal.SIGHUP)
            assert listener.signal == signal.SIGHUP and not heard
    finally:
        signal.signal(signal.SIGHUP, own)
    assert heard == ["caller"]


def leave(how):
    if how == "exception":
        raise ZeroDivisionError
    if how != "break":
        signal.raise_signal(signal.SIGINT if how == "Ctrl-C" else signal.SIGTERM)
    return True


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("step", [1, 4, 5, 8, 12])
def test_a_signal_in_a_step_ends_the_run_after_it(number, status, step, capsys):
    class Asking(Adam):
        def update(self, params, grads):
            super().update(params, grads)
            if self.iter == step:
                signal.raise_signal(number)

    Asking.__name__ = "Adam"
    trainer, before = make(Asking), signal.getsignal(number)
    epoch, iteration = (step - 1) // 4 + 1, (step - 1) % 4 + 1
    message = (rf"stopped in epoch {epoch} of 3, after step {iteration}\. The run is in run\.npz: "
               r"Run\(FILE, resume=True\)")
    with pytest.raises(Stopped, match=message) as caught:
        for epoch in epochs(trainer, save="run.npz"):
            body(trainer, epoch)
    assert caught.value.status == status and trainer.optimizer.iter == step
    assert signal.getsignal(number) is before
    assert "stopping after this step; once more stops at once" in capsys.readouterr().err
    assert_goes_on()


def test_two_signals_in_a_step_end_at_once_and_what_was_kept_is_good():
    class Asking(Adam):
        def update(self, params, grads):
            super().update(params, grads)
            if self.iter == 6:
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGINT)

    Asking.__name__ = "Adam"
    trainer, before = make(Asking), signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) as caught:
        for epoch in epochs(trainer, save="run.npz"):
            body(trainer, epoch)
    assert not isinstance(caught.value, Stopped)
    assert str(caught.value).startswith("stopped. The run is in run.npz: Run(FILE, resume=True)")
    assert signal.getsignal(signal.SIGINT) is before
    assert_goes_on()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("steps", [2, 4])
def test_a_signal_while_the_run_is_kept_is_not_lost(steps, number, monkeypatch):
    """After the next step; after an epoch's last one the caller's own handler hears it."""
    def keep(run):
        inner(run)
        if run.steps == steps and not heard:
            heard.append(number)
            signal.raise_signal(number)

    def hear(number, frame):
        raise KeyboardInterrupt("caller")

    inner, heard, own = Run.keep, [], signal.signal(number, hear)
    with monkeypatch.context() as patch:
        patch.setattr(Run, "keep", keep)
        with pytest.raises(KeyboardInterrupt, match="after step 3" if steps == 2 else "caller"):
            for epoch in epochs(trainer := make(), save="run.npz", every=2):
                body(trainer, epoch)
    assert signal.signal(number, own) is hear
    begun = []
    monkeypatch.setattr("common.runs.run.Progress",
                        lambda *how: begun.append(how) or Progress(*how))
    assert_goes_on()
    assert (4, "epoch 1 of 3", 3 if steps == 2 else 4) in begun   # of the time left


def test_a_signal_between_two_steps_while_the_run_is_written_says_where_it_is(monkeypatch):
    """The handlers are the caller's then: the file of before stays."""
    def fsync(number):
        if trainer.current_epoch == 2:
            signal.raise_signal(signal.SIGINT)

    trainer = make()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(KeyboardInterrupt, match=r"^stopped\. The run is in run\.npz: Run\(F"):
            for epoch in epochs(trainer, save="run.npz"):
                body(trainer, epoch)
    assert_goes_on()


def test_without_a_file_the_message_says_how_to_keep_a_run():
    class Asking(Adam):
        def update(self, params, grads):
            signal.raise_signal(signal.SIGTERM)

    with pytest.raises(Stopped, match=r"Nothing of the run was kept: run=Run\(FILE\) keeps it"):
        for _ in epochs(make(Asking)):
            pass


def test_a_thread_that_is_not_the_main_one_trains_too():
    trainer = make()
    thread = threading.Thread(target=lambda: list(epochs(trainer)))
    thread.start()
    thread.join()
    assert trainer.current_epoch == 3


def fit_glove(run):
    batches = PairBatches(*weighted_pairs(WORDS, 9, 2), 30)
    Trainer(GloVe(9, 3, rng=0), RowAdaGrad(0.1)).over(batches, 1, run=run)


def fit_fast_word2vec(run):
    trainer = Trainer(FastSkipGram(9, 3, 2, WORDS, rng=0), RowAdaGrad(0.1))
    trainer.over(ChunkBatches(WORDS, 50), 1, run=run)


def fit_ntm(run):
    task = Copy(1, 3, bits=2)
    model = NTM(task.input_size, task.output_size, 6, 5, 4, rng=1)
    Trainer(model, Adam(), rng=2).over(TaskBatches(task, 3, 4), 1, run=run)


WAYS = {
    "Run": lambda run: run,
    "fit": lambda run: make().fit(WORDS[:-1], WORDS[1:], 1, 4, 10, run=run),
    "epochs": lambda run: make().epochs(WORDS[:-1], WORDS[1:], 1, 4, 10, run=run),
    "pairs": lambda run: Trainer(make().model, SGD()).epochs(WORDS[None], WORDS[None], 1, 1,
                                                             run=run),
    "GloVe": fit_glove, "fast word2vec": fit_fast_word2vec, "NTM": fit_ntm,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_is_there_is_not_begun_anew(way):
    """By every way in: also where the file came after the Run was made."""
    run = Run("run.npz")
    with open("run.npz", "wb") as file:
        file.write(b"what was there")
    with pytest.raises(InputError, match=r"run\.npz is there already: go on with that run by "
                                         r"Run\(FILE, resume=True\)"):
        WAYS[way](Run("run.npz") if way == "Run" else run)
    with open("run.npz", "rb") as file:
        assert file.read() == b"what was there"


def test_there_must_be_something_to_go_on_with():
    with pytest.raises(InputError, match=r"Run\(FILE, resume=True\) needs FILE, the checkpoint"):
        Run(resume=True)
    with pytest.raises(InputError, match=r"cannot read run\.npz: there is no run yet to go on "
                                         r"with\. Begin it without Run\(FILE, resume=True\)\."):
        epochs(make(), save="run.npz", resume=True)
    assert not os.listdir()


def test_what_a_kill_left_beside_a_run_is_gone_once_it_is_resumed():
    """Also where nothing is left to train, and so nothing to write."""
    list(epochs(make(), save="run.npz"))
    left = Path(f".run.npz.{2 ** 22 + 1}-0123abcd.tmp")      # no process has such a number
    left.write_bytes(b"half")
    assert not list(epochs(make(), save="run.npz", resume=True)) and not left.exists()


def test_a_run_is_kept_at_the_start_every_so_many_steps_and_around_each_epochs_end(monkeypatch):
    kept, keep = [], Run.keep
    monkeypatch.setattr(Run, "keep", lambda run: (kept.append(run.steps), keep(run)))
    for every, expected in ((3, [0, 3, 4, 4, 7, 8, 8]), (None, [0, 4, 4, 8, 8])):  # of 4 and 4
        list(epochs(make(), 2, save=f"{every}.npz", every=every))
        assert kept == expected
        kept.clear()


def test_what_cannot_be_kept_is_told_before_any_step():
    class Plain:
        lr = 0.1

    for run, message in (({"save": "nowhere/run.npz"}, "no folder nowhere"),
                         ({"save": "run.npz", "every": 0}, "1 or more")):
        with pytest.raises(InputError, match=message):
            Run(**run)
    for lr, message in ((type("Cosine", (), {"__call__": lambda self, t: 0.1})(), "needs a repr"),
                        (None, "derive it from Optimizer")):
        trainer = make()
        trainer.optimizer.lr = lr
        if lr is None:
            trainer.optimizer = Plain()
        with pytest.raises(InputError, match=message):
            epochs(trainer, save="run.npz")
    assert not os.listdir()


def test_two_runs_cannot_share_a_file_nor_two_trainers_a_run():
    run = Run("run.npz")
    first = make().epochs(WORDS[:-1], WORDS[1:], 1, 4, 10, verbose=False, run=run)
    for other in (run, None):
        with pytest.raises(InputError, match="is there already"):
            epochs(make(), save="run.npz") if other is None else make().epochs(
                WORDS[:-1], WORDS[1:], 1, 4, 10, run=other)
    assert list(first) == [1]


def test_a_trainer_that_had_trained_before_goes_on_for_as_many_epochs():
    def trainer():
        found = make()
        list(epochs(found, 2))
        return found

    whole, half, resumed = trainer(), trainer(), make()
    assert list(epochs(whole, 3)) == [3, 4, 5]
    for epoch in epochs(half, 3, save="run.npz"):
        if epoch == 4:
            break
    assert list(epochs(resumed, 3, save="run.npz", resume=True)) == [4, 5]
    for a, b in zip(whole.model.params, resumed.model.params):
        np.testing.assert_array_equal(a, b)


def test_the_time_trained_is_counted_across_a_stop_and_without_what_is_done_between(monkeypatch):
    """A clock that ticks when it is read: once a step, and more often between the epochs."""
    clock = SimpleNamespace(monotonic=itertools.count().__next__)
    monkeypatch.setattr("common.trainer.time", clock)
    whole, half, resumed = make(), make(), make()
    for trainer, begun in ((whole, {}), (half, {"save": "run.npz"}),
                           (resumed, {"save": "run.npz", "resume": True})):
        for epoch in epochs(trainer, **begun):
            clock.monotonic()
            trainer.validated(0.0)
            if trainer is half and epoch == 2:
                break
    for trainer in (whole, resumed):
        assert trainer.valid_seconds == [4, 8, 12] and trainer.seconds == trainer.steps == 12


def test_of_the_time_that_an_earlier_version_trained_nothing_is_known():
    trainer, position = make(), left_alone().position()
    for name in ("seconds", "valid_seconds"):
        del position[name]
    trainer.go_on_from(position, None)
    trainer.validated(1.0)
    np.testing.assert_array_equal([trainer.seconds, *trainer.valid_seconds], [np.nan] * 5)


def test_a_signal_that_was_ignored_stays_ignored():
    class Asking(Adam):
        def update(self, params, grads):
            super().update(params, grads)
            signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)    # as in the background of a shell
    try:
        assert list(epochs(make(Asking))) == [1, 2, 3]
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
