"""Models that come from elsewhere and go elsewhere: ONNX, scripts, notebooks, foreign weights."""
