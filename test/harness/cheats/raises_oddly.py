"""Raises what can hardly be shown: an error without words, whose text raises, of a class that is no Exception."""


class Odd(BaseException):
    def __str__(self):
        raise ValueError("there is no text")


def silu_and_mul(out, x):
    raise Odd
