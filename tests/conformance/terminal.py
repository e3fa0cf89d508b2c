#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A pseudo terminal: types into a shell as a person does and looks at what the screen shows.

  terminal.py --print COMMAND...                                what the command writes to a terminal
  terminal.py --shell bash --rc CODE --type KEYS --expect TEXT  starts the shell, runs CODE, types KEYS, waits
"""
import argparse
import os
import pty
import re
import select
import signal
import sys
import time

PROMPT = "ready> "  # the code that sets it spells it otherwise, so that its echo is no prompt


class Terminal:
    def __init__(self, command):
        self.text = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def read(self, seconds):
        """False at the end."""
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            return False
        if b"\x1b[c" in data:  # fish asks which terminal this is
            os.write(self.terminal, b"\x1b[?62c")
        self.text += data.decode(errors="replace")
        return bool(data)

    def shown(self):
        """The text without what steers the terminal, and with backspaces done."""
        text = re.sub(r"\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]", "", self.text)
        while "\b" in text.lstrip("\b"):
            text = re.sub(r"[^\b]\b", "", text.lstrip("\b"), count=1)
        return text

    def wait_for(self, expected, seconds):
        end = time.monotonic() + seconds
        while expected not in self.shown():
            if time.monotonic() > end or not self.read(0.2):
                return expected in self.shown()
        return True

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


SHELLS = {"bash": ["bash", "--noprofile", "--norc"], "zsh": ["zsh", "-f"], "fish": ["fish", "--no-config"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--print", dest="command", nargs=argparse.REMAINDER)
    parser.add_argument("--shell")
    parser.add_argument("--rc")
    parser.add_argument("--type")
    parser.add_argument("--expect")
    options = parser.parse_args()
    if options.command:
        terminal = Terminal(options.command)
        while terminal.read(60):
            pass
        os.waitpid(terminal.pid, 0)
        sys.stdout.write(terminal.text)
        return 0
    terminal = Terminal(SHELLS[options.shell])
    terminal.read(5)  # the shell's own prompt: it is there
    terminal.type(options.rc + "\r")
    if not terminal.wait_for(PROMPT, 60):
        print("no prompt:", repr(terminal.text))
        terminal.end()
        return 1
    for key in options.type.replace("\\t", "\t"):
        terminal.type(key)
        time.sleep(0.01 if key != " " else 0.05)
    done = terminal.wait_for(options.expect, 60)
    if not done:
        print(f"{options.shell} does not show {options.expect!r}:", repr(terminal.shown()))
    terminal.end()
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main())
