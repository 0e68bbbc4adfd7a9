"""Cases of public sets that the user holds: what the agent recommends where the set knows better.

The person's messages are said in order; the last reply is judged. Cases that ask for something else
than a recommendation (a rating, a title for a paper) are not for a recommending agent: left out.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...catalog.constraints import Constraint, satisfies
from ...catalog.store import Catalog
from ...errors import BadInputError
from ..agents.face import Reply
from ..dialogue.naming import names_of
from ..importing.importer import read_imported
from ..importing.linking import linked
from ..importing.records import ImportedCase, Predicate
from ..results.cases import Said
from .suite import Bench, Draft, Given, Judged, Record, Suite

_OPERATORS = {"<=": "at_most", ">=": "at_least"}


def _draw(bench: Bench) -> Sequence[Draft]:
    if bench.options.imported is None:
        raise BadInputError("Give the file that `tastemaker eval import` wrote: --cases FILE.")
    catalog = bench.catalog
    cases = [
        one
        for one in read_imported(Path(bench.options.imported))
        if not one.question and any(said.role == "person" for said in one.dialogue)
    ]
    years = catalog.items["year"].to_list() if "year" in catalog.items.columns else []
    drafts = []
    for case, link in zip(cases, linked(cases, catalog.titles, years), strict=True):
        limits = [one for predicate in case.predicates if (one := _limit(catalog, predicate))]
        if not (link.targets or limits):
            continue  # nothing of it is in this catalogue
        drafts.append(
            Draft(
                id=f"{case.source}-{case.id}",
                cluster=case.user or case.id,
                slices={"source": case.source},
                given={
                    "messages": [one.text for one in case.dialogue if one.role == "person"],
                    "targets": [catalog.item_ids[row] for row in link.targets],
                    "limits": [one.model_dump(mode="json") for one in limits],
                    "abstain": case.abstain,
                },
                asks=_last(case),
            )
        )
    return drafts


def _last(case: ImportedCase) -> str:
    return [one.text for one in case.dialogue if one.role == "person"][-1]


def _limit(catalog: Catalog, one: Predicate) -> Constraint | None:
    """A set's condition in this catalogue's words; none where it has no such attribute or value."""
    spec = next((s for s in catalog.manifest.attributes if s.name == one.attribute), None)
    if spec is None:
        return None
    if one.operator in _OPERATORS and isinstance(one.value, int | float) and spec.kind == "numeric":
        operator: Any = _OPERATORS[one.operator]
        return Constraint(attribute=spec.name, operator=operator, bound=float(one.value))
    wanted = one.value if isinstance(one.value, list) else [str(one.value)]
    folded = {value.casefold(): value for value in spec.vocabulary}
    values = tuple(folded[value.casefold()] for value in wanted if value.casefold() in folded)
    if not values:
        return None
    refuses = one.operator in ("!=", "not_contains")
    return Constraint(attribute=spec.name, operator="not_in" if refuses else "in", values=values)


def _act(bench: Bench, given: Given) -> Record:
    talk = bench.face.begin(None)
    return {"replies": [talk.say(one).model_dump(mode="json") for one in given["messages"]]}


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    replies = [Reply.model_validate(one) for one in record["replies"]]
    names, last = names_of(bench.catalog), replies[-1]
    listed, strange = names.named(last.text)
    shown = listed if last.items is None else last.items
    targets = set(given["targets"])
    scores: dict[str, float] = {"invented": len(strange) / max(len(strange) + len(shown), 1)}
    if targets:
        scores |= {f"recall@{k}": float(bool(targets & set(shown[:k]))) for k in (5, 10)}
    if given["limits"] and not given["abstain"]:
        limits = [Constraint.model_validate(one) for one in given["limits"]]
        row = bench.catalog.row_of(shown[0]) if shown else None
        met = [row is not None and bool(satisfies(bench.catalog, [one])[row]) for one in limits]
        scores["conditions"] = sum(met) / len(met)
    if given["abstain"]:
        scores["abstained"] = float(not shown)
    said = []
    for message, reply in zip(given["messages"], replies, strict=True):
        items = names.named(reply.text)[0] if reply.items is None else reply.items
        titles = [
            bench.catalog.item(one).title for one in items if bench.catalog.row_of(one) is not None
        ]
        said.append(Said(role="person", text=message))
        said.append(Said(role="agent", text=reply.text, items=titles))
    right = [bench.catalog.item(one).title for one in given["targets"]]
    return Judged(
        scores=scores, notes=[f"Right: {', '.join(right)}."] if right else [], said=said,
        turns=len(replies), seconds=sum(one.seconds for one in replies),
        tokens=sum(one.tokens for one in replies), calls=sum(one.calls for one in replies),
    )  # fmt: skip


IMPORTED = Suite(
    name="imported",
    about="Cases of ReDial, INSPIRED or tau-Rec that you hold (--cases), over your catalogue.",
    judges="any agent",
    draw=_draw,
    act=_act,
    judge=_judge,
)
