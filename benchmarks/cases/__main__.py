"""`make cases`: imports each file of ../shared/cases into a directory of its own, and prints what is right and what came."""

import sys
from pathlib import Path

from benchmarks.cases import ocpi, others
from benchmarks.cases.outcome import outcome
from benchmarks.cases.table import Case, got

CASES: tuple[Case, ...] = (*ocpi.CASES, *others.CASES)


def main(directory: Path) -> int:
    """Print the table, and what is wrong beneath it; 1 where anything is."""
    if not directory.is_dir():
        print(f"The cases aren't there: they are looked for in {directory}. Name another directory: make cases ARGS=DIRECTORY")
        return 0
    print("| file | expected | got | |\n|---|---|---|---|")
    wrong: list[str] = []
    for case in CASES:
        found = outcome([[directory / name for name in files] for files in case.imports], case.asked)
        reasons = list(case.wrong(found))
        print(f"| {case.name} | {case.expected()} | {got(found)} | {'WRONG' if reasons else 'right'} |", flush=True)
        wrong += [f"{case.name}: {reason}" for reason in reasons]
    known = {name for case in CASES for files in case.imports for name in files}
    there = {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file() and path.suffix != ".md"}
    wrong += [f"{name}: nobody has said what is right" for name in sorted(there - known)]
    print(f"\n{len(CASES)} cases, {len(wrong)} things wrong." + "".join(f"\n  {reason}" for reason in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[3] / "shared" / "cases").resolve()))
