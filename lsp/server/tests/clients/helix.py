"""The server in a real Helix, in a terminal of its own, by keys. HX names the editor, NTROC the binary, NTRO_PROJECT a folder that may be
changed, NTRO_SETUP a file with the set-up of docs/editors.md. What the screen shows is looked at by `tmux`."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PATIENCE = 60
project = pathlib.Path(os.environ["NTRO_PROJECT"])
runbook = project / "document-ingest.ntro"
failed = 0


def check(name, ok):
    global failed
    failed += not ok
    print(f"{'ok    ' if ok else 'FAILED'}  {name}")
    if not ok:
        print(screen())


def tmux(*args):
    return subprocess.run(["tmux", "-S", socket, *args], capture_output=True, text=True, check=True).stdout


def screen():
    return tmux("capture-pane", "-p", "-t", "ntro")


def keys(*names):
    tmux("send-keys", "-t", "ntro", *names)


def text(words):
    tmux("send-keys", "-t", "ntro", "-l", words)


def shows(pattern):
    """Waits until the screen shows something."""
    return until(lambda: re.search(pattern, screen(), re.S))


def until(condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def normal():
    """Back to where letters are commands. A key right behind Escape would be taken for one with Alt, so the mode is waited for."""
    keys("Escape")
    if not shows(r"\n NOR "):
        check("normal mode", False)


def command(words):
    keys(":")
    shows(r"\n:")
    text(words)
    keys("Enter")


def search(words):
    """Puts the cursor on the first place of some words."""
    normal()
    keys("g", "g", "/")
    shows(r"search:")
    text(re.escape(words))
    keys("Enter")
    shows(r"\n NOR ")
    # What was found is selected, and the cursor at its end: it goes to the beginning.
    tmux("send-keys", "-t", "ntro", "M-\\;")
    keys("\\;")


def session():
    check("a file opens", shows(r"runbook document-ingest"))
    search("to_correct(review")
    keys("l", "l", "d")
    check("a mistake is shown", shows(r"There is no function `tocorrect`"))
    keys("u")
    check("it goes when it is mended", until(lambda: "There is no function" not in screen()))

    search("to_correct(review.value)")
    keys("Space", "k")
    check("hover", shows(r"do not agree"))
    search("to_correct(review.value)")
    keys("g", "d")
    check("go to a definition", shows(r"\d+ sel  9:4"))

    search("review \"Review")
    keys("Space", "r")
    check("it asks for a name", shows(r"rename-to:review"))
    keys("C-u")
    text("checked")
    keys("Enter")
    check("rename", shows(r"approve checked \"Review"))
    command("write-all")
    check("rename on the disk", until(lambda: 'approve checked "Review' in runbook.read_text()))
    other = project / "scenarios.ntro"
    check("rename in another file", until(lambda: "checked approve" in other.read_text()))

    search("run files.parse(")
    keys("O")
    shows(r"\n INS ")
    text("let it = submitted.")
    check("completion", shows(r"document"))
    normal()
    command("quit-all!")


with tempfile.TemporaryDirectory() as folder:
    config = pathlib.Path(folder) / "config" / "helix"
    config.mkdir(parents=True)
    (config / "languages.toml").write_text(pathlib.Path(os.environ["NTRO_SETUP"]).read_text())
    (config / "config.toml").write_text('[editor]\nidle-timeout = 50\nend-of-line-diagnostics = "hint"\n')
    programs = pathlib.Path(folder) / "bin"
    programs.mkdir()
    (programs / "ntroc").symlink_to(os.environ["NTROC"])
    socket = str(pathlib.Path(folder) / "tmux")
    environment = [
        f"PATH={programs}:{os.environ['PATH']}",
        f"XDG_CONFIG_HOME={folder}/config",
        f"XDG_CACHE_HOME={folder}/cache",
        "TERM=xterm-256color",
        "LC_ALL=C.UTF-8",
    ]
    command_line = ["env", *environment, *os.environ["HX"].split(), str(runbook)]
    start = ["-f", "/dev/null", "new-session", "-d", "-s", "ntro", "-x", "220", "-y", "50", "-c", str(project)]
    tmux(*start, " ".join(f"'{part}'" for part in command_line))
    try:
        session()
    finally:
        subprocess.run(["tmux", "-S", socket, "kill-server"], capture_output=True, check=False)
sys.exit(1 if failed else 0)
