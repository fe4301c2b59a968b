"""The custom resource `EndpointLifecycle`: what the stack made at run time goes when the stack goes."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from promote.endpoints import SettledEndpoints
from promote.events import StackRequest
from promote.registry import Registry
from taproom import sagemaker_releases
from taproom.contract import is_run_id
from taproom.names import Layout


def remove(sagemaker: Any, endpoints: SettledEndpoints, registry: Registry, prefix: str) -> dict[str, int]:
    """Stop the stack's training jobs, delete its endpoints, configs, models and packages; how many of each.

    Only what carries a name with the stack's `prefix` is touched. May run again.
    """
    jobs = [
        job["TrainingJobName"]
        for page in sagemaker.get_paginator("list_training_jobs").paginate(
            NameContains=prefix, StatusEquals="InProgress"
        )
        for job in page["TrainingJobSummaries"]
        if is_run_id(job["TrainingJobName"], prefix)
    ]
    for job in jobs:
        sagemaker.stop_training_job(TrainingJobName=job)
    for layout in Layout:
        endpoints.remove(layout)
    deleted = sagemaker_releases.delete_configs_and_models(sagemaker, prefix, lambda name: is_run_id(name, prefix))
    return {"jobs": len(jobs), **deleted, "packages": registry.clear()}


def answer(request: StackRequest, fault: str | None, log_stream: str) -> None:
    """Tell CloudFormation how the request went; without an answer it waits for ServiceTimeout."""
    body = {
        "Status": "SUCCESS" if fault is None else "FAILED",
        "Reason": fault or f"See the log stream {log_stream}",
        "PhysicalResourceId": f"{request.stack_id.split('/')[1]}-endpoint-lifecycle",
        "StackId": request.stack_id,
        "RequestId": request.request_id,
        "LogicalResourceId": request.logical_id,
    }
    put = urllib.request.Request(
        request.response_url, json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(put, timeout=30):
        pass
