"""From text to ids, counts and word vectors (sections 2.3, 2.4, 3.3 and 4.3.3)."""

import numpy as np


def preprocess(text):
    """Section 2.3.1: corpus (ids), word_to_id, id_to_word; ids in order of first appearance."""
    text = text.lower()
    text = text.replace(".", " .")
    words = text.split(" ")

    word_to_id = {}
    id_to_word = {}
    for word in words:
        if word not in word_to_id:
            new_id = len(word_to_id)
            word_to_id[word] = new_id
            id_to_word[new_id] = word

    corpus = np.array([word_to_id[word] for word in words])
    return corpus, word_to_id, id_to_word


def convert_one_hot(corpus, vocab_size):
    """Section 3.3.2: (N,) -> (N, V), or (N, C) -> (N, C, V), 1 at each id and 0 elsewhere."""
    if corpus.ndim == 1:
        one_hot = np.zeros((corpus.shape[0], vocab_size), dtype=np.int32)
        for n, word_id in enumerate(corpus):
            one_hot[n, word_id] = 1
    else:
        N, C = corpus.shape
        one_hot = np.zeros((N, C, vocab_size), dtype=np.int32)
        for n in range(N):
            for c in range(C):
                one_hot[n, c, corpus[n, c]] = 1
    return one_hot


def create_contexts_target(corpus, window_size=1):
    """Section 3.3.1: contexts (N - 2w, 2w), w ids left and w right of each target (N - 2w,)."""
    target = corpus[window_size:-window_size]
    contexts = []
    for idx in range(window_size, len(corpus) - window_size):
        cs = []
        for t in range(-window_size, window_size + 1):
            if t != 0:
                cs.append(corpus[idx + t])
        contexts.append(cs)
    return np.array(contexts), np.array(target)


def create_co_matrix(corpus, vocab_size, window_size=1):
    """Section 2.3.4: C[i, j] counts how often word j stands within window_size words of word i."""
    co_matrix = np.zeros((vocab_size, vocab_size), dtype=np.int32)
    for idx, word_id in enumerate(corpus):
        for i in range(1, window_size + 1):
            left_idx = idx - i
            right_idx = idx + i
            if left_idx >= 0:
                co_matrix[word_id, corpus[left_idx]] += 1
            if right_idx < len(corpus):
                co_matrix[word_id, corpus[right_idx]] += 1
    return co_matrix


def cos_similarity(x, y, eps=1e-8):
    """Section 2.3.5: x . y / (||x|| ||y||); x, y (D,)."""
    nx = x / (np.sqrt(np.sum(x ** 2)) + eps)
    ny = y / (np.sqrt(np.sum(y ** 2)) + eps)
    return np.dot(nx, ny)


def most_similar(query, word_to_id, id_to_word, word_matrix, top=5):
    """Section 2.3.6: print the `top` words whose vectors are nearest to the query's by cosine."""
    if query not in word_to_id:
        print(f"{query} is not found")
        return

    print(f"\n[query] {query}")
    query_id = word_to_id[query]
    query_vec = word_matrix[query_id]              # (D,)

    vocab_size = len(id_to_word)
    similarity = np.zeros(vocab_size)
    for i in range(vocab_size):
        similarity[i] = cos_similarity(word_matrix[i], query_vec)

    count = 0
    for i in (-similarity).argsort():              # the largest first
        if i == query_id:
            continue
        if count == top:
            break
        print(f" {id_to_word[i]}: {similarity[i]}")
        count += 1


def ppmi(C, verbose=False, eps=1e-8):
    """Section 2.4.1: M[i, j] = max(0, log2(C[i, j] N / (S[i] S[j]))), N = sum C, S = sums of C."""
    M = np.zeros_like(C, dtype=np.float32)
    N = np.sum(C)
    S = np.sum(C, axis=0)                          # (V,)
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            pmi = np.log2(C[i, j] * N / (S[i] * S[j]) + eps)
            M[i, j] = max(0, pmi)
        if verbose:
            print(f"row {i + 1} of {C.shape[0]}")
    return M


def normalize(x):
    """Section 4.3.3: x / ||x||, each row of x (N, D), or x (D,)."""
    s = np.sqrt((x * x).sum(axis=-1, keepdims=True))
    return x / s


def analogy(a, b, c, word_to_id, id_to_word, word_matrix, top=5, answer=None):
    """Section 4.3.3: print the `top` words d of a : b = c : d, by W[d] . normalize(b - a + c)."""
    for word in (a, b, c):
        if word not in word_to_id:
            print(f"{word} is not found")
            return

    print(f"\n[analogy] {a}:{b} = {c}:?")
    a_vec = word_matrix[word_to_id[a]]
    b_vec = word_matrix[word_to_id[b]]
    c_vec = word_matrix[word_to_id[c]]
    query_vec = b_vec - a_vec + c_vec              # (D,)
    query_vec = normalize(query_vec)
    similarity = np.dot(word_matrix, query_vec)    # (V, D) (D,) -> (V,)

    if answer is not None:
        print(f"==>{answer}: {similarity[word_to_id[answer]]}")

    count = 0
    for i in (-similarity).argsort():              # the largest first
        if id_to_word[i] in (a, b, c):
            continue
        if count == top:
            break
        print(f" {id_to_word[i]}: {similarity[i]}")
        count += 1
