"""What the embedded LLM learns its job from: generated examples, LoRA, calibration."""
