"""The children of `verl_grpo`: what runs around verl's unmodified trainer."""
