"""Sending a message to a queue without waiting for the queue's answer.

boto3 takes a third of an answer's own time to build a request, and waits for what comes back. Here a message is signed
(Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html) and written to a
connection that stays open, in one call; what the queue said is looked at before the next one is written. Of that no
more is read than whether all is well: otherwise, and whenever in doubt, the connection is made anew.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

# A connection that nothing went over for so many seconds may have been closed while the function was frozen.
_FRESH = 5.0
# Seconds that connecting may take.
_TIMEOUT = 1.0
_LONGEST_ANSWER = 65536
_STAYS_OPEN = b"HTTP/1.1 200 "
_GOOD = (_STAYS_OPEN, b"HTTP/1.0 200 ")
_ALGORITHM = "AWS4-HMAC-SHA256"


class MessageSender:
    """Sends to the queue at `queue_url`, at most one message at a time, with what the client `sqs` knows of AWS.

    `credentials` answers botocore's frozen credentials. What can't be sent is logged, and lost.
    """

    def __init__(
        self, sqs: Any, queue_url: str, credentials: Callable[[], Any], clock: Callable[[], float] = time.time
    ) -> None:
        endpoint = urlsplit(sqs.meta.endpoint_url)
        self._is_tls = endpoint.scheme == "https"
        self._host, self._path = endpoint.netloc, endpoint.path or "/"
        self._address = (endpoint.hostname or "", endpoint.port or (443 if self._is_tls else 80))
        self._region = sqs.meta.region_name
        self._queue_url = queue_url
        self._credentials = credentials
        self._clock = clock
        self._connection: socket.socket | None = None
        self._connecting: threading.Thread | None = None
        self._used = 0.0
        self._awaits_answer = False

    def get_ready(self) -> None:
        """Connect in the background where there is no connection that can be relied on."""
        if self._connecting is not None:
            return
        self._look_at_answer()
        if self._connection is None or self._clock() - self._used > _FRESH:
            self.close()
            self._connecting = threading.Thread(target=self._connect, daemon=True)
            self._connecting.start()

    def send(self, body: str) -> None:
        """Send a message with this body, which is ASCII."""
        if self._connecting is not None:
            self._connecting.join(_TIMEOUT)
            if self._connecting.is_alive():
                logger.warning("A message is lost: connecting to its queue takes too long")
                return
            self._connecting = None
        self._look_at_answer()
        if self._connection is None:
            self._connect()
        if self._connection is None:
            return
        content = json.dumps({"QueueUrl": self._queue_url, "MessageBody": body}).encode()
        headers = self.headers(content) | {"content-length": str(len(content))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        try:
            self._connection.sendall(f"POST {self._path} HTTP/1.1\r\n{lines}\r\n".encode() + content)
        except OSError as error:
            logger.warning("A message is lost: %r", error)
            self.close()
            return
        self._awaits_answer, self._used = True, self._clock()

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._awaits_answer = None, False

    def headers(self, content: bytes) -> dict[str, str]:
        """The headers of a request with this content, signed."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        credentials = self._credentials()
        token = {"x-amz-security-token": credentials.token} if credentials.token else {}
        # In alphabetical order, as they are signed.
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": stamp,
            **token,
            "x-amz-target": "AmazonSQS.SendMessage",
        }
        names = ";".join(headers)
        lines = [f"{name}:{value}" for name, value in headers.items()]
        canonical = "\n".join(["POST", self._path, "", *lines, "", names, hashlib.sha256(content).hexdigest()])
        scope = f"{stamp[:8]}/{self._region}/sqs/aws4_request"
        to_sign = "\n".join([_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = _signing_key(credentials.secret_key, scope)
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        signed_by = f"Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return headers | {"authorization": f"{_ALGORITHM} {signed_by}"}

    def _connect(self) -> None:
        try:
            connection = socket.create_connection(self._address, _TIMEOUT)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._is_tls:
                connection = _tls().wrap_socket(connection, server_hostname=self._address[0])
        except OSError as error:
            logger.warning("A message is lost: its queue can't be reached: %r", error)
            return
        # From here on nothing waits: a message fits what the system keeps for the network, or is lost.
        connection.settimeout(0)
        self._connection, self._used = connection, self._clock()

    def _look_at_answer(self) -> None:
        """Keep the connection if the answer that is due has come and is a good one, or may still come."""
        if self._connection is None or not self._awaits_answer:
            return
        try:
            said = self._connection.recv(_LONGEST_ANSWER)
        except (BlockingIOError, ssl.SSLWantReadError):
            # The function is asked again at once: two answers may come together then.
            return
        except OSError as error:
            said = repr(error).encode()
        self._awaits_answer = False
        if not said.startswith(_GOOD):
            logger.warning("A message may be lost: its queue answered %r", said[:600])
        if not said.startswith(_STAYS_OPEN) or b"\nconnection: close" in said.lower():
            self.close()


@functools.lru_cache(maxsize=2)
def _signing_key(secret_key: str, scope: str) -> bytes:
    """The same all day."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
