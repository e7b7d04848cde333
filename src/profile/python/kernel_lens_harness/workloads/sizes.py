"""Sizes of real models, and the batches they are measured at."""

#: hidden size, size inside the MLP, attention heads, heads of keys and values, size of a head.
MODELS = {
    "Llama 3.1 8B": {"hidden": 4096, "inner": 14336, "heads": 32, "kvHeads": 8, "head": 128},
    "Mistral 7B": {"hidden": 4096, "inner": 14336, "heads": 32, "kvHeads": 8, "head": 128},
    "Qwen2.5 7B": {"hidden": 3584, "inner": 18944, "heads": 28, "kvHeads": 4, "head": 128},
    "Llama 3.2 1B": {"hidden": 2048, "inner": 8192, "heads": 32, "kvHeads": 8, "head": 64},
}
#: Tokens, as in the guide of the Kernel Hub: 256 to 4096.
BATCHES = (256, 1024, 4096)
MAIN = "Llama 3.1 8B"


def sweep(*keys):
    """One shape for each batch at the main model's sizes, and one for each other model at the largest batch."""
    shapes = [shape(MAIN, tokens, keys) for tokens in BATCHES]
    seen = [sizes_only(one) for one in shapes]
    for model in MODELS:
        other = shape(model, BATCHES[-1], keys)
        if sizes_only(other) not in seen:
            seen.append(sizes_only(other))
            shapes.append(other)
    return tuple(shapes)


def shape(model, tokens, keys):
    sizes = MODELS[model]
    chosen = {key: sizes[key] for key in keys}
    name = "×".join(str(size) for size in (tokens, *chosen.values()))
    return {"name": name, "model": model, "tokens": tokens, **chosen}


def sizes_only(one):
    return {key: value for key, value in one.items() if isinstance(value, int)}
