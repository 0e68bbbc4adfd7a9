"""Word lists of `verify`: what a sentence may say without a fact, and what it may only quote."""

# Words that connect or please, and state nothing about an item. Not here on purpose: praise that
# sounds like a measured fact (best, award-winning, acclaimed, popular), negation, comparison,
# quantity.
GLUE = frozenset(
    """
    a about also an and another any are as asked at be because been both brings but by came can cast
    choice choose chosen comes could description did directed director directs do does enjoy enjoyed
    enjoying enjoys fan fans features featuring fit fits for from genre genres get give gives good
    great had has have here hope how i ideal if in include includes into is it it's its itself just
    keep kind language let like liked likes listed look looking love loved lovely loves made make
    makes match matches may might minute minutes mood much my nice of off offers on one one's or our
    out over perfect person pick picked picks please pleasant rated rating really recommend released
    request runs runtime see set share shared shares should shows since so some someone
    something sort starred starring stars story such suggest suit suits sure tagged tagline take
    taste tells that that's the their them then there these they thing things think this those
    though through time title titles to too touch try up us very want wanted wants was watch way we
    well were what when where which while who why will wish with wonderful works worth would year
    years you you'll you're you've your yours yourself called across afterwards again already
    aside consider each either end ends evening moment night order spend still today tomorrow
    tonight weekend according alongside amid among anyone around come check company day dinner
    enough everyday fond got happy hear helping home kids need next now plenty quiet right
    setting take turn went
    """.split()
)

RELATIONS = frozenset(
    """
    adds along among appears bears began begun behind being belongs beside bears brewed brews
    builds built chose chosen completes connect connected connecting connects contains covers dates
    dating deals describes described designed encourages expect fills find found from gave given
    go goes holds join joined joins know known lies link linked links maker manner mark marked meant
    meet meets mention mentioned mentions met name named names part partly piece place plays
    presents provides published publishes puts resembles runs says sits speaks stands starts states
    tell tie tied ties together unite unites use used uses whom whose within wrote written
    """.split()
)
"""Verbs and links that relate an item to a value: the value itself must stand in a fact."""

NOUNS = ({"film", "films", "movie", "movies"}, {"book", "books"}, {"painting", "paintings"},
         {"wine", "wines"}, {"product", "products"}, {"item", "items"})  # fmt: skip
"""What an item may be called; a sentence that uses two of them speaks of something else."""

QUOTED_ONLY = frozenset(
    """
    all always barely better but best cannot except few fewer fewest first greatest hardly highest
    instead last least less longer longest lowest many more most neither never no nobody none nor
    not nothing only rarely rather same shorter shortest than top unlike without worse worst every
    everybody everyone everything founded founder
    """.split()
) - {"but"}
"""Negation, comparison, quantity: one such word turns a true sentence into a false one."""

SUBJECTS = frozenset(
    """
    both cast choice description director film films genre genres he here i it item items language
    match movie movies one pick rating runtime she story tagline that the there these they this
    those title we what which who year you your
    """.split()
)
"""What may stand before a verb at the start of a sentence without being a title."""

UNITS = frozenset("minute minutes hour hours star stars people year years rating ratings vote votes"
                  " dollar dollars euro euros page pages percent".split())  # fmt: skip
"""What a number counts: `88 minutes` does not support the year 88, nor 1979 `1979 minutes`."""
