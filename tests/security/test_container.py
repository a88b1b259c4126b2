"""The container as its files say it: nobody's root, nothing to write on, nothing to gain (T128; Zammad CVE-2026-102490)."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()


def test_the_container_can_become_nobody_else() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    user = re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE)
    assert [int(uid) >= 10_000 for uid, _ in user] == [True]
    assert last.index("\nUSER ") > last.rindex("\nRUN ")  # nothing is installed as that user, nothing runs as another
    shared = COMPOSE.partition("x-parvis:")[2].partition("\nservices:")[0]
    for line in ("read_only: true", "cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]', "tmpfs: [/tmp]"):
        assert line in shared
    for service in ("migrate", "api", "worker"):
        assert re.search(rf"\n  {service}:\n    <<: \*parvis\n", COMPOSE), service
    assert not re.search(r"privileged|cap_add|network_mode|pid:|docker\.sock", COMPOSE)


def test_what_is_installed_is_what_was_locked() -> None:
    assert "--require-hashes -r requirements/run.lock" in DOCKERFILE
    packages = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements/run.lock").read_text(), re.MULTILINE)
    hashed = re.findall(
        r"^([a-z0-9][a-z0-9._-]*)==[^\n]*\\\n\s+--hash=sha256:",
        (ROOT / "requirements/run.lock").read_text(),
        re.MULTILINE,
    )
    assert packages == hashed
    assert len(packages) > 50


def test_dead_children_are_reaped_and_no_shell_starts_the_house() -> None:
    assert 'ENTRYPOINT ["tini", "--", "parvis"]' in DOCKERFILE
    assert not re.search(r"^(CMD|ENTRYPOINT) [^\[]", DOCKERFILE, re.MULTILINE)
