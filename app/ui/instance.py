"""One window for each store: a second start brings the first to the front."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500


class Instance(QObject):
    """Holds the store's name on this machine. `asked` fires with what another start wants: "show" or "recall"."""

    asked = Signal(str)

    def __init__(self, data_dir: Path) -> None:
        super().__init__()
        self._name = "mneme-" + hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def claim(self, wish: str = "show") -> bool:
        """True when this is the first; otherwise the first is asked to show itself, or quick recall."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_WAIT_MS):
            socket.write(wish.encode())
            socket.waitForBytesWritten(_WAIT_MS)
            socket.disconnectFromServer()
            return False
        QLocalServer.removeServer(self._name)  # left behind by a process that was killed
        self._server.listen(self._name)
        return True

    def _answer(self) -> None:
        self._server.nextPendingConnection().disconnected.connect(self._heard)

    def _heard(self) -> None:
        """Another start has said what it wants and hung up. Its socket is the signal's sender: a connection that held
        its own socket would free it while it is being destroyed."""
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        wish = bytes(socket.readAll().data()).decode(errors="replace")
        socket.deleteLater()
        self.asked.emit(wish if wish == "recall" else "show")
