"""The script that most people would write: a loop over the files, orjson.loads, csv.writer. One core.

    orjson_transform.py CORPUS_DIR OUTPUT_CSV
"""

import csv
import sys
from pathlib import Path

import orjson
from flatten import HEADER, rows


def main(corpus: str, output: str) -> None:
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for path in sorted(Path(corpus).glob("*.json")):
            writer.writerows(rows(orjson.loads(path.read_bytes())))


if __name__ == "__main__":
    main(*sys.argv[1:])
