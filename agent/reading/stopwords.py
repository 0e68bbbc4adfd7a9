"""Words that carry no wish by themselves. A list of words, nothing else: extend it freely."""

_GRAMMAR = """
a about above across after again against all along already also although always am among an and
another any anybody anyone anything anyway anywhere are aren't around as at away back be because
been before being below between both but by can can't cannot could couldn't did didn't do does
doesn't doing don't done dont down during each either else enough even ever every everybody everyone
everything everywhere except far few fewer for from further had has hasn't have haven't having he
he's her here here's hers him his how however i i'd i'll i'm i've id if ill im in into is isn't isnt
it it'd it'll it's its itself ive just least less let let's lets lot lots many may maybe me might
mine more most much must my myself near neither never no nobody non none nor not nothing now of off
often ok okay on once one one's ones only onto or other others otherwise our ours out over own per
perhaps quite rather same she she's should shouldn't since so some somebody someone something
somewhat somewhere soon still such than that that's thats the their them themselves then there
there's these they they're thing things this those though through till to together too toward
towards under unless until up upon us very via was wasn't way ways we we'd we'll we're we've well
were weren't what what's whatever when whenever where wherever whether which whichever while who
who's whoever whom whose why will with within without won't would wouldn't yes yet you you'd you'll
you're you've your yours
""".split()

_CONVERSATION = """
absolutely actually ah ain't alright amazing anymore apologies appreciate approximately ask awesome
awful big bit bored boring brilliant bye cheers circa clue come cool could crap dear definitely dude
else entire evening exactly excellent fair fantastic fine first forget glad gonna good goodbye got
gotta great guess guys haha hello help hey hi hm hmm hmmm hope horrible huge idea ideas kind kinda
know last lately later like little lol look looking looks lovely matter matters mean mind moment
mood morning nah need needs nevermind new nice night nope number obviously oh oops opinion perfect
please pls plz possible possibly preferably pretty probably question really reason release released
right roughly rubbish say second see seem seems sense sorry sort sorta sounds stuff sucked sucks
sure tell terrible thank thanks thanx think thinking third thought thx time times today tomorrow
tonight totally truly try type uh um umm usually wait wanna want wanted wanting wants week weekend
welcome whole won wonder wonderful wondering wow yeah yep yesterday yo yup
""".split()

_REQUESTS = """
according acted add adore adored afford ago allow allowed available avoid based bear best better
bought bring bucks buy called care catalog catalogue change cheaper cheapest check choice choices
choose compare continue describe difference directed dislike disliked dislikes ditch dollar dollars
drank drink drop enjoy enjoyed euro euros exclude excluding explain fan fancy favorite favorites
favour favourite favourites feature features featuring feel feeling feels fewer filter filters find
finish finished follow get give given gives go going hate hated hates higher hold include including
instead interested keep latest leave length liked likes limit list listen longer longest love loved
loves lower make makes making match matching max maximum mid min minimum minus mood named newer
newest next older oldest option options own owned pick picks played pound pounds prefer preferably
preferred proceed put rated rating read recommend recommendation recommendations recommended remind
reminds remove replace saw scrap search searching see seeing seen select set shorter shortest show
showing sick similar skip smth smthg spend spending spirit stand starring stars start sth stop style
suggest suggested suggestion suggestions suitable surprise take talk taste tasted tired titled top
tried turn use using vein vibe watch watchable watched watching work works worse worst written wrote
zero
""".split()

_UNITS = """
centuries century cm decade decades hour hours hr hrs min mins minute minutes percent year years
""".split()

_NOUNS = """
book books bottle bottles film films flick flicks item items movie movies one painting paintings
picture pictures product products show shows song songs title titles wine wines
""".split()

STOPWORDS = frozenset([*_GRAMMAR, *_CONVERSATION, *_REQUESTS, *_UNITS, *_NOUNS])
"""Function words, the words of asking, and what items are called."""
