"""Memory is used again, but never while somebody holds it."""

import numpy as np

from common.scratch import Scratch


def address(array):
    return array.__array_interface__["data"][0]


def test_own_memory_stays_until_shape_or_dtype_change():
    scratch = Scratch()
    a = scratch.own("a", (2, 3), np.float32)
    a[...] = 7
    assert scratch.own("a", (2, 3), np.float32) is a
    assert scratch.own("b", (2, 3), np.float32) is not a
    assert scratch.own("a", (3, 2), np.float32).shape == (3, 2)
    assert scratch.own("a", (3, 2), np.float64).dtype == np.float64


def test_lent_memory_comes_back_when_nobody_holds_it():
    scratch = Scratch()
    place = address(scratch.lend("a", (1000,), np.float32))
    assert address(scratch.lend("a", (1000,), np.float32)) == place


def test_lent_memory_that_is_held_is_left_alone():
    scratch = Scratch()
    lent = scratch.lend("a", (1000,), np.float32)
    assert scratch.lend("a", (1000,), np.float32) is not lent


def test_a_part_of_lent_memory_counts_as_holding_it():
    scratch = Scratch()
    part = scratch.lend("a", (10, 100), np.float32)[3:, ::2].T
    part[...] = 1
    scratch.lend("a", (10, 100), np.float32)[...] = 2
    assert (part == 1).all()


def test_clear_lets_go():
    scratch = Scratch()
    scratch.own("a", (1,), float)
    scratch.clear()
    assert not scratch.arrays
