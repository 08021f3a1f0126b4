"""One window for each store: a second start brings the first to the front."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500


class Instance(QObject):
    """Holds the store's name on this machine. `asked_to_show` fires when another start asks."""

    asked_to_show = Signal()

    def __init__(self, data_dir: Path) -> None:
        super().__init__()
        self._name = "mneme-" + hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def claim(self) -> bool:
        """True when this is the first; otherwise the first is asked to show itself."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_WAIT_MS):
            socket.write(b"show")
            socket.waitForBytesWritten(_WAIT_MS)
            socket.disconnectFromServer()
            return False
        QLocalServer.removeServer(self._name)  # left behind by a process that was killed
        self._server.listen(self._name)
        return True

    def _answer(self) -> None:
        self._server.nextPendingConnection().disconnected.connect(self.asked_to_show)
