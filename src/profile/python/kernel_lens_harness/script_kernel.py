"""Stand-ins for a kernel's module, put before it while a script's own code runs."""

from kernel_lens_harness.input_set import Refused


class Standing:
    """Gives what the module has; functions are told to `_called` before they run."""

    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        value = getattr(self._module, name)
        if isinstance(value, type) or not callable(value):
            return value

        def call(*args, **options):
            self._called(name, args, options)
            return value(*args, **options)

        return call

    def _called(self, name, args, options):
        raise NotImplementedError


class SetupKernel(Standing):
    """The kernel during a setup: notes that it was asked, and what it was given. `links`: a Links, or None."""

    def __init__(self, contender, links):
        super().__init__(contender.module if contender is not None else None)
        self._links = links
        self.was_asked = False

    def __getattr__(self, name):
        if self._module is None:
            raise Refused("the script's setup asks the kernel, which could not be loaded")
        self.was_asked = True
        return super().__getattr__(name)

    def _called(self, name, args, options):
        if self._links is not None:
            self._links.hand((args, options))


class CountingKernel(Standing):
    """The kernel during one run: how often it is asked for the same, as the stock SiluAndMul "large" does twice."""

    def __init__(self, module):
        super().__init__(module)
        self._calls = []

    def _called(self, name, args, options):
        self._calls.append((name, *map(identity, args), *((key, identity(one)) for key, one in options.items())))

    def repeats(self):
        """1 unless all calls are the same."""
        return len(self._calls) if len(set(self._calls)) == 1 else 1


def identity(value):
    if hasattr(value, "data_ptr"):
        return value.data_ptr(), tuple(value.shape)
    return repr(value)
