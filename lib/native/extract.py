"""Takes named members out of a wheel: extract.py WHEEL FOLDER < names, one a line.

In a name `*` stands for anything; a name that starts with `?` may be missing.
Each file is written under a temporary name and renamed, so that a file with its final name is whole, and one that is there
is not written again. The names are checked against the folder: a member can never land outside of it.
Exit status 3: the wheel is damaged; 4: a member is missing.
"""

import fnmatch
import os
import sys
import zipfile
import zlib


def copy(archive: zipfile.ZipFile, name: str, target: str, parent: int) -> None:
    part = f"{target}.part-{os.getpid()}"
    try:
        with archive.open(name) as source, open(part, "wb") as sink:
            while chunk := source.read(1 << 22):
                if os.getppid() != parent:
                    raise SystemExit("the process that asked for this has ended")
                sink.write(chunk)
        mode = archive.getinfo(name).external_attr >> 16 & 0o111
        os.chmod(part, 0o644 | mode)
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.remove(part)


def main() -> None:
    parent = os.getppid()
    wheel, folder = sys.argv[1:3]
    root = os.path.realpath(folder)
    os.umask(0o077)  # nobody else may write where code is loaded from
    with zipfile.ZipFile(wheel) as archive:
        members = archive.namelist()
        for pattern in sys.stdin.read().split():
            names = fnmatch.filter(members, pattern.lstrip("?"))
            if not names and not pattern.startswith("?"):
                print(f"{os.path.basename(wheel)} has no {pattern}", file=sys.stderr)
                raise SystemExit(4)
            for name in names:
                if name.endswith("/"):
                    continue
                target = os.path.realpath(os.path.join(root, name))
                if not target.startswith(root + os.sep):
                    raise SystemExit(f"{name} would be written outside of {root}")
                size = archive.getinfo(name).file_size
                if os.path.exists(target) and os.path.getsize(target) == size:
                    continue
                os.makedirs(os.path.dirname(target), exist_ok=True)
                copy(archive, name, target, parent)


try:
    main()
except (zipfile.BadZipFile, zlib.error, EOFError) as error:
    print(f"{os.path.basename(sys.argv[1])} is damaged or cut short: {error}", file=sys.stderr)
    raise SystemExit(3)
except OSError as error:
    print(error, file=sys.stderr)  # without a trace: the line says which file, and why
    raise SystemExit(5)
