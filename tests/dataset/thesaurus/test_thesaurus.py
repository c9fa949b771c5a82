"""Similarities by hand and by a slow walk, WordNet's file format in miniature, damaged files."""

import random

import pytest

from common.errors import InputError
from dataset.thesaurus import small as small_thesaurus
from dataset.thesaurus import wordnet
from dataset.thesaurus.thesaurus import Synset, Thesaurus

LICENCE = "  1 This stands where the licence stands\n"
FILES = {
    "data.noun": LICENCE +
        "00000100 03 n 01 entity 0 001 ~ 00000200 n 0000 | all that is\n"
        "00000200 03 n 02 vehicle 0 conveyance 0 001 @ 00000100 n 0000 | it carries\n"
        "00000300 06 n 03 car 0 auto 0 motor_car 1 002 @ 00000200 n 0000 ~ 00000500 n 0000 "
        "| four | wheels\n"
        "00000400 06 n 01 motorcycle 0 001 @ 00000200 n 0000 | has two\n"
        "00000500 06 n 01 Beetle 0 001 @i 00000300 n 0000 | a certain one\n"
        "00000600 06 n 01 car 1 000 | of a train\n",
    "index.noun": LICENCE +
        "entity n 1 1 ~ 1 1 00000100\nvehicle n 1 1 @ 1 1 00000200\n"
        "conveyance n 1 1 @ 1 0 00000200\ncar n 2 2 @ ~ 2 1 00000300 00000600\n"
        "auto n 1 1 @ 1 1 00000300\nmotor_car n 1 1 @ 1 0 00000300\n"
        "motorcycle n 1 1 @ 1 1 00000400\nbeetle n 1 1 @ 1 0 00000500\n",
    "data.verb": LICENCE +
        "00000100 29 v 01 walk 0 000 02 + 02 00 + 08 00 | on foot\n"
        "00000200 29 v 01 say 0 000 01 + 02 00 | in words\n"
        "00000300 29 v 01 stroll 0 001 @ 00000100 v 0000 01 + 02 00 | slowly\n",
    "index.verb": LICENCE + "walk v 1 0 1 0 00000100\nsay v 1 0 1 0 00000200\n"
        "stroll v 1 1 @ 1 0 00000300\n",
    "data.adj": "00000100 00 s 01 galore(ip) 0 000 | plenty\n",
    "index.adj": "galore a 1 0 1 0 00000100\n",
    "data.adv": "00000100 02 r 01 fast 0 000 | quickly\n", "index.adv": "fast r 1 0 1 0 00000100\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def first(thesaurus, *words):
    return [thesaurus.senses(word)[0] for word in words]


def names(ways):
    return [[synset.words[0] for synset in way] for way in ways]


def test_wordnet_files_are_read(folder):
    net = wordnet.load(folder)
    car, other = net.senses("car")
    assert car.words == ("car", "auto", "motor_car") and car.gloss == "four | wheels"
    assert str(car) == "car, auto, motor car" and other.hypernyms == ()
    assert net.synonyms("Car") == net.synonyms("\ufeffca\u00adr ") == ["auto", "motor car"]
    assert net.senses("motor car") == [car] and "beetle" in net and "zebra" not in net
    paths = net.hypernym_paths(net.senses("beetle")[0])
    assert names(paths) == [["entity", "vehicle", "car", "Beetle"]]
    assert net.senses("galore")[0].words == ("galore",)


def test_similarities_by_hand(folder):
    net = wordnet.load(folder)
    car, motorcycle, beetle, entity = first(net, "car", "motorcycle", "beetle", "entity")
    assert net.path_similarity(car, motorcycle) == pytest.approx(1 / 3)
    assert net.path_similarity(beetle, motorcycle) == pytest.approx(1 / 4)
    assert net.path_similarity(car, car) == net.wu_palmer_similarity(car, car) == 1
    assert net.wu_palmer_similarity(car, motorcycle) == pytest.approx(2 * 2 / (3 + 3))
    assert net.wu_palmer_similarity(beetle, entity) == pytest.approx(2 * 1 / (4 + 1))
    assert names(net.ways_up(beetle, motorcycle)) == [["Beetle", "car", "vehicle"],
                                                      ["motorcycle", "vehicle"]]


def test_verbs_meet_in_a_common_root_and_nouns_do_not(folder):
    net = wordnet.load(folder)
    walk, say, stroll = first(net, "walk", "say", "stroll")
    assert net.path_similarity(walk, say) == pytest.approx(1 / 3)                # walk - root - say
    assert net.wu_palmer_similarity(stroll, say) == pytest.approx(2 * 1 / (3 + 2))
    assert names(net.ways_up(stroll, say)) == [["stroll", "walk"], ["say"]]
    car, of_train = net.senses("car")
    assert net.path_similarity(car, of_train) is net.wu_palmer_similarity(car, of_train) is None
    assert net.ways_up(car, of_train) is None
    assert net.path_similarity(car, walk) is None


def slow_similarities(thesaurus, a, b):
    """Path and Wu-Palmer similarity from all hypernym paths written out, as the definitions say."""
    def paths(synset):
        return [(["root"] if synset.key[0] == "v" else []) + [s.key for s in path]
                for path in thesaurus.hypernym_paths(synset)]

    steps, depths = [], []
    for key in set().union(*paths(a)) & set().union(*paths(b)):
        up = min(len(path) - 1 - path.index(key) for path in paths(a) if key in path)
        down = min(len(path) - 1 - path.index(key) for path in paths(b) if key in path)
        depth = max(path.index(key) + 1 for s in (a, b) for path in paths(s) if key in path)
        steps.append(up + down)
        depths.append((depth, -up - down))
    if not steps:
        return None, None
    depth, minus_steps = max(depths)
    return 1 / (1 + min(steps)), 2 * depth / (2 * depth - minus_steps)


def check_against_slow_walk(thesaurus, pos, pairs, seed):
    synsets = [synset for key, synset in thesaurus.synsets.items() if key[0] == pos]
    rng = random.Random(seed)
    for _ in range(pairs):
        a, b = rng.choice(synsets), rng.choice(synsets)
        path, wu_palmer = slow_similarities(thesaurus, a, b)
        assert thesaurus.path_similarity(a, b) == pytest.approx(path)
        assert thesaurus.wu_palmer_similarity(a, b) == pytest.approx(wu_palmer)


@pytest.mark.parametrize("pos", ["n", "v"])
def test_the_embedded_thesaurus_against_a_slow_walk(pos):
    check_against_slow_walk(small_thesaurus.load(), pos, 100, seed=1)


def test_a_random_net_with_many_paths_against_a_slow_walk():
    rng = random.Random(0)
    synsets = {("n", 0): Synset(("n", 0), ("w0",), "", ())}
    for i in range(1, 60):
        above = tuple(("n", k) for k in {rng.randrange(i) for _ in range(rng.choice([1, 1, 2, 3]))})
        synsets["n", i] = Synset(("n", i), (f"w{i}",), "", above)
    check_against_slow_walk(Thesaurus("random", synsets, {}), "n", 100, seed=2)


# Princeton's 3.0: each of the first two is the hypernym of the other.
LOOP = ("02422663 41 v 02 restrain 1 hold_back 0 001 @ 02423762 v 0000 00 | keep in check\n"
        "02423762 41 v 02 inhibit 0 suppress 0 001 @ 02422663 v 0000 00 | of emotions\n"
        "00612841 31 v 01 suppress 0 001 @ 00610167 v 0000 00 | out of one's consciousness\n"
        "00610167 31 v 01 forget 0 000 00 | be unable to remember\n")


def test_the_loop_of_wordnet_3_0_is_cut(folder):
    def load(loop):
        (folder / "data.verb").write_text(FILES["data.verb"] + loop)
        (folder / "index.verb").write_text(
            FILES["index.verb"] + "restrain v 1 1 @ 1 1 02422663\ninhibit v 1 1 @ 1 1 02423762\n")
        return wordnet.load(folder)

    for ends in ("\n", "\r\n"):
        net = load(LOOP.replace("\n", ends))
        restrain, inhibit = first(net, "restrain", "inhibit")
        assert net.path_similarity(restrain, inhibit) == 1 / 2
        assert net.wu_palmer_similarity(restrain, inhibit) == pytest.approx(8 / 9)
        assert names(net.hypernym_paths(restrain)) == [["forget", "suppress", "inhibit",
                                                        "restrain"]]
    with pytest.raises(InputError, match=r"circle, inhibit \('v', 2423762\) < restrain .* < inhib|"
                                         r"circle, restrain \('v', 2422663\) < inhibit .* < restr"):
        load(LOOP.replace("00612841", "00612842"))           # not these three: damaged


@pytest.mark.skipif(wordnet.find() is None, reason="WordNet is not installed")
def test_the_real_wordnet():
    net = wordnet.load(wordnet.find())
    car, motorcycle, dog, cat = first(net, "car", "motorcycle", "dog", "cat")
    assert net.path_similarity(car, motorcycle) == pytest.approx(1 / 3)
    assert net.wu_palmer_similarity(car, motorcycle) == pytest.approx(2 * 11 / 24)
    assert net.path_similarity(dog, cat) == pytest.approx(1 / 5)
    assert net.wu_palmer_similarity(dog, cat) == pytest.approx(2 * 12 / 28)
    check_against_slow_walk(net, "n", 50, seed=3)
    check_against_slow_walk(net, "v", 50, seed=4)


def test_the_embedded_thesaurus_knows_car_and_motorcycle():
    net = small_thesaurus.load()
    car, motorcycle = first(net, "car", "motorcycle")
    assert net.path_similarity(car, motorcycle) == pytest.approx(1 / 3)
    assert {"auto", "automobile"} <= set(net.synonyms("car"))


def test_an_unknown_word_is_named_with_near_spellings(folder):
    with pytest.raises(InputError, match=r"'motorcycl' is not in WordNet .*mean motorcycle"):
        wordnet.load(folder).senses("motorcycl")
    with pytest.raises(InputError, match=r"'car' is not in WordNet .* as a verb"):
        wordnet.load(folder).senses("car", "v")


@pytest.mark.parametrize("name, old, new, message", [
    ("data.noun", " | has two\n", " | has t", r"data\.noun is damaged: its last line"),
    ("data.noun", "00000400 06 n 01 motorcycle 0 001 @ 00000200 n 0000 | has two\n", "", "missing"),
    ("data.noun", "n 03 car", "n zz car", "line 4"),
    ("data.noun", "001 @ 00000200 n 0000 | has two", "009 @ 00000200 n 0000 | has two",
     r"data\.noun is damaged"),
    ("data.noun", "motorcycle 0 001", "motorcycle 0 abc", "line 5"),
    ("data.noun", "n 01 motorcycle", "n ff motorcycle", "line 5"),
    ("data.noun", "@ 00000200 n 0000 | has two", "@ 00000999 n 0000 | has two", "00000999|999"),
    ("data.noun", "entity 0 001 ~ 00000200", "entity 0 001 @ 00000200",
     r"circle, entity \('n', 100\) < vehicle \('n', 200\) < entity"),
    ("index.noun", "car n 2 2", "car n 9 2", r"index\.noun is damaged: line"),
    ("index.noun", "car n 2 2", "car n x 2", r"index\.noun is damaged: line"),
    ("index.noun", "auto n 1 1 @ 1 1 00000300", "auto", "line"),
])
def test_damaged_files_are_told(folder, name, old, new, message):
    text = FILES[name]
    assert old in text
    cut = new == " | has t"
    (folder / name).write_text(text[:text.index(old)] + new if cut else text.replace(old, new))
    with pytest.raises(InputError, match=message):
        wordnet.load(folder)


def test_missing_and_binary_files_are_told(folder):
    (folder / "data.adv").unlink()
    with pytest.raises(InputError, match=r"cannot read .*data\.adv"):
        wordnet.load(folder)
    (folder / "data.noun").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no file of WordNet"):
        wordnet.load(folder)


def test_where_wordnet_is_looked_for(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(wordnet, "DEBIAN", tmp_path / "nowhere")
    assert wordnet.find() is None
    monkeypatch.setenv("WNHOME", str(folder))
    assert wordnet.find() == folder
    monkeypatch.setenv("WNHOME", str(tmp_path / "home"))
    (tmp_path / "home" / "dict").mkdir(parents=True)
    (tmp_path / "home" / "dict" / "data.noun").write_text("")
    assert wordnet.find() == tmp_path / "home" / "dict"
