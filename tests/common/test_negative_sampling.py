"""Negatives are drawn without replacement, never the target; the loss is a sum of K + 1."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.skip_gram import SkipGram
from common.errors import InputError
from common.functions import sigmoid
from common.negative_sampling import EmbeddingDot, NegativeSamplingLoss, UnigramSampler
from common.optimizer import SGD, AdaGrad


def test_probabilities_by_hand():
    sampler = UnigramSampler([0] * 70 + [1] * 29 + [2], 0.75, 2)
    assert_allclose(sampler.word_p, [0.6420, 0.3315, 0.0265], atol=1e-4)  # section 4.2.6
    assert sampler.vocab_size == 3


@pytest.mark.parametrize("corpus", [np.random.default_rng(0).integers(0, 50, 1000),
                                    [0] * 997 + [1, 2, 3, 4, 5, 6]], ids=["even", "one word rules"])
def test_negatives_differ_from_each_other_and_from_the_target(corpus):
    sampler = UnigramSampler(corpus, 0.75, 5, rng=0)
    target = np.random.default_rng(1).integers(0, 7, 500)
    negative = sampler.get_negative_sample(target)
    assert negative.shape == (500, 5)
    together = np.concatenate([target[:, None], negative], axis=1)
    assert all(len(set(row)) == 6 for row in together.tolist())


@pytest.mark.parametrize("counts", [[40, 30, 20, 10], [900, 60, 30, 10]])
def test_negatives_have_the_distribution_of_drawing_without_replacement(counts):
    sampler = UnigramSampler(np.repeat(range(4), counts), 1.0, 2, rng=0)
    target, N = 3, 40_000
    negative = sampler.get_negative_sample(np.full(N, target))
    p = sampler.word_p / sampler.word_p[:3].sum()
    for a, b in itertools.permutations(range(3), 2):
        expected = p[a] * p[b] / (1 - p[a])
        found = np.mean((negative[:, 0] == a) & (negative[:, 1] == b))
        assert abs(found - expected) < 5 * (expected * (1 - expected) / N) ** 0.5


def test_words_that_never_occur_are_never_drawn():
    sampler = UnigramSampler([1, 1, 3, 5], 0.0, 2, rng=0)    # power 0: all that occur are equal
    assert set(sampler.get_negative_sample(np.full(300, 1)).ravel().tolist()) == {3, 5}


@pytest.mark.parametrize("corpus, K", [([0, 1, 2], 3), ([0, 0, 0], 1)])
def test_too_few_words_are_told(corpus, K):
    with pytest.raises(InputError, match="different words"):
        UnigramSampler(corpus, 0.75, K)


def test_loss_by_hand():
    W, h = np.array([[1.0, 0], [0, 1], [1, 1]]), np.array([[2.0, 3]])
    layer = NegativeSamplingLoss(W, [0, 1, 2], sample_size=2)
    expected = pytest.approx(-np.log(sigmoid(np.array([2.0, -3, -5]))).sum())
    assert layer.forward(h, np.array([0]), negative=np.array([[1, 2]])) == expected
    assert layer.forward(h, np.array([0])) == expected       # there are no others to draw


def test_a_target_outside_the_vocabulary_is_told():
    layer = NegativeSamplingLoss(np.ones((3, 2)), [0, 1, 2], sample_size=2)
    with pytest.raises(ValueError, match=r"0\.\.2"):
        layer.forward(np.ones((1, 2)), np.array([3]))


def test_a_target_that_no_text_has_and_a_text_of_nearly_one_word():
    layer = NegativeSamplingLoss(np.zeros((10, 2)), [0] * 1000 + [1, 2, 3], sample_size=3, rng=0)
    for _ in range(5):
        assert layer.forward(np.ones((2, 2)), np.array([9, 1])) == pytest.approx(4 * np.log(2))


def test_an_empty_batch_has_no_scores():
    layer = EmbeddingDot(np.ones((3, 2)))
    assert layer.forward(np.ones((0, 2)), np.zeros((0, 4), int)).shape == (0, 4)
    assert layer.forward(np.ones((0, 2)), np.zeros(0, int)).shape == (0,)


@pytest.mark.parametrize("Model", [CBOW, SkipGram])
@pytest.mark.parametrize("Optimizer", [SGD, AdaGrad])
def test_sparse_and_dense_tables_end_with_the_same_weights(Model, Optimizer):
    corpus = np.random.default_rng(0).integers(0, 40, 500)
    models = [Model(40, 5, 2, corpus, rng=1, dtype=float, sparse=sparse)
              for sparse in (True, False)]
    rng = np.random.default_rng(2)
    optimizers = [Optimizer(1.0 if Optimizer is SGD else 0.1) for _ in models]
    for _ in range(100):
        contexts, target = rng.integers(0, 40, (10, 4)), rng.integers(0, 40, 10)
        for model, optimizer in zip(models, optimizers):
            model.forward(contexts, target)
            model.backward()
            optimizer.update(model.params, model.grads)
    for sparse, dense in zip(*(model.params for model in models)):
        assert np.abs(sparse).max() > 0.05
        assert_allclose(sparse, dense, rtol=0, atol=1e-12)


def test_a_loop_written_by_hand_runs_with_dense_tables():
    corpus = np.random.default_rng(0).integers(0, 10, 300)
    model, rng, losses = CBOW(10, 5, 1, corpus, sparse=False, rng=0), np.random.default_rng(1), []
    contexts, target = np.stack([corpus[:-2], corpus[2:]], 1), corpus[1:-1]
    for _ in range(300):
        chosen = rng.integers(0, len(target), 20)
        losses.append(model.forward(contexts[chosen], target[chosen]))
        model.backward()
        for i in range(len(model.params)):
            model.params[i] -= 1.0 * model.grads[i]
    assert np.mean(losses[-30:]) < losses[0]


@pytest.mark.parametrize("Model", [CBOW, SkipGram])
@pytest.mark.parametrize("corpus, message", [([], "at least one id"), ([0, 99] * 9, r"0\.\.9")])
def test_a_corpus_that_does_not_fit_is_told(Model, corpus, message):
    with pytest.raises(InputError, match=message):
        Model(10, 5, 1, corpus)


def test_no_negatives_are_refused():
    with pytest.raises(InputError, match="sample_size must be 1 or more, got 0"):
        UnigramSampler(np.arange(100), 0.75, 0)
