"""Damage files of every kind that the library reads, and see that each still loads or is refused.

    python -m tests.fuzz --files 10000 --seed 0
    python -m tests.fuzz --seed 0 --kind curves --number 37    # one again, with its traceback

Refused means common.errors.InputError. Anything else is a fault: another exception, a warning, a
crash, more than LIMIT seconds of computing, more than a gigabyte of memory (on Linux). Files are
read in child processes, so that a crash is seen as well.
"""

import argparse
import json
import os
import random
import re
import select
import signal
import struct
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

from common.errors import InputError
from tests.fuzz_files import kinds, unzipped, zipped

try:
    import resource
except ImportError:                                          # Windows has neither this nor os.fork
    resource = None

LIMIT = 1.5                                                  # seconds of computing
MEMORY = 2 ** 30
STATM = Path("/proc/self/statm")                             # a process's memory, on Linux
BOUNDED = resource is not None and STATM.exists()
NUMBERS = ["nan", "inf", "-inf", "1e999", "1e300", "-1", "0", "1_0", "0x10", "2147483648",
           "9" * 30, "9" * 5000, "", "٣"]
VALUES = [None, True, -1, 0, 0.5, 2 ** 31, 2 ** 64, 10 ** 30, float("nan"), float("inf"),
          "", "x", "a" * 99, [], [[]], {}, [1], {"a": 1}]
INTEGERS = [0, 1, 2, 127, 255, 65535, 2 ** 31 - 1, 2 ** 32 - 1]


def mutated(data, rng):
    """The bytes of a damaged file."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        ways = [flipped, cut, spliced, overwritten, renumbered]
        if data.startswith(b"PK"):
            ways += [redirected, rewritten, rewritten, rewritten]
        elif data[:1] != b"\x80":
            ways += [relined, relined, renumbered]
        try:
            data = rng.choice(ways)(data, rng)
        except Exception:                # a damaged file cannot be damaged in every way
            data = flipped(data, rng)
    return data


def flipped(data, rng):
    """Up to four bytes changed."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 4) if data else 0):
        data[rng.randrange(len(data))] = rng.choice((rng.randrange(256), 0, 255))
    return bytes(data)


def cut(data, rng):
    """The beginning, or the end, alone."""
    place = rng.randint(0, len(data))
    return data[:place] if rng.random() < 0.8 else data[place:]


def spliced(data, rng):
    """A piece repeated, dropped or put elsewhere."""
    start, end = sorted(rng.randint(0, len(data)) for _ in range(2))
    end, place = min(end, start + rng.choice((1, 9, 99, 9999))), rng.randint(0, len(data))
    piece = data[start:end] * rng.choice((1, 1, 1, 50))
    return rng.choice((data[:end] + piece + data[end:], data[:start] + data[end:],
                       data[:place] + piece + data[place:]))


def overwritten(data, rng):
    """A length, an offset or another integer replaced."""
    place, form = rng.randint(0, len(data)), rng.choice("BHIQ")
    value = struct.pack(f"<{form}", rng.choice(INTEGERS) % 256 ** struct.calcsize(form))
    return data[:place] + value + data[place + len(value):]


def renumbered(data, rng):
    """A number in the text replaced, in a header or a field."""
    places = re.finditer(rb"(?<![\d.])(?=(\d[\d.e]*))", data)
    start, end = rng.choice([number.span(1) for number in places])
    return data[:start] + rng.choice(NUMBERS).encode() + data[end:]


def relined(data, rng):
    """A line repeated, dropped, moved, emptied, or with its fields changed."""
    lines = data.split(b"\n")
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    fields = lines[i].split(b" ")
    rng.shuffle(fields)
    lines[i:i + 1] = rng.choice((
        [lines[i]] * rng.choice((2, 2, 500)), [], [lines[j]], [b""], [b" ".join(fields)],
        [lines[i] * 50], [b" ".join(fields[1:])], [b"\xef\xbb\xbf" + lines[i] + b"\r"]))
    return b"\n".join(lines)


def redirected(data, rng):
    """A number in the zip's directory or an entry's own header replaced, or taken from another."""
    mark = rng.choice((b"PK\1\2", b"PK\1\2", b"PK\3\4", b"PK\5\6"))
    places = [i for i in range(len(data)) if data[i:i + 4] == mark]
    place, other = rng.choice(places), rng.choice(places)
    offset, size = rng.choice(((8, 2), (10, 2), (18, 4), (20, 4), (22, 4), (24, 4), (28, 2),
                               (30, 2), (42, 4), (10, 4), (12, 4), (16, 4), (26, 2)))
    value = rng.choice((data[other + offset:other + offset + size],
                        (rng.choice(INTEGERS) % 256 ** size).to_bytes(size, "little")))
    return data[:place + offset] + value + data[place + offset + size:]


def rewritten(data, rng):
    """A whole zip, its checksums right, with an entry changed, dropped, renamed or exchanged."""
    entries = unzipped(data)
    name, other = rng.choice(list(entries)), rng.choice(list(entries))
    entry = entries[name]
    way = rng.randrange(8)
    if way == 0:
        del entries[name]
    elif way == 1:
        new = rng.choice((other + "x", "x.npy", "optimizer 9 9.npy", "state 0 7.npy",
                          "optimizer x.npy"))
        entries[new] = entries.pop(name)
    elif way == 2:
        entries[name] = entries[other]
    elif way == 3:
        entries[name] = rng.choice((flipped, cut, overwritten, renumbered))(entry, rng)
    elif way == 4:
        descr = rng.choice(("<U0", "|O", "<f2", "<f8", ">f4", "<i8", "|b1", "<c8", "|V4", "<f16",
                            "<U1", "|S4", "<M8[s]"))
        entries[name] = entry.replace(b"<f4", descr.encode())
    elif way == 5:
        shape = rng.choice(("0,", "-1,", "999999999999,", "2, 2", "0, 99999999999999", "",
                            "1, " * 40, "4294967296, " * 2))
        entries[name] = header_changed(entry, shape)
    else:                                # the text of a checkpoint or of a model
        name = next(name for name in entries if name in ("run.npy", "about.npy"))
        start = entries[name].index(b"\n") + 1
        text = json.dumps(changed(json.loads(entries[name][start:]), rng)).encode()
        text = rng.choice((text,) * 30 + (b"[" * 99999, b"", b"[]", b"1", b'"run"', text[:-9]))
        entries[name] = header_changed(entries[name][:start], f"{len(text)},") + text
    return zipped(entries)


def header_changed(entry, shape):
    """A .npy file whose header has another shape, its length unchanged."""
    head, tail = entry[:10], entry[10:]
    end = tail.index(b"\n")
    begin = tail[:tail.index(b"(") + 1] + shape.encode() + b"), }"
    return head + begin.ljust(end) + tail[end:]


def changed(value, rng):
    """A value from JSON with one place in it changed, dropped or added."""
    if isinstance(value, (dict, list)) and value and rng.random() < 0.85:
        value = value.copy()
        key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
        if rng.random() < 0.2:
            del value[key]
        else:
            value[key] = changed(value[key], rng)
        return value
    return rng.choice([*VALUES, -value if type(value) in (int, float) else value])


def spoil(files, seed, kind, number, folder):
    """Write the damaged files of this number into `folder`."""
    rng = random.Random(f"{seed} {kind} {number}")
    chosen = rng.choice(list(files))
    for name, data in files.items():
        (folder / name).write_bytes(mutated(data, rng) if name == chosen else data)


def outcome(read, folder):
    """Read the files of a folder: "loaded", "refused", or what went wrong."""
    try:
        read(folder)
        return "loaded"
    except InputError as error:
        cause = error
        while cause := cause.__cause__ or cause.__context__:
            if isinstance(cause, MemoryError):
                return "asks for too much memory"
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:200]
    return "refused"


def work(jobs, seed, found, pipe):
    """In the child: read the files of the jobs [(kind, number)], a line about each to the pipe."""
    if BOUNDED:
        soft = int(STATM.read_text().split()[0]) * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (soft, soft))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as folder, open(pipe, "w", buffering=1) as out:
        for kind, number in jobs:
            files, read = found[kind]
            spoil(files, seed, kind, number, Path(folder))
            signal.setitimer(signal.ITIMER_PROF, LIMIT)
            ended = outcome(read, Path(folder))
            signal.setitimer(signal.ITIMER_PROF, 0)
            out.write(json.dumps(ended) + "\n")
            for file in Path(folder).iterdir():
                file.unlink()


def run(jobs, seed, found):
    """[(kind, number, how it ended)] of the jobs: "loaded", "refused", or a fault."""
    ended = []
    while len(ended) < len(jobs):
        ours, theirs = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the BLAS may have threads
            child = os.fork()
        if not child:
            os.close(ours)
            try:
                work(jobs[len(ended):], seed, found, theirs)
            finally:
                os._exit(0)
        os.close(theirs)
        with open(ours) as lines:
            while select.select([lines], [], [], 60)[0] and (line := lines.readline()):
                ended.append((*jobs[len(ended)], json.loads(line)))
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if len(ended) < len(jobs):
            how = (f"more than {LIMIT} seconds" if status == -signal.SIGPROF
                   else f"the process ended with {status}")
            ended.append((*jobs[len(ended)], how))
    return ended


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="of all kinds (default 10,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", help="of this kind only")
    parser.add_argument("--number", type=int, help="only this one of --kind")
    args = parser.parse_args(argv)
    found = kinds()
    if args.number is not None:
        files, read = found[args.kind]
        with tempfile.TemporaryDirectory() as folder:
            spoil(files, args.seed, args.kind, args.number, Path(folder))
            warnings.simplefilter("error")
            try:
                read(Path(folder))
                print("loaded")
            except Exception:
                traceback.print_exc()
        return 0
    if not hasattr(os, "fork"):
        parser.error("needs os.fork, which this system lacks; --kind and --number read one file")
    names = [args.kind] if args.kind else list(found)
    jobs = [(names[i % len(names)], i // len(names)) for i in range(args.files)]
    ended = run(jobs, args.seed, found)
    faults = [job for job in ended if job[2] not in ("loaded", "refused")]
    loaded = sum(job[2] == "loaded" for job in ended)
    for kind, number, fault in faults:
        print(fault)
        print(f"    python -m tests.fuzz --seed {args.seed} --kind {kind} --number {number}")
    print(f"{len(jobs):,} damaged files of {len(names)} kinds: {loaded:,} loaded, "
          f"{len(jobs) - loaded - len(faults):,} refused, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
