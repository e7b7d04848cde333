"""Is what a contender returned what it claims to be: tensors of the right shape and dtype, with memory behind them?"""


def as_tuple(result):
    if isinstance(result, (tuple, list)):
        return tuple(result)
    return (result,)


def problem_of(torch, got, want, device_type):
    """A sentence, or None when `got` is as `want` in everything but its values. `want`: (shape, dtype)."""
    shape, dtype = want
    # A subclass could put off its work until its values are asked for, which no timer would see.
    if type(got) is not torch.Tensor and type(got) is not torch.nn.Parameter:
        if isinstance(got, torch.Tensor):
            return f"the result is a {type(got).__name__}, not a plain tensor: its work may be put off until it is read"
        return f"the result is {type(got).__name__}, not a tensor"
    if got.layout is not torch.strided:
        return f"the result has the layout {got.layout}"
    if got.device.type != device_type:
        return f"the result is on {got.device.type}, not on {device_type}"
    if tuple(got.shape) != tuple(shape):
        return f"the result has the shape {list(got.shape)} instead of {list(shape)}"
    if got.dtype != dtype:
        return f"the result is {str(got.dtype).removeprefix('torch.')} instead of {str(dtype).removeprefix('torch.')}"
    if got.is_conj() or got.is_neg():
        return "the result is a view that is yet to be conjugated or negated"
    if got.numel() == 0:
        return None
    try:
        # Fake, functional and lazy tensors have no memory of their own.
        if got.untyped_storage().data_ptr() == 0 or torch._C._functorch.is_functorch_wrapped_tensor(got):
            return "the result has no memory behind it"
    except (RuntimeError, AttributeError):
        return "the result has no memory behind it"
    return None
