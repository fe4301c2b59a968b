"""What the functions measure of themselves in CloudWatch; the metrics of models are in taproom.metrics."""

from __future__ import annotations

import os

from aws_lambda_powertools import Metrics

NAMESPACE = "Taproom"
# What tells apart stacks of one account and region; template.yaml's alarms and dashboard name it too.
STACK = "stack"


def of_service(service: str) -> Metrics:
    """CloudWatch metrics with the dimensions `service` and `stack`, the latter from the environment's STACK."""
    measurements = Metrics(namespace=NAMESPACE, service=service)
    measurements.set_default_dimensions(**{STACK: os.environ.get("STACK", "unknown")})
    return measurements
