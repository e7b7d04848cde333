"""Which tensors of a benchmark script may get other numbers by themselves: those that share nothing with any other.

A script may keep a copy of an input, packed or in another dtype: after a change to one of the two, kernel and reference
would work on different numbers.
"""

import contextlib

#: Operations that look at a tensor's shape only.
BY_SHAPE = ("_like", "new_empty", "new_zeros", "new_ones", "new_full", "new_empty_strided")


class Links:
    def __init__(self, torch):
        self._torch = torch
        #: Pairs of storages, one calculated from the other. By weak references, so that no address is used again.
        self._edges = []
        self._handed = []

    @contextlib.contextmanager
    def noted(self):
        """Notes what is calculated from what inside."""
        # A TorchDispatchMode would import the whole compiler.
        from torch.overrides import TorchFunctionMode

        links = self

        class Notes(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                result = function(*args, **(kwargs or {}))
                if not getattr(function, "__name__", "").endswith(BY_SHAPE):
                    links._note((args, kwargs), result)
                return result

        with Notes():
            yield

    def hand(self, arguments):
        """Notes what was given to a kernel, of which nobody sees what it makes."""
        self._handed += [self._storage(one) for one in self._tensors(arguments)]

    def free(self, tensors, outputs):
        """The names of those of `tensors` that are linked to no other tensor that is still there, except to outputs."""
        exempt = {self._storage(one).cdata for one in outputs}
        parents = {}

        def root(key):
            while parents.setdefault(key, key) != key:
                key = parents[key]
            return key

        alive = {}
        for edge in self._edges:
            if not exempt.intersection(one.cdata for one in edge):
                first, second = (root(one.cdata) for one in edge)
                parents[first] = second
                alive.update((one.cdata, None) for one in edge if not one.expired())
        groups = {}
        for key in alive:
            groups.setdefault(root(key), []).append(key)
        linked = {key for group in groups.values() if len(group) > 1 for key in group}
        linked.update(one.cdata for one in self._handed)
        return {name for name, tensor in tensors.items() if self._storage(tensor).cdata not in linked}

    def _note(self, arguments, result):
        read, written = self._tensors(arguments), self._tensors(result)
        # Without a result it wrote into one of its arguments.
        for target in written or read[:1]:
            for source in read:
                a, b = self._storage(source), self._storage(target)
                if a.cdata != b.cdata:
                    self._edges.append((a, b))

    def _tensors(self, values):
        from torch.utils._pytree import tree_leaves

        return [one for one in tree_leaves(values) if isinstance(one, self._torch.Tensor)]

    def _storage(self, tensor):
        from torch.multiprocessing.reductions import StorageWeakRef

        return StorageWeakRef(tensor.untyped_storage())
