"""A Llama of two layers with random weights and a vocabulary of its own: real code, no knowledge, a second a step."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

CARD = {"name": "random-llama", "licence": "Apache-2.0", "is_llama": False}
"""What the app reads of a base model. It has the architecture alone: no weight comes from a Llama."""
TEXT = """def total(first, second):
    return first + second
<think>
The operator is wrong.
</think>
<solution>
```python
### path/of/file.py
<<<<<<< SEARCH
=======
>>>>>>> REPLACE
```
</solution>
class Reader: for index in range(10): if value is None: raise ValueError("text")
"""
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_random_llama(folder: Path) -> None:
    """The same weights each time."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=512, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator([TEXT], trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=special[1], pad_token=special[1])
    fast.chat_template = TEMPLATE
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        eos_token_id=fast.eos_token_id,
        pad_token_id=fast.pad_token_id,
        # With the usual 0.02 the frozen head could not tell tokens apart, whatever an adapter learns.
        initializer_range=0.2,
    )
    LlamaForCausalLM(config).to(torch.float32).save_pretrained(folder, safe_serialization=True)
    fast.save_pretrained(folder)
    (folder / "mendloop-model.json").write_text(json.dumps(CARD) + "\n", "utf-8")
