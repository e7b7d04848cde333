import torch
from torch import nn

from ._calls import counted


@counted("layer-norm.dropout_add_ln_fwd")
def dropout_add_ln_fwd(
    input,
    gamma,
    beta,
    rowscale,
    colscale,
    x0_subset,
    z_subset,
    dropout_p,
    epsilon,
    rowscale_const,
    z_numrows,
    gen,
    residual_in_fp32,
    is_rms_norm,
):
    columns = input.shape[-1]
    if columns % 8 != 0 or columns > 8192:
        raise RuntimeError("((hidden_size % 8 == 0) && (hidden_size <= 8192)) must be true, but got false.")
    with torch.no_grad():
        x = input.float()
        centred = x if is_rms_norm else x - x.mean(-1, keepdim=True)
        rsigma = torch.rsqrt(centred.pow(2).mean(-1, keepdim=True) + epsilon)
        z = centred * rsigma * gamma.float()
        if beta is not None:
            z = z + beta.float()
        return [z.to(input.dtype), input, torch.empty(0), x.mean(-1), rsigma.squeeze(-1)]


class LayerNorm(nn.Module):
    weight: torch.Tensor
    variance_epsilon: float

    def forward(self, hidden_states: torch.Tensor) -> torch.Tensor:
        output = dropout_add_ln_fwd(
            hidden_states.view(-1, hidden_states.shape[-1]),
            self.weight,
            None,
            None,
            None,
            None,
            None,
            0,
            self.variance_epsilon,
            1.0,
            hidden_states.shape[1],
            None,
            False,
            False,
        )
        return output[0].view(hidden_states.shape)


class LlamaRMSNorm(nn.Module):
    weight: torch.Tensor
    variance_epsilon: float

    def forward(self, hidden_states: torch.Tensor) -> torch.Tensor:
        output = dropout_add_ln_fwd(
            hidden_states.view(-1, hidden_states.shape[-1]),
            self.weight,
            None,
            None,
            None,
            None,
            None,
            0,
            self.variance_epsilon,
            1.0,
            hidden_states.shape[1],
            None,
            False,
            True,
        )
        return output[0].view(hidden_states.shape)
