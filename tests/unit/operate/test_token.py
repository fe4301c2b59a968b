"""The header that says who calls; tests/loop/test_access.py has those of a deployed stack."""

from __future__ import annotations

import json

import pytest

from operate.__main__ import main


@pytest.mark.usefixtures("tools")
def test_where_anybody_is_anybody_no_token_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["token"])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "taproom is open: it takes calls without a token.\n"


@pytest.mark.usefixtures("tools")
def test_the_request_can_be_looked_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    main(["token", "--dry-run"])
    assert json.loads(capsys.readouterr().out) == {"grant_type": "client_credentials", "scope": "taproom/operate"}
    main(["token", "--user", "ann", "--dry-run"])
    assert json.loads(capsys.readouterr().out) == {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "Username": "ann"}
