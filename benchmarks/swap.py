"""How often a digit stays the same when it is swapped, and what becomes of slant and strokes.

    python benchmarks/swap.py [--keep]

The shipped autoencoders with one encoder beside two that never shared any, on MNIST's 10,000 test
digits and the 5,000 printed ones, each read by a classifier of the kind that comes out. How well
these read real test digits stands beside it: what they take for another digit counts as lost.
Prints one JSON object; ``--keep`` writes it to checkpoints/swap.json, where screen and lesson find
it.
"""

import argparse
import json

from machine import ROOT, describe_machine

from aecore import checkpoint, swapping
from aecore.data import load
from aecore.data.typeface import fonts
from aecore.files import replacing
from aecore.swapping import DATA, HAND, PRINT, alone, path

KEPT = ROOT / "checkpoints" / "swap.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help=f"write {KEPT.name}")
    chosen = parser.parse_args()
    test = {kind: load(name, "test") for kind, name in DATA.items()}
    models = {name: checkpoint.load(path(name))[0] for kind in DATA for name in (kind, alone(kind))}
    found = {}
    for own, other in ((HAND, PRINT), (PRINT, HAND)):
        judge = swapping.reader(other)
        way = swapping.measure(test[own], models[own], models[other], judge)
        apart = swapping.measure(test[own], models[alone(own)], models[alone(other)], judge)
        real = judge.predict(test[other].pixels) == test[other].labels
        found[f"{own}_to_{other}"] = {
            **way,
            "apart": apart["same"],
            "apart_slant_correlation": apart["slant"]["correlation"],
            "reader_on_real": round(float(real.mean()), 4),
        }
    found["fonts"] = list(fonts())
    if chosen.keep:
        with replacing(KEPT) as beside:
            beside.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
