"""What moto lacks of EventBridge, SQS, DynamoDB and API Gateway, and what survives a restart."""
