"""Licences of every locked package, against those an MIT work may be shipped beside."""

import re
from importlib.metadata import PackageMetadata

from supply.locks import Locked, described

# SPDX names. MPL binds its own files only; LGPL is taken for libraries imported unchanged, named one by one below.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    }
)
EXCEPTIONS = {name: frozenset({"LGPL-3.0-only"}) for name in ("psycopg", "psycopg-binary", "psycopg-pool")}
_INNERMOST = re.compile(r"\(([^()]*)\)")
# State nothing in their metadata; the licence file of the package was read.
READ = {"pyrage": "MIT"}
_SPOKEN = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Apache-2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    # pypdfium2: PDFium carries FreeType, libjpeg-turbo, OpenJPEG, Little CMS, zlib: all of them permissive.
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}


def stated(package: PackageMetadata) -> str:
    """Returns the licence a package states, as an SPDX expression; empty when it states none that is known."""
    if "Name" in package and package["Name"] in READ:
        return READ[package["Name"]]
    if "License-Expression" in package:
        return package["License-Expression"]
    classifiers = [line for line in package.get_all("Classifier") or [] if line.startswith("License :: ")]
    spoken = [_SPOKEN.get(line.rpartition(" :: ")[2], "") for line in classifiers]
    if any(spoken):
        # Several classifiers mean a choice; one that is unknown hides nothing, the known ones suffice.
        return " OR ".join(name for name in spoken if name)
    word = package["License"].strip() if "License" in package else ""
    return _SPOKEN.get(word, word if word in ALLOWED else "")


def allowed(expression: str, *, name: str = "") -> bool:
    """Tells whether an SPDX expression of names, AND, OR and brackets is allowed."""
    known = ALLOWED | EXCEPTIONS.get(name, frozenset())
    while inner := _INNERMOST.search(expression):
        word = min(known) if allowed(inner[1], name=name) else "refused"
        expression = expression[: inner.start()] + word + expression[inner.end() :]
    choices = re.split(r"\s+OR\s+", expression)
    return any(all(part in known for part in re.split(r"\s+AND\s+", choice)) for choice in choices)


def findings(packages: list[Locked]) -> list[str]:
    """Names each package whose licence is unknown or not allowed, and each that ought to be installed and is not."""
    found = []
    for one in packages:
        package = described(one)
        if package is None:
            if not one.conditional:
                found.append(f"{one.name}: not installed here, so that its licence cannot be read")
        elif not allowed(stated(package), name=one.name):
            found.append(f"{one.name}: {stated(package) or 'no known licence'}")
    return found
