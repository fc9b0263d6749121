"""Lucene in a process of its own: `benchmarks/lucene`, built by Maven, with Panama's vectors."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from benchmarks.drivers.face import SECONDS, Timed, UnavailableError
from benchmarks.drivers.process import QUERIES, objects, timed
from benchmarks.systems.face import HEAP, Shape
from benchmarks.workload import Class

_PROJECT = Path(__file__).parents[1] / "lucene"
_JDK = 21
_HOMES = ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", "/opt/java")


class Took(NamedTuple):
    """Seconds until committed, seconds of merging then, bytes of memory at most."""

    seconds: float
    merging: float
    peak: int


class Lucene:
    """Lucene with its defaults: hits are counted up to 1,000; its cache of filters is off."""

    name = kept = "lucene"
    note = "in its own process, Panama's vectors"
    shapes: frozenset[Shape] = frozenset(
        {"word", "and", "or", "phrase", "prefix", "fuzzy", "filtered", "sorted"}
    )
    factor = 1.0
    threshold = 1000

    def __init__(self) -> None:
        home = _jdk()
        target = _built(home)
        self._command: list[str | Path] = [
            home / "bin" / "java",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xms2g",
            "-Xmx2g",
            "-XX:+UseParallelGC",
            "-cp",
            f"{target / 'lucene-driver-1.jar'}:{target / 'lib'}/*",
            "Driver",
        ]
        self.version = str(objects([*self._command, "version"])[0]["version"])

    def index(self, keys: Path, folder: Path) -> float:
        """Index keys cut at white space, into one segment."""
        found = self.indexed(keys, folder, "whitespace")
        return found.seconds + found.merging

    def indexed(self, lines: Path, folder: Path, analyzer: str) -> Took:
        """Index lines cut by `whitespace`, or by `russian`: its stop words and Snowball stems."""
        command = [*self._command, "index", lines, folder, analyzer, str(HEAP >> 20)]
        return Took(**objects(command)[0])

    def search(self, folder: Path, classes: list[Class], passes: int) -> dict[str, Timed]:
        """Time each class in a process of its own: after other queries the compiler does worse."""
        options = [str(passes), str(SECONDS), str(self.threshold)]
        command = [*self._command, "search", folder, QUERIES, *options]
        return {name: one for each in classes for name, one in timed(command, [each]).items()}


class LuceneTen(Lucene):
    """Lucene that counts no further than the hits asked for."""

    name = "lucene, uncounted"
    note = "hits counted up to 10, where its default is 1,000"
    threshold = 10


def _jdk() -> Path:
    """Return the newest JDK, at least the 21 that Lucene 10 needs, that has vectors."""
    named = os.environ.get("JAVA_HOME")
    homes = [Path(named)] if named else []
    for folder in map(Path, _HOMES):
        homes += [*folder.glob("*"), *folder.glob("*/Contents/Home")]
    found = {home: version for home in homes if (version := _version(home)) >= _JDK}
    if not found:
        raise UnavailableError(
            f"no JDK of version {_JDK} or later in JAVA_HOME or {', '.join(_HOMES)}: install one, "
            "for example Temurin 25"
        )
    return max(found, key=lambda home: found[home])


def _version(home: Path) -> int:
    release = home / "release"
    if not release.exists() or not (home / "bin" / "javac").exists():
        return 0
    said = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"), re.MULTILINE)
    return int(said.group(1)) if said else 0


def _built(home: Path) -> Path:
    """Build the driver unless it is newer than its sources; return where it lies."""
    target = _PROJECT / "target"
    made = target / "lucene-driver-1.jar"
    sources = [_PROJECT / "pom.xml", *(_PROJECT / "src").rglob("*.java")]
    if made.exists() and made.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return target
    if shutil.which("mvn") is None:
        raise UnavailableError("Maven is missing, which fetches Lucene and builds its driver")
    ran = subprocess.run(
        ["mvn", "--batch-mode", "--quiet", "package"],
        cwd=_PROJECT,
        env={**os.environ, "JAVA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise UnavailableError(f"Maven could not build the driver: {ran.stdout.strip()[-500:]}")
    return target
