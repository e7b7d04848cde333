"""Functions with the names and parameters of real kernels, in plain PyTorch by other ways than the references."""

import math
import types

import torch


def module(**content):
    made = types.ModuleType("stand_in")
    vars(made).update(content)
    return made


def relu(x, out=None):
    out = torch.empty_like(x) if out is None else out
    return out.copy_(x.clamp(min=0))


def silu_of_input(out, input):
    return out.copy_((input.float() / (1 + torch.exp(-input.float()))).to(input.dtype))


def gelu_returned(x):
    wide = x.float()
    return (0.5 * wide * (1 + torch.erf(wide * math.sqrt(0.5)))).to(x.dtype)


def rms(x, weight, eps):
    wide = x.float()
    return (wide / (wide.square().mean(-1, keepdim=True) + eps).sqrt() * weight.float()).to(x.dtype)


def rms_norm(x, weight, eps):
    return rms(x, weight, eps)


def rms_norm_of_input(input, weight, eps=1e-6):
    return rms(input, weight, eps)


def apply_rms_norm(input, weight, eps):
    return rms(input, weight, eps)


def rmsnorm_forward(x, weight, epsilon=1e-05):
    return rms(x, weight, epsilon)


def layer_norm(x, weight, bias):
    wide = x.float()
    centred = wide - wide.mean(-1, keepdim=True)
    return (centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt() * weight.float() + bias.float()).to(
        x.dtype
    )


class NormLayer(torch.nn.Module):
    def forward(self, hidden_states):
        assert hidden_states.dim() == 3
        return rms(hidden_states, self.weight, self.variance_epsilon)


def attend(q, k, v, causal):
    """(tokens, heads, size) each; a causal mask ends at the lower right corner."""
    k, v = (x.repeat_interleave(q.shape[1] // x.shape[1], 1).float() for x in (k, v))
    scores = torch.einsum("qhd,khd->hqk", q.float(), k) / math.sqrt(q.shape[-1])
    if causal:
        rows, columns = scores.shape[-2:]
        scores += torch.full((rows, columns), -math.inf).triu(columns - rows + 1)
    return torch.einsum("hqk,khd->qhd", scores.softmax(-1), v).to(q.dtype)


def flash_attn_with_kvcache(
    q,
    k_cache,
    v_cache,
    k=None,
    v=None,
    rotary_cos=None,
    rotary_sin=None,
    cache_seqlens=None,
    softmax_scale=None,
    causal=False,
):
    parts = [attend(q[i], k_cache[i, :n], v_cache[i, :n], causal) for i, n in enumerate(cache_seqlens.tolist())]
    return torch.stack(parts)


def paged_attention_v1(
    out,
    query,
    key_cache,
    value_cache,
    num_kv_heads,
    scale,
    block_tables,
    seq_lens,
    block_size,
    max_seq_len,
    alibi_slopes,
    kv_cache_dtype,
    k_scale,
    v_scale,
    tp_rank=0,
):
    assert kv_cache_dtype == "auto" and alibi_slopes is None and int(seq_lens.max()) <= max_seq_len
    for at, count in enumerate(seq_lens.tolist()):
        keys, values = [], []
        for token in range(count):
            page, place = int(block_tables[at, token // block_size]), token % block_size
            keys.append(key_cache[page, :, :, place, :].reshape(num_kv_heads, -1))
            values.append(value_cache[page, :, :, place])
        query_at = query[at, None] * (scale * math.sqrt(query.shape[-1]))
        out[at] = attend(query_at, torch.stack(keys), torch.stack(values), False)[0]


def four_bits(weight):
    """The numbers of packed weights, one by one."""
    rows, half = weight.shape
    flat, numbers = weight.reshape(-1, 32).tolist(), torch.zeros(rows, half * 2)
    for block, line in enumerate(flat):
        first, column = block // half * 32, block % half * 2
        nibbles = [byte & 15 for byte in line] + [byte >> 4 for byte in line]
        for at, number in enumerate(nibbles):
            numbers[first + at // 2, column + at % 2] = number
    return numbers


def gemm_int4_forward(input, weight, zeros, absmax, blocksize):
    group = torch.arange(input.shape[1]) // blocksize
    wide = (four_bits(weight) - zeros.float()[group].T) * absmax.float()[group].T
    return (input.float() @ wide.T).to(input.dtype)


NF4 = (
    -1.0,
    -0.6961928,
    -0.52507305,
    -0.39491749,
    -0.28444138,
    -0.18477343,
    -0.09105004,
    0.0,
    0.0795803,
    0.1609302,
    0.2461123,
    0.33791524,
    0.44070983,
    0.562617,
    0.72295684,
    1.0,
)


def gemm_4bit_forward(input, weight, absmax, blocksize, quant_type):
    assert quant_type == 0
    group = torch.arange(input.shape[1]) // blocksize
    wide = torch.tensor(NF4)[four_bits(weight).long()] * absmax.float()[group].T
    return (input.float() @ wide.T).to(input.dtype)


def blocks(weight, scales, size):
    rows, columns = torch.arange(weight.shape[0]) // size[0], torch.arange(weight.shape[1]) // size[1]
    return weight.float() * scales[rows][:, columns]


def rounded(x):
    """As a kernel does that takes its activations to fp8 by groups of 128."""
    groups = x.float().reshape(x.shape[0], -1, 128)
    scale = (groups.abs().amax(-1, keepdim=True) / 448).clamp(min=1e-12)
    return ((groups / scale).to(torch.float8_e4m3fn).float() * scale).reshape(x.shape)


def matmul_2d(A, B, Bs, block_size, output_dtype=None, activation_scale=None):
    return (rounded(A) @ blocks(B, Bs, block_size).T).to(output_dtype or A.dtype)


def w8a8_block_fp8_matmul(A, B, As, Bs, block_size, output_dtype=torch.float16):
    assert A.shape[:-1] == As.shape[:-1]
    x = A.float() * As[:, torch.arange(A.shape[1]) // block_size[1]]
    return (x @ blocks(B, Bs, block_size).T).to(output_dtype)


def fp8_gemm_nt(
    a, b, d, c=None, recipe=None, recipe_a=None, recipe_b=None, compiled_dims="nk", disable_ue8m0_cast=False
):
    d.copy_(w8a8_block_fp8_matmul(a[0], b[0], a[1], b[1], [128, 128], d.dtype))


def all_stand_ins():
    """(name, module) of each."""
    layers = module(
        RMSNorm=NormLayer,
        Silu=type("Silu", (torch.nn.Module,), {"forward": lambda self, x: torch.nn.functional.silu(x)}),
    )
    return (
        ("relu", module(relu=relu)),
        ("silu of input", module(silu=silu_of_input)),
        ("gelu returned", module(gelu=gelu_returned)),
        ("rms_norm", module(rms_norm=rms_norm)),
        ("rms_norm of input", module(rms_norm=rms_norm_of_input)),
        ("rmsnorm", module(apply_rms_norm=apply_rms_norm)),
        ("mlx-rmsnorm", module(rmsnorm_forward=rmsnorm_forward)),
        ("layer_norm", module(layer_norm=layer_norm)),
        ("layers", module(layers=layers)),
        ("kvcache", module(flash_attn_with_kvcache=flash_attn_with_kvcache)),
        ("paged", module(paged_attention_v1=paged_attention_v1)),
        ("gptq", module(gemm_int4_forward=gemm_int4_forward)),
        ("bitsandbytes", module(gemm_4bit_forward=gemm_4bit_forward)),
        ("llama layers", module(layers=module(LlamaRMSNorm=NormLayer))),
        ("finegrained-fp8", module(matmul_2d=matmul_2d)),
        ("vllm-moe", module(w8a8_block_fp8_matmul=w8a8_block_fp8_matmul)),
        ("deep-gemm", module(fp8_gemm_nt=fp8_gemm_nt)),
    )
