"""AWS Lambda: functions run in worker processes over the Lambda Runtime API."""
