"""Figures of a photographic network on images that were labelled by eye, as a table in Markdown.

    trainer predict BUNDLE DIR/images --csv --output predictions.csv
    python3 scripts/photographs.py predictions.csv trainer/labels/portraits.csv

Only images of the test split count. For every value of every task: the images that have it, the area under the ROC curve
of its probability against all other labelled images (ties count half), and the share that is right among the 24 images
with the highest probability.
"""

import csv
import sys
from bisect import bisect_left, bisect_right

FIRST = 24


def auc(positive, negative):
    """The probability that a positive has a higher score than a negative."""
    negative = sorted(negative)
    wins = sum((bisect_left(negative, score) + bisect_right(negative, score)) / 2 for score in positive)
    return wins / (len(positive) * len(negative))


with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    rows = list(csv.DictReader(file))
predictions = {row["image"].replace("\\", "/").rsplit("/", 1)[-1]: row for row in rows}
with open(sys.argv[2], newline="") as file:
    labels = [row for row in csv.DictReader(file) if row["split"] == "test" and row["image"] in predictions]

print(f"{len(labels)} images of the test split.\n")
print(f"| task | value | images | AUC | right of the first {FIRST} |")
print("| --- | --- | --- | --- | --- |")
means = []
for task in [column for column in labels[0] if column not in ("image", "group", "split")]:
    values = [key.split("=", 1)[1] for key in rows[0] if key.startswith(task + "=")]
    shown = [value for value in values if value == "yes"] or values
    areas = []
    for value in shown:
        known = [(float(predictions[row["image"]][f"{task}={value}"]), row[task] == value) for row in labels if row[task]]
        positive = [score for score, right in known if right]
        negative = [score for score, right in known if not right]
        if not positive or not negative:
            continue
        area = auc(positive, negative)
        areas.append(area)
        first = sorted(known, key=lambda pair: -pair[0])[:FIRST]
        right = sum(right for _, right in first)
        print(f"| {task} | {value} | {len(positive)} of {len(known)} | {100 * area:.1f} | {right} |")
    if areas:
        means.append(sum(areas) / len(areas))
print(f"\nMean area over the tasks: {100 * sum(means) / len(means):.1f} %.")
