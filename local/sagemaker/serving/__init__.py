"""Endpoints: models deployed from S3 to a model server that speaks TensorFlow Serving's REST contract."""
