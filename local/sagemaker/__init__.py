"""SageMaker: training jobs that train, endpoints that answer, and the model registry's events."""
