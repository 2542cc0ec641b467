"""The children of the TRL engines: TRL's trainers as they are, and what runs around them."""
