"""What a conversation with a simulated person was worth, from its record alone."""

from collections.abc import Sequence

from ...catalog.store import Catalog
from ...recommender.profile import profile_of
from .goals import Goal, fulfilling
from .person import PATIENCE, Exchange
from .wishes import Wish


def judged(
    catalog: Catalog, goal: Goal, exchanges: Sequence[Exchange]
) -> tuple[dict[str, float], list[str]]:
    """Scores of a conversation, and what was seen of its faults in sentences.

    `success`: its last reply shows an item that fulfils every wish, new to the person. `turns`:
    messages until then, one more than the person's patience without. `violations`, `repeats`:
    share of the shown items that break a hard wish that was said, that were turned down before.
    `invented`: share of the named items that are none. `leaked`: whether the item that the
    goal was made from stands first in the first reply. `asked`: replies that ask something.
    """
    known = set(profile_of(catalog, goal.owner).known)
    notes: list[str] = []
    shown = existing = broken = repeated = strange = 0
    for number, one in enumerate(exchanges, 1):
        hard = [wish for wish in one.said if wish.hard]
        fits = fulfilling(catalog, hard)
        real = [item for item in one.shown if catalog.row_of(item) is not None]
        for item in real:
            title = catalog.item(item).title
            if item not in fits:
                wish = next(w for w in hard if item not in fulfilling(catalog, [w]))
                notes.append(f"Reply {number}: {title} is not {wish.words!r}.")
            if item in one.turned_down:
                notes.append(f"Reply {number}: {title} was turned down before.")
        shown += len(one.shown)
        existing += len(real)
        broken += sum(item not in fits for item in real)
        repeated += sum(item in one.turned_down for item in one.shown)
        unreal = [*one.strange, *(item for item in one.shown if item not in real)]
        strange += len(unreal)
        notes += [f"Reply {number}: there is no {name!r}." for name in unreal]
    wishes = _wanted(goal, exchanges)
    last = exchanges[-1]
    new = {one for one in last.shown if one not in known and one not in last.turned_down}
    success = bool(new & fulfilling(catalog, wishes))
    if not success:
        notes.append(f"Wanted: {', '.join(one.words for one in wishes)}.")
    first = exchanges[0].shown[:1]
    return {
        "success": float(success),
        "turns": float(len(exchanges) if success else PATIENCE + 1),
        "violations": broken / max(shown, 1),
        "repeats": repeated / max(shown, 1),
        "invented": strange / max(existing + strange, 1),
        "leaked": float(first == [goal.target]),
        "asked": float(sum(one.asked for one in exchanges)),
    }, notes


def _wanted(goal: Goal, exchanges: Sequence[Exchange]) -> list[Wish]:
    """The wishes that count at the end: a change of mind is one once it was said."""
    wishes, last = list(goal.wishes), exchanges[-1].said
    if goal.twist == "change_of_mind" and goal.instead in last:
        wishes[0] = goal.instead
    if goal.twist == "impossible" and goal.instead in last:
        wishes.append(goal.instead)
    return wishes
