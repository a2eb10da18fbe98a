"""Write the table of docs/warehouses.md from what the tests of the engines recorded.

    python scripts/conformance_table.py            # writes
    python scripts/conformance_table.py --check    # fails when the page says something else
"""

import argparse
import json
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = REPOSITORY / "target" / "conformance"
PAGE = REPOSITORY / "docs" / "warehouses.md"
BEGIN = "<!-- conformance: written by scripts/conformance_table.py -->"
END = "<!-- end of conformance -->"


def table(results):
    """Markdown: a row a feature, a column an engine; a cell says how it was proven."""
    engines = sorted(results)
    features = sorted({feature for proofs in results.values() for feature in proofs})
    lines = [["feature", *engines], ["---"] * (len(engines) + 1)]
    for feature in features:
        lines.append([feature, *(results[engine].get(feature, "") for engine in engines)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def engines_of(text):
    """The engines in the header of a table."""
    header = text.strip().splitlines()[:1]
    return {cell.strip() for line in header for cell in line.split("|")} - {"", "feature"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check = parser.parse_args().check
    results = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in RESULTS.glob("*.json")
    }
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    current, _, after = rest.partition(END)
    gone = engines_of(current) - set(results)
    if gone:
        sys.exit(f"No results of {', '.join(sorted(gone))} in {RESULTS}: run their tests first.")
    written = f"{before}{BEGIN}\n\n{table(results)}\n\n{END}{after}"
    if not check:
        PAGE.write_text(written, encoding="utf-8")
    elif written != page:
        sys.exit("docs/warehouses.md differs from the results: run scripts/conformance_table.py.")


if __name__ == "__main__":
    main()
