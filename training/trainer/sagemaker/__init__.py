"""What SageMaker asks of a training job: where things lie, how it fails, what it says."""
