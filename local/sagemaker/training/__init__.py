"""Training jobs: SageMaker's contract with a training program, kept by a process of this machine."""
