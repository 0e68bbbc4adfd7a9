"""`tastemaker bench index`: recall, speed and memory of the vector index at scale."""

import hashlib
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..catalog.store import resolve_catalog
from ..errors import MissingError
from ..files import cache_dir, replacing_file
from ..packages import Progress, silent
from ..recommender.item_vectors import text_vectors
from ..recommender.text_encoder import TextEncoder
from ..recommender.vectors import BUILD_WIDTH, LINKS, VectorIndex
from ..serving.models import resolve_model
from ..settings import Settings
from .report import Report, environment
from .smoothed_bootstrap import smoothed_bootstrap

K = 10
ROUNDS = 5
RECALL = 0.95
OURS = "tastemaker"
BRUTE_FORCE = "brute force"
BRUTE_QUERIES = 20
"""Queries a round of brute force, which takes a tenth of a second each at a million vectors."""
DTYPES = ("bf16", "i8")
"""How usearch stores components: its default here, and the smallest."""
EXPANSIONS = (16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
"""Of usearch's search; the first that reaches the recall is used."""
PARTS = (0.01, 0.1, 0.5)
"""Of the items that a filter allows."""
FILTERS = ("by chance", "like the query", "like another query")
FILTERED_QUERIES = 100
PROTOCOL = (
    "{vectors} vectors of {dimensions} dimensions, drawn from the density around the film"
    " pack's MiniLM vectors (evals/smoothed_bootstrap.py), {queries} queries drawn alike, not in"
    " the index; recall@10 against exact search; one query at a time, one thread each, in {rounds}"
    " rounds that take the sources in turn, queries a second of the median round; brute force"
    " (FAISS Flat) answers {brute} queries a round; usearch has its default connectivity and"
    " searches with the smallest expansion of {expansions} that reaches recall {recall}, else the"
    " largest;"
    " build seconds are wall-clock on all cores, of the run that built it; filters"
    " ({filtered} queries) allow a part of the items, drawn by chance, nearest to the query, or"
    " nearest to another query, which leaves out all that is near; seed {seed}"
)

Found = Callable[[NDArray[np.float32]], NDArray[np.int64]]
"""The rows that a source finds for one query."""


def run(
    settings: Settings,
    vectors: int = 1_000_000,
    queries: int = 1000,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Compare the index with `usearch` and with brute force.

    Builds are kept in the cache.

    Raises:
        MissingError: `usearch` is not installed.
    """
    try:
        import usearch.index  # noqa: F401  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingError(
            'The comparison needs usearch; run: pip install "tastemaker[bench]"'
            " (in a clone: .venv/bin/pip install -e '.[bench]')"
        ) from error
    items, asked = made_vectors(settings, vectors, queries, seed, progress)
    true = _exact(items, asked, progress)
    ours = built_index(items, progress)
    peers = {dtype: _usearch(items, dtype, progress) for dtype in DTYPES}
    with threadpool_limits(1):
        rows = _compared(items, asked, true, ours, peers, progress)
        rows += _filtered(ours[0], items, asked, seed, progress)
    return Report(
        name="index",
        protocol=PROTOCOL.format(
            vectors=f"{vectors:,}", dimensions=items.shape[1], queries=f"{queries:,}",
            rounds=ROUNDS, brute=BRUTE_QUERIES, expansions=EXPANSIONS, recall=RECALL, seed=seed,
            filtered=FILTERED_QUERIES,
        ),
        environment=environment(),
        rows=rows,
    )  # fmt: skip


def made_vectors(
    settings: Settings, vectors: int, queries: int, seed: int, progress: Progress
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Items and queries that lie as the films do. Shapes (vectors, 384), (queries, 384)."""
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    films, _ = text_vectors(resolve_catalog("movies", progress), encoder, progress)
    made = smoothed_bootstrap(films, vectors + queries, seed, progress)
    return made[:vectors], made[vectors:]


def built_index(
    items: NDArray[np.float32], progress: Progress
) -> tuple[VectorIndex, dict[str, Any]]:
    """Our index of the items, kept in the cache, and what it cost."""
    path = _cached(items, f"{OURS}-{LINKS}-{BUILD_WIDTH}")
    if not _clock(path).exists():
        began = time.perf_counter()
        with replacing_file(path) as temporary:
            VectorIndex.build(items, progress).save(temporary)
        _clock(path).write_text(str(time.perf_counter() - began))
    return VectorIndex.load(path), _cost(path, len(items), "default")


def _usearch(
    items: NDArray[np.float32], dtype: str, progress: Progress
) -> tuple[Any, dict[str, Any]]:
    from usearch.index import Index  # pyright: ignore[reportMissingImports]

    index = Index(ndim=items.shape[1], metric="ip", dtype=dtype)
    path = _cached(items, f"usearch-{dtype}")
    if not _clock(path).exists():
        began = time.perf_counter()
        for start in range(0, len(items), 10_000):
            part = items[start : start + 10_000]
            index.add(np.arange(start, start + len(part)), part)
            progress(f"building usearch {dtype}", start + len(part), len(items))
        with replacing_file(path) as temporary:
            index.save(str(temporary))
        _clock(path).write_text(str(time.perf_counter() - began))
    else:
        index.load(str(path))
    return index, _cost(path, len(items), "")


def _cached(items: NDArray[np.float32], name: str) -> Path:
    digest = hashlib.sha256(items.data).hexdigest()[:16]
    folder = cache_dir() / "bench" / "index"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}-{len(items)}-{digest}"


def _clock(path: Path) -> Path:
    """The file of the seconds that a build took; it exists once the build does."""
    return path.with_name(path.name + ".seconds")


def _cost(path: Path, count: int, setting: str) -> dict[str, Any]:
    return {
        "setting": setting,
        "build s": round(float(_clock(path).read_text())),
        "bytes a vector": round(path.stat().st_size / count),
    }


def _exact(
    items: NDArray[np.float32], asked: NDArray[np.float32], progress: Progress = silent
) -> NDArray[np.int64]:
    import faiss

    progress("exact neighbours", 0, 1)
    found = faiss.knn(asked, items, K, metric=faiss.METRIC_INNER_PRODUCT)[1]
    progress("exact neighbours", 1, 1)
    return found


def _recall(found: list[NDArray[np.int64]], true: NDArray[np.int64]) -> float:
    pairs = zip(found, true, strict=True)
    return float(np.mean([len(np.intersect1d(rows, best)) / len(best) for rows, best in pairs]))


def _compared(
    items: NDArray[np.float32],
    asked: NDArray[np.float32],
    true: NDArray[np.int64],
    ours: tuple[VectorIndex, dict[str, Any]],
    peers: dict[str, tuple[Any, dict[str, Any]]],
    progress: Progress,
) -> list[dict[str, Any]]:
    import faiss

    costs = {OURS: ours[1], **{name: cost for name, (_, cost) in peers.items()}}
    costs[BRUTE_FORCE] = {"setting": "", "build s": None, "bytes a vector": items.shape[1] * 4}
    find: dict[str, Found] = {
        OURS: lambda query: ours[0].search(query, K)[0],
        BRUTE_FORCE: lambda query: faiss.knn(
            query[None], items, K, metric=faiss.METRIC_INNER_PRODUCT
        )[1][0],
    }
    for name, (index, cost) in peers.items():
        find[name] = partial(_with_usearch, index)
        for expansion in EXPANSIONS:
            index.expansion_search = expansion
            cost["setting"] = f"expansion {expansion}"
            if _recall([find[name](query) for query in asked], true) >= RECALL:
                break
    speeds: dict[str, list[float]] = {name: [] for name in find}
    recalls: dict[str, float] = {}
    for number in range(ROUNDS):
        for name, found in find.items():
            count = BRUTE_QUERIES if name == BRUTE_FORCE else len(asked)
            began = time.perf_counter()
            rows = [found(query) for query in asked[:count]]
            speeds[name].append(count / (time.perf_counter() - began))
            recalls[name] = _recall(rows, true[:count])
        progress("comparing", number + 1, ROUNDS)
    median = {name: float(np.median(speed)) for name, speed in speeds.items()}
    rivals = [median[name] for name in peers if recalls[name] >= RECALL]
    needed = max([10 * median[BRUTE_FORCE], *rivals])
    met = recalls[OURS] >= RECALL and median[OURS] >= needed
    return [
        {
            "source": name if name in (OURS, BRUTE_FORCE) else f"usearch {name}",
            **costs[name],
            "recall@10": recalls[name],
            "queries a second": median[name],
            "slowest to fastest round": f"{min(speeds[name]):.0f} to {max(speeds[name]):.0f}",
            "target": f"recall {RECALL}, the best usearch of that recall, 10 x brute force"
            if name == OURS
            else None,
            "ok": met if name == OURS else None,
        }
        for name in find
    ]


def _with_usearch(index: Any, query: NDArray[np.float32]) -> NDArray[np.int64]:
    return index.search(query, K, threads=1).keys.astype(np.int64)


def _filtered(
    index: VectorIndex,
    items: NDArray[np.float32],
    asked: NDArray[np.float32],
    seed: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Search under filters of every kind and size."""
    chance = np.random.default_rng(seed).random(len(items), dtype=np.float32)
    rows = []
    for done, (kind, part) in enumerate(product(FILTERS, PARTS), start=1):
        found, true, spent = [], [], []
        for query, other in pairwise(asked[: FILTERED_QUERIES + 1]):
            order = {"by chance": chance, "like the query": -(items @ query)}.get(kind)
            order = -(items @ other) if order is None else order
            allowed = order <= np.quantile(order, part)
            began = time.perf_counter()
            found.append(index.search(query, K, allowed)[0])
            spent.append(time.perf_counter() - began)
            true.append(np.argpartition(-np.where(allowed, items @ query, -np.inf), K)[:K])
        recall = _recall(found, np.array(true))
        rows.append(
            {
                "filter": f"{part:.0%}, {kind}",
                "recall@10": recall,
                "median ms": float(np.median(spent)) * 1000,
                "target": RECALL,
                "ok": recall >= RECALL,
            }
        )
        progress("filters", done, len(FILTERS) * len(PARTS))
    return rows
