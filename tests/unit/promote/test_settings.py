"""The settings of promote, from its environment."""

from __future__ import annotations

import pytest

from promote.endpoints import config_request
from promote.settings import PromoteSettings, RemovalSettings
from taproom.names import LONGEST_NAME, LONGEST_PREFIX, config_name
from taproom.settings import SettingsError


def test_every_fault_is_named_at_once(environment: dict[str, str]) -> None:
    environment |= {"SERVERLESS_MEMORY": "1500", "APPROVAL": "perhaps"}
    del environment["BUCKET"]
    with pytest.raises(SettingsError, match=r"3 fault\(s\)") as caught:
        PromoteSettings.from_environment(environment)
    for part in ("BUCKET", "SERVERLESS_MEMORY", "'1500'", "APPROVAL", "'perhaps'"):
        assert part in str(caught.value)


def test_the_longest_config_name_of_the_longest_prefix_fits(environment: dict[str, str]) -> None:
    environment["PREFIX"] = "a" * LONGEST_PREFIX
    settings = PromoteSettings.from_environment(environment)
    assert len(config_name(f"{settings.prefix}-0123456789ab-99", "retrieval", "0123")) == LONGEST_NAME


def test_a_longer_prefix_is_refused(environment: dict[str, str]) -> None:
    environment["PREFIX"] = "a" * (LONGEST_PREFIX + 1)
    with pytest.raises(SettingsError, match="PREFIX"):
        PromoteSettings.from_environment(environment)


def test_what_removes_everything_reads_no_setting_that_anybody_chooses(environment: dict[str, str]) -> None:
    assert RemovalSettings.from_environment({"PREFIX": environment["PREFIX"]}).prefix == environment["PREFIX"]


def test_endpoint_settings_change_with_what_an_endpoint_is_made_of(environment: dict[str, str]) -> None:
    before = PromoteSettings.from_environment(environment).endpoint_settings
    environment["SERVERLESS_MEMORY"] = "4096"
    after = PromoteSettings.from_environment(environment).endpoint_settings
    assert before != after
    environment["PROVISIONED_CONCURRENCY"] = "1"
    assert PromoteSettings.from_environment(environment).endpoint_settings not in (before, after)
    environment["ENDPOINT_KIND"] = "ml.c6i.large"
    instance = PromoteSettings.from_environment(environment).endpoint_settings
    environment |= {"SERVERLESS_MEMORY": "1024", "MAXIMUM_INSTANCES": "4", "INVOCATIONS_PER_INSTANCE": "60"}
    assert PromoteSettings.from_environment(environment).endpoint_settings == instance
    environment["MINIMUM_INSTANCES"] = "2"
    assert PromoteSettings.from_environment(environment).endpoint_settings != instance


def test_no_more_of_a_serverless_endpoint_is_provisioned_than_there_is(environment: dict[str, str]) -> None:
    environment |= {"SERVERLESS_CONCURRENCY": "2", "PROVISIONED_CONCURRENCY": "3"}
    with pytest.raises(SettingsError, match="must be SERVERLESS_CONCURRENCY, 2, or less"):
        PromoteSettings.from_environment(environment)


def test_what_is_provisioned_of_a_serverless_endpoint_is_in_its_config(environment: dict[str, str]) -> None:
    def asked_for() -> dict[str, int]:
        settings = PromoteSettings.from_environment(environment)
        (variant,) = config_request("taproom-0123456789ab", "retrieval", settings)["ProductionVariants"]
        found: dict[str, int] = variant["ServerlessConfig"]
        return found

    assert asked_for() == {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    environment["PROVISIONED_CONCURRENCY"] = "2"
    assert asked_for() == {"MemorySizeInMB": 2048, "MaxConcurrency": 5, "ProvisionedConcurrency": 2}
