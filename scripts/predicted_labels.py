"""A table of labels from the predictions of a network, for images that nobody has labelled.

    trainer predict BUNDLE IMAGES --csv --output predictions.csv
    python3 scripts/predicted_labels.py predictions.csv portraits.csv > portraits-predicted.csv

Columns and their order are those of the second file, a table labelled by eye. A label is written only where the network
is sure: a probability of 0.93 for yes or no, of 0.85 for one of several values; the other cells stay empty. All images
belong to the training split, and to the group that their names begin with (`us-012345` in `us-012345-2.jpg`).
"""

import csv
import sys

SURE = {2: 0.93}
SURE_OF_SEVERAL = 0.85

with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    predictions = list(csv.DictReader(file))
with open(sys.argv[2], newline="") as file:
    columns = next(csv.reader(file))
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(columns)
for row in predictions:
    name = row["image"].replace("\\", "/").rsplit("/", 1)[-1]
    group = "-".join(name.rsplit(".", 1)[0].split("-")[:2])
    cells = {"image": name, "group": group, "split": "train"}
    for column in columns[3:]:
        values = {key.split("=", 1)[1]: float(row[key]) for key in row if key.startswith(column + "=")}
        best = max(values, key=values.get, default="")
        sure = values.get(best, 0.0) >= SURE.get(len(values), SURE_OF_SEVERAL)
        cells[column] = best if sure else ""
    out.writerow(cells[column] for column in columns)
