"""The model server keeps TensorFlow Serving's REST contract (https://www.tensorflow.org/tfx/serving/api_rest)."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.http_server import HttpServer
from local.sagemaker.serving.model_server import Models, answer
from tests.unit.local.sagemaker.serving import saved_models


class Client:
    """One kept-alive connection to a server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._connection.request(method, path, raw, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())

    def predict(self, body: Any, model: str = "tiny") -> tuple[int, Any]:
        return self.ask("POST", f"/v1/models/{model}:predict", body)

    def refused(self, body: Any) -> str:
        """The error of a predict request that must be refused with 400."""
        status, answer = self.predict(body)
        assert status == 400
        assert answer.keys() == {"error"}
        return str(answer["error"])

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    models = Models()
    models.load("tiny", str(saved_models.save(tmp_path_factory.mktemp("tiny"))), 7)
    server = HttpServer(partial(answer, models), "model-server")
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def client(port: int) -> Iterator[Client]:
    client = Client(port)
    yield client
    client.close()


def test_columns_are_answered_by_columns(client: Client) -> None:
    assert client.predict({"inputs": {"name": ["Ada", "Bo"], "number": [1.5, 2]}}) == (
        200,
        {"outputs": {"text": ["Hello Ada", "Hello Bo"], "twice": [3.0, 4.0], "release": ["one", "one"]}},
    )


def test_a_single_input_and_a_single_output_go_without_their_names(client: Client) -> None:
    asked = {"signature_name": "double"}
    assert client.predict({**asked, "inputs": [[1, 2]]}) == (200, {"outputs": [[2.0, 4.0]]})
    assert client.predict({**asked, "inputs": {"x": [[1, 2]]}}) == (200, {"outputs": [[2.0, 4.0]]})


def test_tables_of_texts_and_numbers_are_columns_of_lists(client: Client) -> None:
    texts, numbers = [["a", "ß"], ["", "c"]], [[1, 2.5], [0.5, -1]]
    assert client.predict({"signature_name": "tables", "inputs": {"texts": texts, "numbers": numbers}}) == (
        200,
        {"outputs": {"joined": ["a+ß", "+c"], "sums": [3.5, -0.5]}},
    )


def test_the_rows_of_a_table_may_be_empty(client: Client) -> None:
    assert client.predict({"signature_name": "tables", "inputs": {"texts": [[], []], "numbers": [[1], [2]]}}) == (
        200,
        {"outputs": {"joined": ["", ""], "sums": [1.0, 2.0]}},
    )


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"texts": [["a", "b"], ["c"]]}, "Encountered list at unexpected size: 1 at level: 1 expected size: 2"),
        ({"numbers": [[1], [2, 3]]}, "Encountered list at unexpected size: 2 at level: 1 expected size: 1"),
        ({"texts": [["a"], "b"]}, 'JSON Value: "b" found at incorrect level: 2 in the JSON DOM. Expected at level: 2'),
        ({"texts": [["a"], [["b"]]]}, "Encountered list at unexpected level: 2 expected < 2"),
        ({"texts": [["a", 1]]}, "JSON Value: 1 Type: Number is not of expected type: string"),
        ({"numbers": [[1, "2"]]}, 'JSON Value: "2" Type: String is not of expected type: float'),
        ({"texts": ["a", "b"]}, "input must have shape (None, None) but texts has shape [2]"),
        ({"numbers": [[[1]]]}, "input must have shape (None, None) but numbers has shape [1, 1, 1]"),
    ],
)
def test_a_ragged_table_or_one_of_the_wrong_depth_is_refused(client: Client, changed: Any, error: str) -> None:
    inputs = {"texts": [["a"], ["b"]], "numbers": [[1], [2]], **changed}
    assert error in client.refused({"signature_name": "tables", "inputs": inputs})


def test_no_rows_in_columns_are_no_rows_in_the_answer(client: Client) -> None:
    assert client.predict({"inputs": {"name": [], "number": []}}) == (
        200,
        {"outputs": {"text": [], "twice": [], "release": []}},
    )


def test_text_of_any_language_comes_through_and_base64_is_decoded(client: Client) -> None:
    encoded = {"b64": base64.b64encode("Žižkov 🍺".encode()).decode()}
    status, answer = client.predict({"inputs": {"name": ["Kölsch", encoded], "number": [0, 0]}})
    assert status == 200
    assert answer["outputs"]["text"] == ["Hello Kölsch", "Hello Žižkov 🍺"]


def test_numbers_come_without_the_noise_of_their_binary_form(client: Client) -> None:
    numbers = [0.1, 1e-7, 3.0, 123456.789, 16777215]
    status, answer = client.predict({"inputs": {"name": [""] * 5, "number": numbers}})
    assert status == 200
    # float32 of 2 * 123456.789 is 246913.578125, which six digits don't tell apart and nine do.
    assert answer["outputs"]["twice"] == [0.2, 2e-7, 6.0, 246913.578, 33554430.0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"inputs": {"name": ["Ada"]}}, "Missing named input: number in 'inputs' object."),
        ({"inputs": {"name": [1], "number": [1]}}, "JSON Value: 1 Type: Number is not of expected type: string"),
        ({"inputs": {"name": ["a"], "number": ["1"]}}, 'JSON Value: "1" Type: String is not of expected type: float'),
        ({"inputs": {"name": ["a"], "number": [True]}}, "Type: True is not of expected type: float"),
        ({"inputs": {"name": ["a"], "number": [None]}}, "Type: Null is not of expected type: float"),
        ({"inputs": {"name": ["a"], "number": [1e300]}}, "to float without loss of precision"),
        ({"inputs": {"name": [{"b64": "?"}], "number": [1]}}, "Unable to base64 decode"),
        ({"inputs": ["Ada"]}, "inputs is a plain value/list, but expecting an object"),
        ({"instances": [{"name": "Ada", "number": 1}]}, "takes columns alone, not rows: send 'inputs'"),
        ({}, "Missing 'inputs' key"),
        ({"signature_name": "other", "inputs": [1]}, 'signature name: "other" not found'),
        ({"signature_name": 1, "inputs": [1]}, "'signature_name' key must be a string value"),
        ({"signature_name": "double", "inputs": [[1, 2], [3]]}, "Encountered list at unexpected size: 1 at level: 1"),
        ({"signature_name": "double", "inputs": [[1, [2]]]}, "Encountered list at unexpected level: 2 expected < 2"),
        ({"signature_name": "double", "inputs": [[1], 2]}, "found at incorrect level"),
        ({"signature_name": "double", "inputs": [[1, 2, 3]]}, "input must have shape (None, 2)"),
        ({"signature_name": "whole", "inputs": [1.5]}, "is not of expected type: int64"),
        ([], "Is not object"),
        (b"", "The document is empty"),
        (b"{", "JSON Parse error"),
        (b'{"inputs": "\xff"}', "JSON Parse error"),
    ],
)
def test_what_does_not_fit_the_signature_is_refused_with_the_reason(client: Client, body: Any, error: str) -> None:
    assert error in client.refused(body)


def test_lengths_that_the_graph_itself_refuses_are_the_askers_fault(client: Client) -> None:
    status, answer = client.predict({"signature_name": "double", "inputs": 1})
    assert status == 400
    assert "shape" in answer["error"]


def test_an_unknown_model_or_version_is_not_found(client: Client) -> None:
    assert client.predict({"inputs": [1]}, "other") == (
        404,
        {"error": "Servable not found for request: Latest(other)"},
    )
    assert client.ask("POST", "/v1/models/tiny/versions/8:predict", {"inputs": [1]}) == (
        404,
        {"error": "Servable not found for request: Specific(tiny, 8)"},
    )
    asked = {"signature_name": "double", "inputs": [[0, 1]]}
    assert client.ask("POST", "/v1/models/tiny/versions/7:predict", asked) == (200, {"outputs": [[0.0, 2.0]]})


def test_status_names_the_version(client: Client) -> None:
    assert client.ask("GET", "/v1/models/tiny") == (
        200,
        {
            "model_version_status": [
                {"version": "7", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
            ]
        },
    )


def test_metadata_describes_the_signatures(client: Client) -> None:
    status, answer = client.ask("GET", "/v1/models/tiny/metadata")
    assert status == 200
    assert answer["model_spec"] == {"name": "tiny", "signature_name": "", "version": "7"}
    signatures = answer["metadata"]["signature_def"]["signature_def"]
    assert signatures.keys() == {"serving_default", "double", "whole", "tables"}
    x = signatures["double"]["inputs"]["x"]
    assert x["dtype"] == "DT_FLOAT"
    assert x["tensor_shape"]["dim"] == [{"size": "-1", "name": ""}, {"size": "2", "name": ""}]
    assert signatures["serving_default"]["outputs"]["text"]["dtype"] == "DT_STRING"


def test_a_malformed_path_is_refused(client: Client) -> None:
    assert client.ask("GET", "/v2/models") == (400, {"error": "Malformed request: GET /v2/models"})


def test_a_broken_model_says_why_and_the_one_of_its_name_goes_on(client: Client, tmp_path: Path) -> None:
    good = saved_models.save(tmp_path / "good", "good")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "saved_model.pb").write_bytes(b"this is no SavedModel")

    assert client.ask("PUT", "/v1/models/changing", {"path": str(good), "version": 1}) == (200, {})
    status, answer = client.ask("PUT", "/v1/models/changing", {"path": str(broken), "version": 2})
    assert status == 500
    assert "Cannot parse file" in answer["error"]
    asked = {"inputs": {"name": ["Ada"], "number": [1]}}
    assert client.predict(asked, "changing")[1]["outputs"]["release"] == ["good"]

    assert client.ask("DELETE", "/v1/models/changing") == (200, {})
    assert client.predict(asked, "changing")[0] == 404


def test_many_clients_at_once_get_their_own_answers(port: int) -> None:
    wrong: list[int] = []

    def ask(number: int) -> None:
        client = Client(port)
        for _ in range(20):
            status, answer = client.predict({"inputs": {"name": [str(number)], "number": [number]}})
            if status != 200 or answer["outputs"]["twice"] != [2.0 * number]:
                wrong.append(number)
        client.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
