"""Settings from the environment."""

from __future__ import annotations

import pytest
from pydantic import Field, ValidationError

from taproom.settings import Settings, SettingsError


class Sample(Settings):
    bucket: str
    minimum_new_reviews: int = Field(ge=1)
    spot: bool = False


def test_each_field_is_read_from_the_variable_of_its_name_and_typed() -> None:
    environment = {"BUCKET": "drops", "MINIMUM_NEW_REVIEWS": "5", "SPOT": "true", "PATH": "/bin"}
    assert Sample.from_environment(environment) == Sample(bucket="drops", minimum_new_reviews=5, spot=True)


def test_the_processs_own_environment_is_read_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKET", "drops")
    monkeypatch.setenv("MINIMUM_NEW_REVIEWS", "1")
    assert Sample.from_environment().bucket == "drops"


def test_an_empty_variable_counts_as_none() -> None:
    environment = {"BUCKET": "drops", "MINIMUM_NEW_REVIEWS": "1", "SPOT": ""}
    assert Sample.from_environment(environment).spot is False


def test_all_faults_are_named_at_once_with_what_was_found_and_what_to_do() -> None:
    with pytest.raises(SettingsError) as fault:
        Sample.from_environment({"MINIMUM_NEW_REVIEWS": "0", "SPOT": "perhaps"})
    message = str(fault.value)
    assert "3 fault(s)" in message
    assert "BUCKET: Field required" in message
    assert "MINIMUM_NEW_REVIEWS: Input should be greater than or equal to 1 (got '0')" in message
    assert "SPOT:" in message
    assert "(got 'perhaps')" in message
    assert "template.yaml sets these variables" in message


def test_settings_do_not_change() -> None:
    settings = Sample(bucket="drops", minimum_new_reviews=1)
    with pytest.raises(ValidationError, match="frozen"):
        settings.bucket = "other"
