"""The command line: `parvis`, or `python -m app`."""

from app.cli.program import program


def main() -> None:
    """Runs the command that was asked for; the exit status is 0, 1 for a refusal, 2 for bad usage."""
    program(prog_name="parvis")


if __name__ == "__main__":
    main()
