# SPDX-License-Identifier: MIT
"""libqmpev for a test harness, through ctypes: a QMP server whose machine is the test.

One file and no package besides: copy it beside your tests, and declare what else of <qmpev/qmpev.h> they need as what is here
is declared. Machine is all that most tests want; Server is for a harness with a loop of its own.

The library is the one whose path is given, else $QMPEV_LIBRARY, else the installed one.
"""

import concurrent.futures
import ctypes
import functools
import json
import os
import re
import selectors
import socket
import threading
import weakref
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_void_p

WIRE_DOCUMENT, WIRE_QEMU = 0, 1
ARGUMENT_INTEGER, ARGUMENT_TEXT, ARGUMENT_BOOLEAN = 0, 1, 2
GUEST_PANIC_ACTION_PAUSE, GUEST_PANIC_ACTION_POWEROFF, GUEST_PANIC_ACTION_RUN = 0, 1, 2
SHUTDOWN_CAUSE_HOST_QMP_QUIT, SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET = 2, 3
FLUSH_MS = 2000  # how long a client that does not read holds up the end


class Refused(OSError):
    """The library said no; the text says what to do."""


# --- what the headers declare ----------------------------------------------------------------------------------


def c_name(structure):
    """GuestPanicked is qmpev_guest_panicked in C."""
    return "qmpev" + re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), structure.__name__)


class Sized(ctypes.Structure):
    """A structure whose first member says how much of it the caller knows. Texts are str; what is left out is absent or 0."""

    _fields_ = [("size", c_size_t)]

    def __init__(self, **members):
        encoded = {name: value.encode() if isinstance(value, str) else value for name, value in members.items()}
        super().__init__(ctypes.sizeof(self), **encoded)


class Argument(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("type", c_uint32), ("optional", c_int)]


CommandHandler = ctypes.CFUNCTYPE(None, c_void_p, c_void_p)


class Command(Sized):
    _fields_ = [("name", c_char_p), ("handler", CommandHandler), ("user_data", c_void_p), ("user_data_free", c_void_p),
                ("arguments", POINTER(Argument)), ("argument_count", c_size_t), ("flags", c_size_t)]


class Event(Sized):
    """What Server.emit takes: each below is declared as its C structure is."""


class AcpiDeviceOst(Event):
    _fields_ = [("device", c_char_p), ("slot", c_char_p), ("slot_type", c_uint32), ("source", c_uint32), ("status", c_uint32)]


class BalloonChange(Event):
    _fields_ = [("actual", c_int64)]


class GuestPanicked(Event):
    _fields_ = [("action", c_uint32), ("info", c_void_p)]


class QuorumFailure(Event):
    _fields_ = [("reference", c_char_p), ("sector_num", c_int64), ("sectors_count", c_int64)]


class Reset(Event):
    _fields_ = [("guest", ctypes.c_bool), ("reason", c_uint32)]


class Shutdown(Event):
    _fields_ = [("guest", ctypes.c_bool), ("reason", c_uint32)]


class Stop(Event):
    pass


def emit_name(event):
    return c_name(event).replace("qmpev", "qmpev_emit", 1)


FUNCTIONS = {
    "qmpev_server_new": (c_void_p, c_void_p),
    "qmpev_server_free": (None, c_void_p),
    "qmpev_server_listen_unix": (c_int, c_void_p, c_char_p, c_uint32),
    "qmpev_server_get_fd": (c_int, c_void_p),
    "qmpev_server_dispatch": (c_int, c_void_p),
    "qmpev_server_flush_within": (c_int, c_void_p, c_uint32),
    "qmpev_server_get_emitter": (c_void_p, c_void_p),
    "qmpev_emitter_unref": (None, c_void_p),
    "qmpev_server_add_command": (c_int, c_void_p, POINTER(Command)),
    "qmpev_call_get_arguments": (c_char_p, c_void_p),
    "qmpev_call_answer": (c_int, c_void_p, c_char_p),
    "qmpev_call_answer_error": (c_int, c_void_p, c_char_p, c_char_p),
    "qmpev_last_error": (c_char_p,),
    **{emit_name(event): (None, c_void_p, POINTER(event)) for event in Event.__subclasses__()},
}


@functools.cache
def load(path=None):
    """The library with its prototypes. Without them ctypes would cut pointers to the width of an int."""
    library = ctypes.CDLL(path or os.environ.get("QMPEV_LIBRARY", "libqmpev.so.0"))
    for name, (result, *arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


# --- what a harness uses ---------------------------------------------------------------------------------------


class Server:
    """A QMP server on your loop: when `fileno()` is readable, call `dispatch()`. selectors and asyncio's add_reader() take it.

    All but `emit` belong to the thread that makes it.
    """

    def __init__(self, library=None):
        self._library = load(library)
        self._handlers = []  # ctypes keeps none of them alive: a call after they are gone would crash
        self._server = self._library.qmpev_server_new(None)
        if not self._server:
            raise Refused(self._library.qmpev_last_error().decode())
        self._emitter = self._library.qmpev_server_get_emitter(self._server)
        # Not in close(): another thread may still emit. That is counted then, otherwise nothing.
        weakref.finalize(self, self._library.qmpev_emitter_unref, self._emitter)

    def listen(self, path, form=WIRE_QEMU):
        self._check(self._library.qmpev_server_listen_unix(self._server, os.fsencode(path), form))

    def add_command(self, name, handler, **arguments):
        """`handler` is given the arguments as a dictionary, and what it returns is the answer; None: {}. An exception is an
        error for the client. A keyword says an argument's type, ARGUMENT_...; without any, those QEMU has for this command."""
        listed = (Argument * len(arguments))(*((key.encode(), kind, 0) for key, kind in arguments.items()))
        callback = CommandHandler(lambda call, _: self._answer(call, handler))
        self._handlers.append(callback)
        self._check(self._library.qmpev_server_add_command(
            self._server, byref(Command(name=name, handler=callback, arguments=listed, argument_count=len(arguments)))))

    def emit(self, event):
        """Any thread. Never waits and cannot fail."""
        getattr(self._library, emit_name(type(event)))(self._emitter, byref(event))

    def fileno(self):
        return self._library.qmpev_server_get_fd(self._server)

    def dispatch(self):
        """Does what is due, without waiting. What is left keeps `fileno()` readable."""
        self._library.qmpev_server_dispatch(self._server)

    def close(self):
        """Clients receive what was emitted, then the end of the connection."""
        self._library.qmpev_server_flush_within(self._server, FLUSH_MS)
        self._library.qmpev_server_free(self._server)
        self._server = None

    def _check(self, result):
        if result < 0:
            raise Refused(-result, self._library.qmpev_last_error().decode())

    def _answer(self, call, handler):
        try:
            answer = handler(json.loads(self._library.qmpev_call_get_arguments(call)))
            self._library.qmpev_call_answer(call, None if answer is None else json.dumps(answer).encode())
        except Exception as error:  # nothing may be thrown through C
            self._library.qmpev_call_answer_error(call, None, str(error).encode())


class Machine:
    """A server on a thread of its own, for `with`: it listens when the body begins, and is gone when the body has ended.

    `commands` are functions by name, as Server.add_command takes them; they run on that thread.
    """

    def __init__(self, path, commands=None, form=WIRE_QEMU, library=None):
        self._ending, self._end = socket.socketpair()
        started = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._run, args=(started, path, commands or {}, form, library))
        self._thread.start()
        try:
            self._server = started.result()
        except Exception:
            self.close()
            raise

    def emit(self, event):
        """Any thread, in commands, too: what they emit comes before their answer."""
        self._server.emit(event)

    def close(self):
        self._end.close()
        self._thread.join()
        self._ending.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _run(self, started, *arguments):
        try:
            server = self._open(*arguments)
        except Exception as error:  # it is the caller's, on the caller's thread
            started.set_exception(error)
            return
        started.set_result(server)
        with selectors.DefaultSelector() as selector:
            selector.register(server, selectors.EVENT_READ)
            selector.register(self._ending, selectors.EVENT_READ)
            while not any(key.fileobj is self._ending for key, _ in selector.select()):
                server.dispatch()
        server.close()

    @staticmethod
    def _open(path, commands, form, library):
        server = Server(library)
        try:
            for name, handler in commands.items():
                server.add_command(name, handler)
            server.listen(path, form)
        except Exception:
            server.close()
            raise
        return server
