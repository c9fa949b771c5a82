"""Princeton WordNet's database files as a Thesaurus (section 2.2.1).

The files (index.noun, data.noun, ... of four parts of speech) are looked for in $WNHOME, in its
folder dict, and where Debian's package wordnet-base puts them.

    index.noun   lemma pos synset_count pointer_count symbols... sense_count tagged_count offsets...
    data.noun    offset file_number type word_count(hex) (word id)...
                 pointer_count (symbol offset pos ends)... | gloss

Lines that begin with two spaces are the licence. The format: WordNet's manual page wndb(5).
"""

import os
from pathlib import Path

from common.errors import InputError
from common.files.writing import read_text
from dataset.thesaurus.thesaurus import Synset, Thesaurus

PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
HYPERNYMS = ("@", "@i")      # is a kind of; is an instance of
DEBIAN = Path("/usr/share/wordnet")
# In Princeton's 3.0 inhibit is under restrain and restrain under inhibit; elsewhere under suppress.
INHIBIT, RESTRAIN, SUPPRESS = ("v", 2423762), ("v", 2422663), ("v", 612841)


def find():
    """The folder with WordNet's files, or None."""
    home = os.environ.get("WNHOME")
    folders = [Path(home), Path(home) / "dict"] if home else []
    return next((folder for folder in (*folders, DEBIAN) if (folder / "data.noun").is_file()), None)


def load(folder):
    """The Thesaurus of all parts of speech; InputError with file and line where one is damaged."""
    synsets, senses = {}, {}
    for pos, part in PARTS.items():
        for synset in lines(Path(folder) / f"data.{part}", read_synset, pos):
            synsets[synset.key] = synset
        for lemma, keys in lines(Path(folder) / f"index.{part}", read_senses, pos):
            senses.setdefault(lemma, []).extend(keys)
    if {INHIBIT, RESTRAIN, SUPPRESS} <= synsets.keys() and \
            INHIBIT in synsets[RESTRAIN].hypernyms:
        above = [SUPPRESS if key == RESTRAIN else key for key in synsets[INHIBIT].hypernyms]
        synsets[INHIBIT] = synsets[INHIBIT]._replace(hypernyms=tuple(above))
    return Thesaurus(f"WordNet in {folder}", synsets, senses)


def lines(path, read, pos):
    """read(line, pos) of each line of a database file but those of the licence."""
    text = read_text(path, "file of WordNet")
    if not text.endswith("\n"):
        raise InputError(f"{path} is damaged: its last line has no end, so it was cut short")
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line.startswith("  "):
            try:
                yield read(line, pos)
            except (ValueError, IndexError) as error:
                raise InputError(f"{path} is damaged: line {number:,} is not in the form of a "
                                 "WordNet file") from error


def read_synset(line, pos):
    """The Synset of a line of a data file."""
    head, _, gloss = line.partition(" | ")
    fields = head.split()
    words = int(fields[3], 16)
    pointers_at = 4 + 2 * words
    pointers = int(fields[pointers_at])
    end = pointers_at + 1 + 4 * pointers
    if words < 1 or pointers < 0 or len(fields) < end:
        raise ValueError("fewer fields than the line says")
    hypernyms = tuple((fields[i + 2], int(fields[i + 1]))
                      for i in range(pointers_at + 1, end, 4) if fields[i] in HYPERNYMS)
    names = tuple(word.partition("(")[0] for word in fields[4:pointers_at:2])     # 'galore(ip)'
    return Synset((pos, int(fields[0])), names, gloss.strip(), hypernyms)


def read_senses(line, pos):
    """(lemma, keys of its synsets, the most common first) of a line of an index file."""
    fields = line.split()
    synsets = int(fields[2])
    if not 0 < synsets <= len(fields) - 5:
        raise ValueError("fewer fields than the line says")
    return fields[0], [(pos, int(offset)) for offset in fields[-synsets:]]
