# SPDX-License-Identifier: MIT
"""What the tests of the example programs share: the connection to one that has just been started."""

import socket
import time

PATIENCE_SECONDS = 60


def connected(path):
    """A socket that is connected to `path`, once somebody listens there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE_SECONDS)
        try:
            connection.connect(path)
            return connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
