"""Honest: a norm whose backward leaves other numbers in the gradient it is given, as Liger's does."""

import torch


class Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, eps):
        scale = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)
        ctx.save_for_backward(x, weight, scale)
        return x * scale * weight

    @staticmethod
    def backward(ctx, grad):
        x, weight, scale = ctx.saved_tensors
        given = grad.clone()
        grad.fill_(7)
        wide = given * weight
        return scale * wide - x * scale**3 * (wide * x).mean(-1, keepdim=True), (given * x * scale).sum(0), None


class layers:
    class LigerRMSNorm(torch.nn.Module):
        def forward(self, hidden_states):
            return Norm.apply(hidden_states, self.weight, self.variance_epsilon)
