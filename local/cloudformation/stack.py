"""Deploying a SAM template with moto's CloudFormation, and taking it down in order."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from moto.cloudformation import models, parsing
from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.models import Stack, cloudformation_backends
from moto.cloudformation.parsing import Output, ResourceMap
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

import local.cloudformation.api_gateway
import local.cloudformation.cognito
import local.cloudformation.moto_patches
import local.cloudformation.resources  # noqa: F401 (as above)
from local.context import CloudContext
from local.lambda_runtime.functions import LOCAL_CODE

Template = dict[str, Any]
ParseOutput = Callable[..., Output | None]
CODE_PROPERTIES = ("CodeUri", "ContentUri")
# Of a bucket; functions and roles may have a letter more.
LONGEST_NAME = 63


class DeployError(Exception):
    """The stack could not be created, changed or deleted; the message says which resource refused."""


def translate(template: Path, region: str) -> Template:
    """The CloudFormation template that the SAM template at `template` stands for.

    Local code is referred to in place: bucket `local-code`, and its absolute path, without the first slash, as the key.
    """
    parsed = yaml_parse(template.read_text())
    _localise(parsed, template.parent)
    translator = Translator(managed_policy_map={}, sam_parser=Parser(), boto_session=boto3.Session(region_name=region))
    translated: Template = translator.translate(parsed, {"AWS::Region": region})
    # Goes nowhere; unpublished ones make the translator complain when it is collected.
    translator.metrics.publish()
    return translated


def deploy(cloud: CloudContext, name: str, template: Path, parameters: dict[str, str]) -> None:
    """Create the stack, or change the one that is there.

    Raises
    ------
    DeployError
        With CloudFormation's reason.
    """
    translated = translate(template, cloud.region)
    if faults := parameter_faults(translated.get("Parameters", {}), parameters):
        raise DeployError(f"Stack {name}: {' '.join(faults)}")
    body = json.dumps(translated)
    backend = cloudformation_backends[cloud.account][cloud.region]
    try:
        if name in {stack.name for stack in backend.stacks.values()}:
            given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
            backend.update_stack(name, body, None, given, None)
        else:
            backend.create_stack(name, body, parameters)
    except CloudFormationError as error:
        raise DeployError(f"Stack {name}: {error.message}") from error


def delete(cloud: CloudContext, name: str) -> None:
    """Delete the stack; what its template retains stays.

    Raises
    ------
    DeployError
        With CloudFormation's reason.
    """
    try:
        cloudformation_backends[cloud.account][cloud.region].delete_stack(name)
    except CloudFormationError as error:
        raise DeployError(f"Stack {name}: {error.message}") from error


def outputs(cloud: CloudContext, name: str) -> dict[str, str]:
    """The stack's outputs by name."""
    stack = cloudformation_backends[cloud.account][cloud.region].get_stack(name)
    return {output["OutputKey"]: output["OutputValue"] for output in stack.outputs or []}


def install(cloud: CloudContext, replace_urls: Callable[[str], str]) -> None:
    """Adapt moto's CloudFormation, which looks for the types it knows once only.

    `replace_urls` gives an output with the addresses that it would have in AWS replaced by those here.
    """
    for known in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        known.cache_clear()
    cloud.replace(Stack, "parse_template", staticmethod(_parsed_fast(Stack.parse_template)))
    made: Counter[str] = Counter()
    cloud.replace(models, "generate_stack_id", _stack_ids(made))
    cloud.replace(
        parsing,
        "generate_resource_name",
        lambda resource_type, stack_name, logical_id: generate_resource_name(
            resource_type, stack_name, logical_id, made[stack_name]
        ),
    )
    cloud.replace(parsing, "get_references_from_template", references)
    cloud.replace(parsing, "parse_output", _with_local_urls(replace_urls, parsing.parse_output))
    cloud.replace(ResourceMap, "delete", _delete_for_moto)
    cloud.replace(ResourceMap, "build_resource_diff", _in_order(ResourceMap.build_resource_diff))


def parameter_faults(described: Template, given: dict[str, str]) -> list[str]:
    """What CloudFormation would say against the `given` parameters, a sentence each; moto takes all."""
    faults = []
    for name, value in given.items():
        about = described.get(name)
        if about is None:
            faults.append(f"There is no parameter {name}; there are: {', '.join(sorted(described))}.")
            continue
        allowed = [str(choice) for choice in about.get("AllowedValues", [])]
        if allowed and value not in allowed:
            faults.append(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
        pattern = about.get("AllowedPattern")
        if pattern and not re.fullmatch(pattern, value):
            faults.append(f"{name} is {value!r}; it must match {pattern}.")
        if about["Type"] == "Number" and not _within(value, about):
            faults.append(f"{name} is {value!r}; it must be a number{_range(about)}.")
    return faults


def generate_resource_name(resource_type: str, stack_name: str, logical_id: str, made: int = 1) -> str:
    """Stands in for moto's, which is random: after a restart everything must have its name again.

    As in AWS, a long stack's name is cut, a bucket's is in lower case, and what a stack retained keeps its name to
    itself when the stack is `made` again.
    """
    again = f" {made}" if made > 1 else ""
    suffix = hashlib.sha256(f"{resource_type} {stack_name} {logical_id}{again}".encode()).hexdigest()[:12].upper()
    rest = f"-{logical_id}-{suffix}"
    name = stack_name[: LONGEST_NAME - len(rest)] + rest
    return name.lower() if resource_type == "AWS::S3::Bucket" else name


def references(template: Any) -> list[str]:
    """The logical ids and parameters that a part of a template refers to; moto's sees `Ref` alone."""
    return list(dict.fromkeys(_references(template)))


def deletion_order(resources: Template) -> list[str]:
    """The resources' names such that each comes before all it refers to or depends on."""
    needs = {
        name: {other for other in _needed(resource) if other in resources and other != name}
        for name, resource in resources.items()
    }
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for other in sorted(needs[name]):
                visit(other)
            order.append(name)

    for name in sorted(needs):
        visit(name)
    return order[::-1]


def _within(value: str, about: Template) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    return float(about.get("MinValue", number)) <= number <= float(about.get("MaxValue", number))


def _range(about: Template) -> str:
    bounds = [f"{word} {about[bound]}" for bound, word in (("MinValue", "from"), ("MaxValue", "to")) if bound in about]
    return "".join(f" {bound}" for bound in bounds)


def _needed(resource: Template) -> list[str]:
    depends = resource.get("DependsOn", [])
    return [*([depends] if isinstance(depends, str) else depends), *references(resource)]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "Ref":
            yield value
        elif key == "Fn::GetAtt":
            yield value[0] if isinstance(value, list) else value.split(".")[0]
        elif key == "Fn::Sub":
            text, values = value if isinstance(value, list) else (value, {})
            yield from (name for name in re.findall(r"\$\{([A-Za-z0-9:]+)", text) if name not in values)
            yield from _references(values)
        else:
            yield from _references(value)


def _parsed_fast(original: Callable[[str], Template]) -> Callable[[str], Template]:
    """Stands in for `Stack.parse_template`, which reads JSON as YAML: that takes most of a second."""

    def parse_template(template: str) -> Template:
        try:
            parsed: Template = json.loads(template)
        except ValueError:
            return original(template)
        return parsed

    return parse_template


def _in_order(original: Callable[..., dict[str, list[str]]]) -> Callable[..., dict[str, list[str]]]:
    """Stands in for `ResourceMap.build_resource_diff`: what others refer to is changed before them."""

    def build_resource_diff(resources: ResourceMap, template: Template, parameters: Any = None) -> dict[str, list[str]]:
        found = original(resources, template, parameters)
        order = deletion_order(template["Resources"])[::-1]
        return {**found, "Modify": sorted(found["Modify"], key=order.index)}

    return build_resource_diff


def _delete_for_moto(resources: ResourceMap) -> None:
    """Stands in for `ResourceMap.delete`, which deletes in no order."""
    described = resources._resource_json_map
    kept = {name for name, resource in described.items() if resource.get("DeletionPolicy") == "Retain"}
    for name in deletion_order(described):
        resource = resources._parsed_resources.get(name)
        if name not in kept and resource is not None:
            resources._delete_resource(resource, described[name])
            del resources._parsed_resources[name]


def _stack_ids(made: Counter[str]) -> Callable[[str, str, str], str]:
    """Stands in for `generate_stack_id`, which is random: a stack has its id again after a restart.

    One that is made again under the same name is another one, as in AWS: `made` counts.
    """

    def generate_stack_id(stack_name: str, region: str, account: str) -> str:
        made[stack_name] += 1
        number = uuid.uuid5(uuid.NAMESPACE_OID, f"{region} {stack_name} {made[stack_name]}")
        return f"arn:aws:cloudformation:{region}:{account}:stack/{stack_name}/{number}"

    return generate_stack_id


def _with_local_urls(
    replace_urls: Callable[[str], str], original: Callable[..., Output | None]
) -> Callable[..., Output | None]:
    """Stands in for `parse_output`: an output that names an address in AWS gets the local one."""

    def parse_output(output_logical_id: str, output_json: Any, resources_map: ResourceMap) -> Output | None:
        output = original(output_logical_id, output_json, resources_map)
        if output is not None:
            output.value = replace_urls(str(output.value))
        return output

    return parse_output


def _localise(template: Template, directory: Path) -> None:
    described = [resource.get("Properties") or {} for resource in template["Resources"].values()]
    described += list(template.get("Globals", {}).values())
    for properties in described:
        for name in CODE_PROPERTIES:
            code = properties.get(name)
            if isinstance(code, str) and not code.startswith("s3://"):
                properties[name] = f"s3://{LOCAL_CODE}{(directory / code).resolve()}"
