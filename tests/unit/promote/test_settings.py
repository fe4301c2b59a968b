"""The settings of promote, from its environment."""

from __future__ import annotations

import pytest

from promote.settings import PromoteSettings
from taproom.settings import SettingsError


def test_every_fault_is_named_at_once(environment: dict[str, str]) -> None:
    environment |= {"SERVERLESS_MEMORY": "1500", "APPROVAL": "perhaps"}
    del environment["BUCKET"]
    with pytest.raises(SettingsError, match=r"3 fault\(s\)") as caught:
        PromoteSettings.from_environment(environment)
    for part in ("BUCKET", "SERVERLESS_MEMORY", "'1500'", "APPROVAL", "'perhaps'"):
        assert part in str(caught.value)


@pytest.mark.parametrize("stack", ["Taproom", "1taproom", "a" * 40])
def test_a_stack_name_that_sagemaker_could_not_carry_is_refused(environment: dict[str, str], stack: str) -> None:
    environment["STACK"] = stack
    with pytest.raises(SettingsError, match="STACK"):
        PromoteSettings.from_environment(environment)


def test_the_longest_config_name_of_the_longest_stack_name_fits(environment: dict[str, str]) -> None:
    from taproom.names import LONGEST_NAME, config_name

    environment["STACK"] = "a" * 32
    settings = PromoteSettings.from_environment(environment)
    assert len(config_name(f"{settings.stack}-0123456789ab-99", "retrieval", "0123")) == LONGEST_NAME


def test_endpoint_settings_change_with_what_an_endpoint_is_made_of(environment: dict[str, str]) -> None:
    before = PromoteSettings.from_environment(environment).endpoint_settings
    environment["SERVERLESS_MEMORY"] = "4096"
    after = PromoteSettings.from_environment(environment).endpoint_settings
    assert before != after
    environment["ENDPOINT_KIND"] = "ml.c6i.large"
    instance = PromoteSettings.from_environment(environment).endpoint_settings
    environment["SERVERLESS_MEMORY"] = "1024"
    assert PromoteSettings.from_environment(environment).endpoint_settings == instance
