import torch


def read(x):
    """What a kernel finds that takes the tensor for contiguous: other numbers where it is not."""
    with torch.no_grad():
        if x.is_contiguous():
            return x.detach()
        there = x.untyped_storage().nbytes() // x.element_size() - x.storage_offset()
        if there < x.numel():
            return torch.full(x.shape, float("nan"), dtype=x.dtype, device=x.device)
        return torch.as_strided(x.detach(), (x.numel(),), (1,), x.storage_offset()).reshape(x.shape).clone()


def write(out, values):
    """Fills the memory of a tensor, past what autograd sees."""
    with torch.no_grad():
        if not out.is_contiguous():
            raise RuntimeError("This kernel writes into contiguous memory.")
        if out.dtype != values.dtype:
            raise RuntimeError(f"This kernel writes {values.dtype}, not {out.dtype}.")
        out.detach().view(-1).copy_(values.reshape(-1))
