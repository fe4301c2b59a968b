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
