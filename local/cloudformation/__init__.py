"""CloudFormation: a SAM template deployed with moto, with the resource types that moto lacks or cuts short."""
