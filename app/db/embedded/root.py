"""How PostgreSQL runs when we are root, since it refuses uid 0: in a user namespace, else as another user."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.db.embedded.binaries import ENVIRONMENT, Binaries
from app.errors import Misconfigured

NOBODY = 65534
_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


@dataclass(frozen=True, slots=True)
class Footing:
    """Who PostgreSQL's programs run as, and where they stand."""

    folder: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.folder / program), *arguments]

    def options(self, home: Path) -> dict[str, Any]:
        """Returns the keyword arguments `subprocess` needs to run a command on this footing."""
        options: dict[str, Any] = {"env": ENVIRONMENT, "cwd": home}
        if self.user is not None:
            options |= {"user": self.user, "group": self.group, "extra_groups": []}
        return options


def find_footing(home: Path, binaries: Binaries) -> Footing:
    """Returns how to run PostgreSQL over the folder `home`, and gives the folder to whom it needs.

    An ordinary user runs it as itself. Root runs it as the ordinary user who already owns the folder; else in a user
    namespace, which changes nothing on disk; else as nobody, on a copy of binaries that nobody cannot reach.
    """
    if os.geteuid() != 0:
        # initdb wants its user to have a name; containers often give a bare number.
        nameless = not _has_name(os.geteuid()) and _namespaces_work()
        return Footing(binaries.folder, prefix=_NAMESPACE if nameless else ())
    owner = home.stat()
    if owner.st_uid not in {0, NOBODY}:
        return _as_user(home, binaries, owner.st_uid, owner.st_gid)
    if _namespaces_work():
        _give(home, 0, 0)
        return Footing(binaries.folder, prefix=_NAMESPACE)
    return _as_user(home, binaries, NOBODY, NOBODY)


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _namespaces_work() -> bool:
    # PARVIS_PG_NO_USERNS is for kernels that allow the namespace and then deny what happens inside.
    if os.environ.get("PARVIS_PG_NO_USERNS") or not shutil.which(_NAMESPACE[0]):
        return False
    return subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603


def _as_user(home: Path, binaries: Binaries, user: int, group: int) -> Footing:
    folder = binaries.folder if _open_to_all(binaries.folder) else _copied(home, binaries)
    _give(home, user, group)
    footing = Footing(folder, user=user, group=group)
    try:
        # By its whole path: the working directory is entered before the user changes.
        subprocess.run(["test", "-w", str(home)], check=True, **footing.options(home))  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError) as error:
        raise Misconfigured(
            f"PostgreSQL does not run as root, and user {user} cannot enter {home}: "
            "start Parvis as an ordinary user, or set PARVIS_DATA_DIR to a folder whose parents everyone may enter"
        ) from error
    return footing


def _open_to_all(folder: Path) -> bool:
    return all(p.stat().st_mode & 0o001 for p in (folder, *folder.parents))


def _copied(home: Path, binaries: Binaries) -> Path:
    """Returns the programs' folder in a copy of their whole tree that lies inside `home`."""
    installed = binaries.folder.parent
    tree = installed.parent if installed.name == "pginstall" else installed  # the wheels' packages hold pginstall/bin
    target = home / f"programs-{binaries.version}"
    inside = binaries.folder.relative_to(tree.parent)
    if not target.exists():
        making = home / f".programs-{os.getpid()}"
        shutil.copytree(tree, making / tree.name, symlinks=True)
        libraries = tree.with_name(f"{tree.name}.libs")  # auditwheel puts shared libraries beside the package
        if libraries.exists():
            shutil.copytree(libraries, making / libraries.name)
        making.rename(target)
    return target / inside


def _give(home: Path, user: int, group: int) -> None:
    """Hands the whole folder to one user; the top is changed last, so that a cut-off run begins again."""
    if home.stat().st_uid == user:
        return
    for at, folders, files in os.walk(home):
        for name in (*folders, *files):
            os.lchown(os.path.join(at, name), user, group)  # noqa: PTH118
    os.chown(home, user, group)
