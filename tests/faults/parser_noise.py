"""Noise for every parser of what comes from outside: atheris where it is there, else Hypothesis."""

import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.faults.fault import Outcome, Scale
from tests.faults.parser_targets import TARGETS, in_turn

_SLOW: Final = {"packs": 2_000, "settings": 20_000, "letters": 50_000}
"""Runs of those that take milliseconds each."""
_RUNS: Final = 200_000
_FEW: Final = 60
_SEED: Final = "-seed=20261123"
_ROOT: Final = Path(__file__).parents[2]
_PATIENCE: Final = 1_800


def noise(scale: Scale) -> Outcome:
    """Feeds them; wrong is what raises anything but its own error, or takes longer than 10 s."""
    runs = {"all": _FEW}
    if scale is Scale.FULL:
        runs = {name: _SLOW.get(name, _RUNS) for name in TARGETS}
    if find_spec("atheris") is None:
        return _by_hypothesis(sum(runs.values()) if scale is Scale.FULL else _FEW, scale)
    wrong: list[str] = []
    for name, count in runs.items():
        wrong += _by_atheris(name, count, instrumented=scale is Scale.FULL)
    fed = sum(runs.values()) * (len(TARGETS) if "all" in runs else 1)
    tried = f"{fed:,} pieces of noise for {len(TARGETS)} parsers, by atheris"
    return Outcome(tried, {"parsers that gave way": len(wrong)}, tuple(wrong))


def _by_atheris(name: str, runs: int, *, instrumented: bool) -> Iterable[str]:
    with tempfile.TemporaryDirectory() as folder:
        told = [f"-runs={runs}", _SEED, "-timeout=10", "-rss_limit_mb=2048", "-verbosity=0"]
        told += [f"-artifact_prefix={folder}/", *(["-instrument"] if instrumented else [])]
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.parser_targets", name, *told],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
        found = [each.read_bytes()[:200] for each in Path(folder).iterdir()]
    if done.returncode or found:
        yield f"{name}: {found!r}: {done.stderr[-1_500:]}"


def _by_hypothesis(runs: int, scale: Scale) -> Outcome:
    """Where atheris cannot be: it is for Linux on x86-64 alone."""
    wrong: list[str] = []

    @seed(20_261_123)
    @settings(
        max_examples=runs,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(piece=st.binary(max_size=300))
    def feed(piece: bytes) -> None:
        try:
            in_turn(piece)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            wrong.append(f"{type(error).__name__}: {piece!r}")

    feed()
    tried = f"{runs:,} pieces of noise for {len(TARGETS)} parsers, by Hypothesis (no atheris here)"
    counted = {"parsers that gave way": len(wrong)}
    if scale is Scale.FULL and (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        wrong.insert(0, "atheris is not installed, and here it could be")
    return Outcome(tried, counted, tuple(wrong[:5]))
