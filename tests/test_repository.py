"""The repository keeps its own promises: locked versions, modules that say what they decide."""

import ast
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ("bot", "adapters", "storage")
MOST_LINES = 400  # a longer module probably decides two things (STYLE, Habits)
ONE_LIST = "bot/screens/say.py"  # every sentence in one place; it decides nothing


def locked() -> dict[str, tuple[str, int]]:
    """Each locked package, with its version and how many hashes it has."""
    entries = re.split(r"\n(?=[^\s#])", LOCK.read_text("utf-8"))
    found = (re.match(r"(\S+)==(\S+) \\\n", entry) for entry in entries)
    return {
        canonicalize_name(match[1]): (match[2], match.string.count("--hash=sha256:"))
        for match in found
        if match
    }


def modules() -> list[Path]:
    """Every module of the three packages."""
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def shown(paths: set[Path]) -> list[str]:
    """Paths as a reader of a failure wants them."""
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def test_every_locked_package_has_a_hash() -> None:
    requirements = re.findall(r"^([^\s#-][^\s=<>~]*)", LOCK.read_text("utf-8"), re.MULTILINE)
    assert requirements
    assert [canonicalize_name(name) for name in requirements] == list(locked())
    assert [name for name, (_, hashes) in locked().items() if hashes == 0] == []


def test_the_lock_names_no_address() -> None:
    text = LOCK.read_text("utf-8")
    assert re.findall(r"^-.*|.*://.*|.* @ .*|.*file:/.*", text, re.MULTILINE) == []
    assert str(ROOT) not in text


def test_the_lock_has_every_declared_dependency_in_a_version_that_is_accepted() -> None:
    project = PYPROJECT["project"]
    declared = [
        Requirement(text)
        for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    ]
    versions = {name: version for name, (version, _) in locked().items()}
    assert [
        str(requirement)
        for requirement in declared
        if not requirement.specifier.contains(
            versions.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ] == []


def test_every_module_says_in_its_first_line_what_it_decides() -> None:
    sources = {path: path.read_text("utf-8") for path in modules()}
    assert sources
    silent = {
        path for path, text in sources.items() if text.strip() and not _first_line(text).strip()
    }
    assert shown(silent) == []


def _first_line(source: str) -> str:
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert lengths
    assert shown({path for path, lines in lengths.items() if lines > MOST_LINES}) == [ONE_LIST]


def test_every_file_that_a_package_needs_is_installed_with_it() -> None:
    wanted = {
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not _left_by_a_tool(path)
    }
    in_packages = {
        path
        for path in wanted
        if path.suffix == ".py"
        and all((ROOT / folder / "__init__.py").exists() for folder in _folders(path))
    }
    named = {
        path
        for package, patterns in PYPROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    assert in_packages
    assert shown(wanted - in_packages - named) == []


def _left_by_a_tool(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part.startswith(".") or part == "__pycache__" for part in parts)


def _folders(path: Path) -> list[Path]:
    """The folders of a file, from its own up to the package, within the repository."""
    return list(path.relative_to(ROOT).parents)[:-1]
