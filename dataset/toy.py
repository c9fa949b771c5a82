"""A small text that comes with the library, so that every script runs without a download."""

from common.errors import InputError
from common.util.text import number_words, to_ids
from dataset.text_file import split_lines

TRAIN = """\
you drive a red car every day
you drive a blue car every week
she drives a new toyota every year
he drives an old honda every year
we drive a small truck every month
they drive a big truck every week
you sold a red car last year
she sold a blue car last week
he sold an old toyota last month
we sold a new honda last year
they sold a small car last week
you bought a new toyota this year
she bought an old honda this month
he bought a big truck this week
we bought a blue car this year
they bought a red truck this month
the car is fast and the truck is slow
the toyota is fast and the honda is fast too
the car was cheap last year and the truck was cheap last month
you like bread and she likes cheese
we like apples and they like bread
he eats cheese every day and she eats apples every day
you eat bread every week and we eat cheese every month
they ate apples last week and you ate bread last month
she ate bread this week and he ate cheese this year
the bread is fresh and the cheese is old
the apples are fresh and the bread is cheap
i say hello and you say goodbye
you say hello and i say goodbye
she says hello every day and he says goodbye every week
we said hello last month and they said goodbye last year
i drive a car and you drive a truck
i bought a toyota and you bought a honda
i eat bread and you eat cheese
"""
VALID = "you drive a new car every year\nshe ate cheese last week\n"
TEST = "they drive a red toyota every month\ni like bread and you like apples\n"
PARTS = {"train": TRAIN, "valid": VALID, "val": VALID, "test": TEST}


def load_data(data_type="train"):
    """(corpus, word_to_id, id_to_word) of one part, with the vocabulary of the training part."""
    if data_type not in PARTS:
        raise InputError(f"data_type must be one of {', '.join(PARTS)}, got '{data_type}'")
    corpus, word_to_id, id_to_word = number_words(split_lines(TRAIN))
    if data_type != "train":
        corpus = to_ids(split_lines(PARTS[data_type]), word_to_id)
    return corpus, word_to_id, id_to_word
