"""Which tensors of a setup may get other numbers by themselves."""

import unittest

import torch

import rig  # noqa: F401 puts the harness on the path
from kernel_lens_harness.script_links import Links


def free(setup, outputs=(), hand=()):
    """The names, of the dict that `setup()` gives, that are free."""
    links = Links(torch)
    with links.noted():
        tensors = setup()
    for name in hand:
        links.hand((tensors[name],))
    found = {name: value for name, value in tensors.items() if isinstance(value, torch.Tensor)}
    return links.free(
        {name: value for name, value in found.items() if name not in outputs}, [found[name] for name in outputs]
    )


def random(*shape):
    return torch.randn(*shape or (4,))


def through_one_that_is_gone():
    x = random()
    return {"x": x, "y": (x * 2 + 1).half()}


def siblings():
    both = random()
    return {"x": both.half(), "y": both.double()}


def normalised():
    weight = random().abs()
    return {"weight": weight / weight.sum(), "x": random() * 0.1}


def layer():
    weight, x = random(4, 4), random()
    linear = torch.nn.Linear(4, 4)
    linear.weight.data = weight.clone()
    return {"weight": weight, "x": x, "layer": linear}


def kept_in_place():
    x = random()
    return {"x": x, "view": x.view(2, 2), "pointer": torch.tensor([x.data_ptr()])}


def written_in_place():
    x, y = random(), torch.empty(4)
    y.copy_(x)
    return {"x": x, "y": y, "z": torch.nn.init.uniform_(torch.empty(4))}


def with_output():
    x = random()
    return {"x": x, "out": x.clone(), "other": torch.empty_like(x)}


class Free(unittest.TestCase):
    CASES = (
        (lambda: {"x": random(), "y": random()}, {"x", "y"}),
        (through_one_that_is_gone, set()),
        (siblings, set()),
        (normalised, {"weight", "x"}),
        (layer, {"x"}),
        (kept_in_place, {"x", "view", "pointer"}),
        (written_in_place, {"z"}),
        (lambda: {"x": random(), "sizes": [random().half()]}, {"x"}),
    )

    def test_setups(self):
        for setup, expected in self.CASES:
            with self.subTest(setup.__name__):
                self.assertEqual(free(setup), expected)

    def test_a_copy_for_an_output_links_nothing(self):
        self.assertEqual(free(with_output, outputs=["out"]), {"x", "other"})

    def test_what_a_kernel_was_given_is_not_free(self):
        self.assertEqual(free(lambda: {"x": random(), "w": random()}, hand=["w"]), {"x"})


if __name__ == "__main__":
    unittest.main()
