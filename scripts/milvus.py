"""Loads shards of predictions into Milvus, and holds its rankings against those of the site.

    pip install duckdb numpy pyarrow 'psycopg[binary]' pymilvus milvus-lite
    python3 scripts/milvus.py TRAINER BUNDLE [--server URI]

TRAINER is the trainer's binary, BUNDLE a gallery with pictures. They are embedded as in scripts/postgres.py, and Milvus answers
queries that `trainer search` answers as well. Without --server it is Milvus Lite, with its data in a temporary folder. The
report is printed as Markdown; the command fails where a ranking is another one.
"""

import argparse
import json
import math
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import duckdb
from pymilvus import DataType, MilvusClient

from postgres import FIRST, SHARDS, embed, quoted

# The vector fields that a server takes in one collection, unless it is configured otherwise, and all of its fields.
VECTORS, FIELDS = 4, 64
# The site's features have 16 bits, the shards' 32: scores may differ by this, and images that lie closer may change places.
ROUNDING = 2e-4


def field(column):
    """The name of a column's field: letters, digits and underscores, no digit first."""
    return re.sub(r"\W|^(?=\d)", "_", column, flags=re.ASCII)


def load(client, shards):
    """Loads Parquet files of predictions, and returns their ids and every task's collection."""
    reader = duckdb.connect()
    reader.execute(f"create view shards as select * exclude features from read_parquet('{shards}')")
    columns = [name for name, *_ in reader.execute("describe shards").fetchall()]
    assert len(set(map(field, columns))) == len(columns), "two columns would have the same name in Milvus"
    embeddings = [name for name in columns if name.startswith("embedding:")]
    probabilities, collections = [name for name in columns if name not in ("id", *embeddings)], {}
    most = FIELDS - VECTORS - 1
    assert len(probabilities) <= most, f"{len(probabilities)} probabilities: a collection takes {most} beside {VECTORS} vectors"
    for start in range(0, len(embeddings), VECTORS):
        collection, vectors = f"images_{start // VECTORS + 1}", embeddings[start : start + VECTORS]
        schema, index = client.create_schema(enable_dynamic_field=False), client.prepare_index_params()
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=65_535)
        for name in probabilities:
            schema.add_field(field(name), DataType.FLOAT)
        for name in vectors:
            length = reader.execute(f"select max(len({quoted(name)})) from shards").fetchone()[0]
            schema.add_field(field(name), DataType.FLOAT_VECTOR, dim=length)
            # Every vector is read, so that the results are exact.
            index.add_index(field(name), index_type="FLAT", metric_type="IP")
        client.create_collection(collection, schema=schema, index_params=index, consistency_level="Strong")
        names = ["id", *probabilities, *vectors]
        rows = reader.execute(f"select {', '.join(map(quoted, names))} from shards")
        while batch := rows.fetchmany(1000):
            client.insert(collection, [dict(zip(map(field, names), row)) for row in batch])
        client.load_collection(collection)
        collections |= {name.removeprefix("embedding:"): collection for name in vectors}
    return [id for (id,) in reader.execute("select id from shards order by id").fetchall()], collections


def nearest(client, collection, example, task, limit=FIRST, only="", output=()):
    """The images most like an example under a task, best first: an id, the score of likeness and the fields asked for."""
    vector = field(f"embedding:{task}")
    query = client.get(collection, [example], output_fields=[vector])[0][vector]
    found = client.search(collection, [query], anns_field=vector, limit=limit, filter=only, output_fields=list(output))[0]
    # Embeddings have unit length: their inner product is the cosine.
    return [(hit["id"], min(0.5 + 0.5 * hit["distance"], 1.0), hit["entity"]) for hit in found]


def reranked(client, collection, example, task, probability, count):
    """The first images by a probability and likeness, and the number of candidates, the most alike, that it took."""
    # The site's score, with weights of 2 and 1 (crates/retrieval/src/score.rs).
    score = lambda likeness, p: math.exp((2 * math.log(max(p, 1e-6)) + math.log(max(likeness, 1e-6))) / 3)
    limit = FIRST
    while True:
        limit *= 2
        found = nearest(client, collection, example, task, min(limit, count), output=[probability])
        ranking = sorted(((id, score(likeness, row[probability])) for id, likeness, row in found), key=lambda one: -one[1])
        # An image that is no candidate is less like the example than the last of them, and its probability is at most 1.
        if len(found) == count or ranking[FIRST - 1][1] >= score(found[-1][1], 1):
            return ranking[:FIRST], len(found)


def compare(asked, words, ours):
    """Asks the site the same, and returns the results, in how many places they agree and the largest difference of a score."""
    command = [asked.trainer, "search", asked.bundle, *words, "--json", "--top", "100000"]
    results = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["results"]
    theirs = {result["picture"]: result["score"] for result in results}
    ours = {f"pictures/{id.rsplit('/', 1)[-1]}": value for id, value, *_ in ours}
    assert len(ours) == min(FIRST, len(results)), f"{words}: {len(ours)} results"
    for (id, value), result in zip(ours.items(), results):
        far = max(abs(theirs[id] - value), abs(theirs[id] - result["score"]))
        assert far <= ROUNDING, f"{words}: {id} in place of {result}"
    same = sum(id == result["picture"] for id, result in zip(ours, results))
    return len(results), same, max(abs(theirs[id] - value) for id, value in ours.items())


def report(asked, client, shards):
    """Does everything and prints what came of it."""
    ids, collections = load(client, shards)
    engine = f"Milvus {client.get_server_version()}" if asked.server else f"Milvus Lite {version('milvus-lite')}"
    print(f"{len(ids)} pictures of {asked.bundle}, {SHARDS} shards. {engine}, pymilvus {version('pymilvus')}.\n")
    print(f"| `trainer search` | results | of the first {FIRST} at the same place, for three IDs | largest difference of a score |")
    print("| --- | ---: | ---: | ---: |")
    examples = ids[0], ids[len(ids) // 2], ids[-1]

    def row(words, ask):
        results, same, far = zip(*(compare(asked, ["--like", id, *words], ask(id)) for id in examples))
        print(f"| `--like ID {' '.join(words)}` | {results[0]} | {', '.join(map(str, same))} | {max(far):.5f} |")

    for task, collection in collections.items():
        row(["--task", task], lambda id: nearest(client, collection, id, task))
    values = {task["name"]: task["values"] for task in json.loads(Path(asked.bundle, "manifest.json").read_text())["tasks"]}
    a, b = list(collections)[:2]
    wanted, filtered = (f"{a}={value}" for value in values[a][:2])
    ask = lambda id: nearest(client, collections[b], id, b, only=f"{field(filtered)} >= 0.5")
    row(["--task", b, "--only", f"{filtered}:50-100"], ask)
    rankings = {id: reranked(client, collections[b], id, b, field(wanted), len(ids)) for id in examples}
    row(["--task", b, "--where", f"{wanted}~200"], lambda id: rankings[id][0])
    print(f"\nCandidates of the last row: {', '.join(str(candidates) for _, candidates in rankings.values())}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("trainer")
    parser.add_argument("bundle")
    parser.add_argument("--server", help="a Milvus server without collections `images_1` and so on, as http://...")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        embed(asked.trainer, asked.bundle, f"{folder}/parts")
        client = MilvusClient(asked.server or f"{folder}/milvus.db")
        report(asked, client, f"{folder}/parts/*.parquet")
        client.close()


if __name__ == "__main__":
    sys.exit(main())
