"""An environment of its own for somebody else's package, which sees this one's packages and gets nothing from a network."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[3]


class Environment:
    """A virtual environment beside Parvis: what is installed there is seen there alone."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=True)
        self._python = folder / "bin" / "python"
        packages = next((folder / "lib").glob("python*/site-packages"))
        # As an installed Parvis would be: its packages, and Parvis itself.
        known = [sysconfig.get_paths()["purelib"], str(ROOT)]
        lines = [f"import site; site.addsitedir({one!r})\n" for one in known]
        (packages / "parvis-beside.pth").write_text("".join(lines))

    def install(self, package: Path) -> None:
        offline = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check"]
        self.run(sys.executable, "-m", "pip", "--python", str(self._python), "install", *offline, str(package))

    def python(self, *arguments: str, cwd: Path = ROOT) -> str:
        return self.run(str(self._python), *arguments, cwd=cwd)

    def run(self, *command: str, cwd: Path = ROOT) -> str:
        """Returns what a command says. Fails with what it said when it does not succeed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "PYTEST_"))}
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=kept, timeout=180, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout
