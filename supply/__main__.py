"""`make audit`: licences, secrets, bill of materials, known flaws; exit status 1 when one of them has something to say."""

import sys

from supply import flaws, licences, npm, sbom, secrets
from supply.locks import locked


def main() -> int:
    """Looks at everything before it says anything, so that one run tells all there is to mend."""
    packages = locked()
    sbom.write()
    told = {
        "licences": licences.findings(packages),
        "the application's packages": npm.findings(),
        "secrets": secrets.findings(),
        "sbom": sbom.findings(packages),
    }
    try:
        told["known flaws"] = flaws.findings()
    except flaws.Away:
        print("known flaws: NOT CHECKED, the database of flaws cannot be reached from here")
    for subject, found in told.items():
        print(f"{subject}: {'ok' if not found else f'{len(found)} to mend'} ({len(packages)} packages locked)")
        for one in found:
            print(f"  {one}")
    return 1 if any(told.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
