"""An engine without a model: real rows, rewards and files, answers by chance. For tests of everything around it."""
