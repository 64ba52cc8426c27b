# SPDX-License-Identifier: MIT
"""A copy of this system to install packages in: an overlay, so that nothing is copied and this system stays as it is.

Needs root. enter() puts the calling program into a mount namespace of its own, where what SystemCopy mounts goes with it.
"""

import os
import subprocess
import sys
import tempfile

WAIT_SECONDS = 120
INSIDE = "QMPEV_IN_NAMESPACE"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}


def enter():
    """Starts the program again inside, once."""
    if os.environ.get(INSIDE) != "1":
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, "-B", *sys.argv])


class SystemCopy:
    def __init__(self):
        folder = tempfile.mkdtemp(prefix="qmpev-system-")
        self.must("mount", "-t", "tmpfs", "none", folder)
        self.changes, work, self.root = (os.path.join(folder, name) for name in ("changes", "work", "root"))
        for each in (self.changes, work, self.root):
            os.mkdir(each)
        self.must("mount", "-t", "overlay", "none", "-o", f"lowerdir=/,upperdir={self.changes},workdir={work}", self.root)
        for each in ("dev", "proc"):
            self.must("mount", "--rbind", f"/{each}", self.path(each))
        self.must("mount", "-t", "tmpfs", "none", self.path("tmp"))
        self.folder = folder

    def path(self, inside):
        return os.path.join(self.root, inside.lstrip("/"))

    def command(self, *words):
        return ["chroot", self.root, *words]

    def start(self, *words):
        """A process inside whose output is read."""
        return subprocess.Popen(self.command(*words), stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)

    def run(self, *words, **options):
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=WAIT_SECONDS,
                              env=ENVIRONMENT, **options)

    def do(self, *words, **options):
        """What it prints; it has to succeed."""
        return self.checked(self.run(*words, **options))

    @classmethod
    def must(cls, *words):
        return cls.checked(subprocess.run(words, capture_output=True, text=True, timeout=WAIT_SECONDS))

    @staticmethod
    def checked(done):
        assert done.returncode == 0, f"{done.args}: {done.stdout}{done.stderr}"
        return done.stdout

    def named(self, part):
        """The paths inside that have `part` in their name, of what is not mounted there."""
        found = self.do("find", "/", "-xdev", "-iname", f"*{part}*")
        return set(found.split("\n")) - {""}

    def close(self):
        subprocess.run(["umount", "--recursive", self.folder], check=False)
        os.rmdir(self.folder)
