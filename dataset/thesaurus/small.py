"""A thesaurus of some hundred meanings, for where WordNet is not at hand.

Each line of the outline is a meaning, its words, under the meaning it is a kind of.
"""

from dataset.thesaurus.thesaurus import Synset, Thesaurus

NOUNS = """\
entity
  object, thing
    artifact, made thing
      vehicle
        motor vehicle
          car, auto, automobile, motorcar
            taxi, cab
            sports car
            limousine, limo
          motorcycle, motorbike
          truck, lorry
          bus, coach
        bicycle, bike, cycle
        train, railway train
        ship, vessel
        airplane, plane, aeroplane
      building
        house
        palace
        school
        factory, plant
        bank
      tool
        hammer
        knife
      instrument, musical instrument
        guitar
        piano
      publication
        book
          novel
          textbook
        newspaper, paper
    living thing, organism
      animal, beast
        dog
          puppy
          hound
        cat
          kitten
        horse
          pony
        bird
          crow
          eagle
        fish
      plant
        tree
          oak
        flower
          rose
      person, human, individual
        man, adult male
          king, monarch
        woman, adult female
          queen
        child, kid
          boy
          girl
        worker
          teacher, instructor
          driver
    food, nourishment
      bread
      cheese
      apple
  abstraction
    time period
      year
      month
      week
      day
    idea, thought
    money, currency
      dollar
      coin
    feeling, emotion
      joy, happiness
      fear
"""
VERBS = """\
move, travel
  walk
    march
    stroll, saunter
  run
  drive
  fly
get, acquire
  buy, purchase
  steal
  win
communicate
  say, state
  ask
  write
"""
ADJECTIVES = """\
big, large
small, little
old, vintage, retro
new
fast, quick
happy, glad
"""


def load():
    """The embedded Thesaurus."""
    synsets, senses = {}, {}
    for pos, outline in (("n", NOUNS), ("v", VERBS), ("a", ADJECTIVES)):
        above = []                                           # keys from the root to the line before
        for number, line in enumerate(outline.splitlines()):
            depth = (len(line) - len(line.lstrip())) // 2
            words = tuple(word.strip().replace(" ", "_") for word in line.split(","))
            key = (pos, number)
            above[depth:] = [key]
            synsets[key] = Synset(key, words, "", tuple(above[-2:-1]))
            for word in words:
                senses.setdefault(word, []).append(key)
    return Thesaurus("the embedded thesaurus", synsets, senses)
