"""Toy workers: no model in them, and every way to answer or fail."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from app.core.errors import ModelTooLarge
from app.runtime.messages import CountTokens, Embed
from app.runtime.worker import Channel


def main(pipe: Connection[Any, Any], start: str) -> None:
    """Starts as `start` says; then does what the first text of each CountTokens says."""
    channel = Channel(pipe)
    channel.serve(lambda: _start(start), lambda body: _handle(channel, body))


def embedding(pipe: Connection[Any, Any], _: str) -> None:
    """A worker that answers Embed by doing what the first text says."""
    channel = Channel(pipe)
    channel.serve(lambda: ("toy:1", 3), lambda body: _handle(channel, body))


def _start(start: str) -> str:
    if start == "too large":
        raise ModelTooLarge("It needs 9 GB, and 8 GB are free.")
    if start == "fault":
        raise ZeroDivisionError("a screw is loose")
    if start == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return f"hello from {os.getpid()}"


def _handle(channel: Channel, body: CountTokens | Embed) -> Iterator[object]:
    what, *rest = body.texts
    if what == "echo":
        yield from rest
    elif what == "memory":
        raise MemoryError
    elif what == "fault":
        raise ZeroDivisionError("a screw is loose")
    elif what == "exit":
        os._exit(7)
    elif what == "print":
        print("to the terminal")
        print("to the terminal", file=sys.stderr)
        os.write(1, b"to the terminal")
        os.write(2, b"to the terminal")
        channel.log(logging.WARNING, "to the log")
        yield "printed"
    elif what == "until stopped":
        yield "begun"
        while not channel.stopping():
            time.sleep(0.001)
        yield "stopped"
    elif what == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
        yield "still here"
