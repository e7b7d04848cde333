"""Loads a tiny model by the lines of each file and compares its logits with those of plain attention.

model_attention.py FOLDER: FOLDER/*.py define `load(path)`. Prints a list of {name, error, off, calls}.
"""
import importlib.util
import json
import logging
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

FOLDER = Path(sys.argv[1])
logging.disable(logging.WARNING)
torch.set_num_threads(1)
torch.manual_seed(0)
SIZES = {"vocab_size": 64, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2}
CONFIG = LlamaConfig(**SIZES, num_attention_heads=4, num_key_value_heads=2)
MODEL = str(FOLDER / "model")
LlamaForCausalLM(CONFIG).to(torch.bfloat16).save_pretrained(MODEL)
IDS = torch.randint(0, 64, (2, 9))
with torch.no_grad():
    EAGER = AutoModelForCausalLM.from_pretrained(MODEL, attn_implementation="eager", dtype=torch.bfloat16)
    EXPECTED = EAGER(IDS).logits.float()


def counts():
    module = sys.modules.get("kernel_calls")
    return dict(module.counts) if module else {}


def outcome(path):
    before = counts()
    try:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with torch.no_grad():
            off = (module.load(MODEL)(IDS).logits.float() - EXPECTED).abs().max().item()
        error = None
    except Exception as raised:
        off, error = None, f"{type(raised).__name__}: {raised}"
    calls = {name: count - before.get(name, 0) for name, count in counts().items() if count > before.get(name, 0)}
    return {"name": path.stem, "error": error, "off": off, "calls": calls}


print("\noutcomes " + json.dumps([outcome(path) for path in sorted(FOLDER.glob("*.py"))]))
