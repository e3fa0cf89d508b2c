# SPDX-License-Identifier: Apache-2.0
"""Field by field: what one recording says and the other does not.

    compare.py DIR DIR [SCENE...]"""
import json
import pathlib
import sys


def optional(name):
    """Answers that not every server can give at every time: see what follows the "if" in the scenes."""
    return name.startswith("if ")


def differences(wanted, got, path=""):
    """Sentences, one for each place."""
    if type(wanted) is not type(got):
        yield f"{path}: {wanted!r} became {got!r}"
    elif isinstance(wanted, dict):
        for name in wanted:
            if name not in got:
                if not optional(name):
                    yield f"{path}/{name}: is missing: {wanted[name]!r}"
            else:
                yield from differences(wanted[name], got[name], f"{path}/{name}")
        for name in got:
            if name not in wanted and not optional(name):
                yield f"{path}/{name}: is new: {got[name]!r}"
    elif isinstance(wanted, list):
        for index, (one, other) in enumerate(zip(wanted, got)):
            yield from differences(one, other, f"{path}[{index}]")
        for one in wanted[len(got):]:
            yield f"{path}: is missing: {one!r}"
        for one in got[len(wanted):]:
            yield f"{path}: is new: {one!r}"
    elif wanted != got:
        yield f"{path}: {wanted!r} became {got!r}"


def main(wanted, got, *scenes):
    """Prints every difference between two folders of recordings; 1 when there is one."""
    count = found = 0
    for path in sorted(pathlib.Path(wanted).glob("*.json")):
        if scenes and path.stem not in scenes:
            continue
        if path.stem == "living" and not (pathlib.Path(got) / path.name).exists():
            print("living: not with real pods, which do not die on request")
            continue
        one = json.loads(path.read_text(encoding="utf-8"))
        other = json.loads((pathlib.Path(got) / path.name).read_text(encoding="utf-8"))
        count += len(one)
        for difference in differences(one, other):
            print(f"{path.stem} {difference}"[:600])
            found += 1
    print(f"{count} answers compared, {found} differences")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
