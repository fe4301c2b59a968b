"""The server that the gateway, the Runtime API and the model server are made of."""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import time
from collections.abc import Iterator

import pytest

from local.http_server import HttpServer, Request, Response


def echo(request: Request) -> Response:
    """Says what it got; the target is the status."""
    headers = (("Content-Type", "text/beer"), ("X-Tap", "1"), ("X-Tap", "2"), ("Content-Length", "9999"))
    got = [request.method, request.target, request.headers, request.body.decode(), request.source_ip]
    return Response(int(request.path[1:]), headers, json.dumps(got).encode())


@pytest.fixture
def server() -> Iterator[HttpServer]:
    server = HttpServer(echo, "echo")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connection(server: HttpServer) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    yield connection
    connection.close()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_request_comes_as_it_was_sent(connection: http.client.HTTPConnection, method: str) -> None:
    connection.putrequest(method, "/201?a=%2F", skip_host=True, skip_accept_encoding=True)
    for value in ("a", "b"):
        connection.putheader("X-Beer", value)
    connection.putheader("Content-Length", "4")
    connection.endheaders(b"pils")
    answer = connection.getresponse()

    assert answer.status == 201
    headers = [["X-Beer", "a"], ["X-Beer", "b"], ["Content-Length", "4"]]
    assert json.loads(answer.read()) == [method, "/201?a=%2F", headers, "pils", "127.0.0.1"]


def test_repeated_headers_are_sent_and_the_length_is_the_bodys(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/200")
    answer = connection.getresponse()

    assert answer.headers.get_all("X-Tap") == ["1", "2"]
    assert answer.headers.get_all("Content-Length") == [str(len(answer.read()))]


def test_head_gets_the_headers_alone_and_the_connection_goes_on(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/404")
    answer = connection.getresponse()
    assert (answer.status, answer.read(), answer.headers["Content-Type"]) == (404, b"", "text/beer")

    connection.request("GET", "/200")
    assert connection.getresponse().read()


def test_a_client_that_waits_for_leave_to_send_its_body_gets_it(server: HttpServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(b"PUT /200 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"x")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_a_kept_alive_connection_does_not_wait_for_acknowledgements(connection: http.client.HTTPConnection) -> None:
    """Headers and body in packets of their own, or Nagle's algorithm, cost each answer 40 ms."""
    seconds = []
    for _ in range(25):
        began = time.perf_counter()
        connection.request("POST", "/200", b"x" * 2000)
        connection.getresponse().read()
        seconds.append(time.perf_counter() - began)

    assert statistics.median(seconds) < 0.03


def test_json_is_in_utf_8() -> None:
    assert Response.json(503, {"message": "Kölsch"}) == Response(
        503, (("Content-Type", "application/json"),), '{"message": "Kölsch"}'.encode()
    )


def said(server: HttpServer, request: bytes, then_hang_up: bool = False) -> bytes:
    """All that the server says to a client that sends `request`, and nothing more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(request)
        if then_hang_up:
            client.shutdown(socket.SHUT_WR)
        heard = b""
        while chunk := client.recv(4096):
            heard += chunk
        return heard


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ("Content-Length: -1", 400, b"'-1'"),
        ("Content-Length: pils", 400, b"'pils'"),
        ("Content-Length: +1", 400, b"'+1'"),
        ("Content-Length: 1 000", 400, b"'1 000'"),
        ("Content-Length:", 400, b"''"),
        ("Content-Length: 1\r\nContent-Length: 2", 400, b"'1, 2'"),
        ("Content-Length: 1001", 413, b"1,001 bytes, but at most 1,000"),
        ("Content-Length: 999999999999999999", 413, b"999,999,999,999,999,999 bytes"),
        (f"Content-Length: {'9' * 5000}", 400, b"must be a number of bytes"),
        ("Transfer-Encoding: chunked", 411, b"send it whole, with its Content-Length"),
        ("Transfer-Encoding: gzip, chunked\r\nContent-Length: 1", 411, b"gzip, chunked"),
        ("Host: evil.example", 403, b"'evil.example'"),
        ("Host: localhost", 403, b"'localhost'"),
        ("Origin: http://evil.example", 403, b"'http://evil.example'"),
        ("Origin: null", 403, b"'null'"),
        ("Origin:", 403, b"''"),
        ("Sec-Fetch-Site: cross-site", 403, b"another site"),
        ("Sec-Fetch-Site: same-site", 403, b"another site"),
        ("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate", 403, b"another site"),
    ],
)
def test_a_request_that_is_not_taken_is_told_why_and_hung_up_on(headers: str, status: int, reason: bytes) -> None:
    server = HttpServer(echo, "echo", max_body=1000)
    server.start()
    heard = said(server, f"POST /200 HTTP/1.1\r\n{headers}\r\n\r\n1".encode())
    server.stop()

    assert heard.startswith(f"HTTP/1.1 {status} ".encode())
    assert reason in heard
    assert b"\r\nConnection: close\r\n" in heard


@pytest.mark.parametrize("target", ["http://[bad/200", "*", "200", "evil.example:80"])
def test_a_target_that_is_no_path_is_a_bad_request(server: HttpServer, target: str) -> None:
    assert said(server, f"GET {target} HTTP/1.1\r\n\r\n".encode()).startswith(b"HTTP/1.1 400 ")


def test_a_body_that_ends_early_is_a_bad_request(server: HttpServer) -> None:
    heard = said(server, b"POST /200 HTTP/1.1\r\nContent-Length: 10\r\n\r\npils", then_hang_up=True)

    assert heard.startswith(b"HTTP/1.1 400 ")
    assert b"Of 10 bytes of the body 4 came" in heard


@pytest.mark.parametrize(
    ("request_begun", "answer"),
    [
        (b"POST /200 HTTP/1.1\r\nContent-Length: 10\r\n\r\npils", b"HTTP/1.1 408 "),
        (b"POST /200 HTTP/1.1\r\nContent-", b""),
        (b"", b""),
    ],
)
def test_a_client_that_falls_silent_is_hung_up_on(request_begun: bytes, answer: bytes) -> None:
    server = HttpServer(echo, "echo", patience=0.1)
    server.start()
    heard = said(server, request_begun)
    server.stop()

    assert heard.startswith(answer)
    assert bool(heard) == bool(answer)


@pytest.mark.parametrize("origin", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_its_own_page_and_a_browser_that_is_told_to_open_an_address_are_answered(
    server: HttpServer, origin: str
) -> None:
    own = f"{origin}:{server.port}"
    for headers in (
        f"Host: {own}\r\nOrigin: http://{own}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors",
        f"Host: {own}\r\nSec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate",
        f"Host: {own}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate",
    ):
        heard = said(server, f"GET /200 HTTP/1.1\r\nConnection: close\r\n{headers}\r\n\r\n".encode())
        assert heard.startswith(b"HTTP/1.1 200 "), headers


def test_pages_of_the_friendly_origin_are_answered_and_those_of_another_are_not() -> None:
    server = HttpServer(echo, "echo", friend="http://127.0.0.1:1")
    server.start()
    friend, other = (
        said(server, f"POST /200 HTTP/1.1\r\nOrigin: {origin}\r\nSec-Fetch-Site: same-site\r\n\r\n".encode(), True)
        for origin in ("http://127.0.0.1:1", "http://127.0.0.1:2")
    )
    server.stop()
    assert friend.startswith(b"HTTP/1.1 200 ")
    assert other.startswith(b"HTTP/1.1 403 ")
