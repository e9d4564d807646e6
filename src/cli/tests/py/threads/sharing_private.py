# modes: one
"""Data that one thread built reaches others by every path there is, and is then changed by both."""
import os
import sys
import threading

sys.setswitchinterval(1e-5)
# More work for a longer search; 1 is for the daily run.
SCALE = int(os.environ.get("PYSTON_TEST_SCALE", "1"))


def together(*functions):
    """Runs all functions at once, each in a thread, and raises what one of them raised."""
    failures = []
    start = threading.Barrier(len(functions))

    def run(function):
        start.wait()
        try:
            function()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
import contextvars
import queue
import weakref

ROUNDS = 150 * SCALE


class Node:
    def __init__(self, n):
        self.n = n
        self.items = [n, [n + 1, {n: [n + 2]}]]
        self.table = {"list": [n], "tuple": ([n], {n}), "self": None}
        self.table["self"] = self


def check(node, n):
    """Reads and changes everything below a node."""
    assert node.n == n
    assert node.items[0] == n and node.items[1][0] == n + 1 and node.items[1][1][n][0] == n + 2
    assert node.table["list"][0] == n and node.table["tuple"][0][0] == n and node.table["self"] is node
    node.items.append([n])
    node.items[1][1][n].append("seen")
    node.table["tuple"][0].append("seen")
    node.table["tuple"][1].add("seen")
    node.extra = [n]
    node.table[len(node.table)] = {"deep": [n]}


def handed_over(send, receive):
    """One thread builds and sends nodes and goes on using them; another receives and uses them too."""
    arrived = threading.Semaphore(0)
    used = threading.Semaphore(0)

    def builder():
        for n in range(ROUNDS):
            node = Node(n)
            send(node)
            arrived.release()
            check(node, n)
            used.acquire()
            assert node.items[1][1][n].count("seen") == 2
            assert len(node.items) == 4

    def user():
        for n in range(ROUNDS):
            arrived.acquire()
            check(receive(), n)
            used.release()

    together(builder, user)


common = []
handed_over(common.append, lambda: common[-1])
handed_over(lambda node: common.__setitem__(0, node), lambda: common[0])
handed_over(lambda node: common.insert(0, node), lambda: common[0])
handed_over(lambda node: common.__setitem__(slice(0, 1), [node]), lambda: common[0])
handed_over(lambda node: common.extend((node,)), lambda: common[-1])

table = {}
handed_over(lambda node: table.__setitem__("k", node), lambda: table["k"])
handed_over(lambda node: table.update(k=node), lambda: table["k"])
handed_over(lambda node: (table.pop("k"), table.setdefault("k", node)), lambda: table["k"])
handed_over(lambda node: (table.clear(), table.__setitem__(node, 1)), lambda: next(iter(table)))

members = set()
handed_over(lambda node: (members.clear(), members.add(node)), lambda: next(iter(members)))


class Holder:
    pass


holder = Holder()
handed_over(lambda node: setattr(holder, "node", node), lambda: holder.node)
handed_over(lambda node: setattr(Holder, "node_of_class", node), lambda: Holder.node_of_class)
handed_over(lambda node: holder.__dict__.__setitem__("via_dict", node), lambda: holder.via_dict)


class Slots:
    __slots__ = ("node",)


slots = Slots()
handed_over(lambda node: setattr(slots, "node", node), lambda: slots.node)


def set_global(node):
    global a_global
    a_global = node


handed_over(set_global, lambda: a_global)


def closure():
    cell = None

    def put(node):
        nonlocal cell
        cell = node

    return put, lambda: cell


handed_over(*closure())

# As the function's own parts: a closure, a default, an attribute, made by the builder.
handed_over(lambda node: setattr(holder, "f", lambda: node), lambda: holder.f())
handed_over(lambda node: setattr(holder, "f", lambda x=node: x), lambda: holder.f())


def set_function(node):
    def function():
        return function.node

    function.node = node
    holder.f = function


handed_over(set_function, lambda: holder.f())
handed_over(lambda node: setattr(holder, "m", type("Made", (), {"get": lambda self: node})().get), lambda: holder.m())

# In immutable wrappers: a tuple, a frozenset, a slice, a bound method, a partial, an iterator, an exception.
import functools

handed_over(lambda node: common.append((1, (node,))), lambda: common[-1][1][0])
handed_over(lambda node: common.append(frozenset([node])), lambda: next(iter(common[-1])))
handed_over(lambda node: common.append(slice(node, None)), lambda: common[-1].start)
handed_over(lambda node: common.append(node.__class__.__init__.__get__(node)), lambda: common[-1].__self__)
handed_over(lambda node: common.append(functools.partial(lambda x: x, node)), lambda: common[-1]())
handed_over(lambda node: common.append(iter([node])), lambda: next(common[-1]))
handed_over(lambda node: common.append(iter({node: 1}.items())), lambda: next(common[-1])[0])
handed_over(lambda node: common.append(zip([node], [1])), lambda: next(common[-1])[0])
handed_over(lambda node: common.append(map(lambda x: x, [node])), lambda: next(common[-1]))
handed_over(lambda node: common.append(x for x in [node]), lambda: next(common[-1]))
handed_over(lambda node: common.append(ValueError(node)), lambda: common[-1].args[0])
handed_over(lambda node: common.append({"k": node}.values()), lambda: next(iter(common[-1])))
handed_over(lambda node: common.append(property(lambda self, node=node: node)), lambda: common[-1].fget(None))

# A generator that runs in the builder keeps the node in its frame.
def keeper(node):
    while True:
        yield node


def started(node):
    generator = keeper(node)
    next(generator)
    common.append(generator)


handed_over(started, lambda: next(common[-1]))

# Sent into a common generator, and raised in it.
def mailbox():
    node = None
    while True:
        try:
            node = (yield node) or node
        except LookupError as error:
            node = error.args[0]


mail = mailbox()
next(mail)
handed_over(lambda node: mail.send(node), lambda: next(mail))
handed_over(lambda node: mail.throw(LookupError(node)), lambda: next(mail))

# By queues, locals, context variables, weak references and exceptions.
box = queue.SimpleQueue()
handed_over(box.put, box.get)
box = queue.Queue()
handed_over(box.put, box.get)
box = queue.PriorityQueue()
handed_over(lambda node: box.put((1, node)), lambda: box.get()[1])
variable = contextvars.ContextVar("variable")


def set_variable(node):
    variable.set(node)
    holder.context = contextvars.copy_context()


handed_over(set_variable, lambda: holder.context.run(variable.get))
keep = []
handed_over(lambda node: (keep.append(node), common.append(weakref.ref(node))), lambda: common[-1]())


def raised(node):
    try:
        local = node
        raise KeyError(node)
    except KeyError as error:
        common.append(error)


handed_over(raised, lambda: common[-1].__traceback__.tb_frame.f_locals["local"])

# As the arguments of a new thread, and as what it returns.
for n in range(50):
    node = Node(n)
    out = []
    thread = threading.Thread(target=lambda a, *, b: (check(a, n), out.append(b.table)), args=(node,), kwargs={"b": node})
    thread.start()
    check(node, n)
    thread.join()
    assert out[0] is node.table and node.items[1][1][n].count("seen") == 2

# In-place operators keep their object, whoever owns it.
shared = []


def extend():
    global shared
    for i in range(ROUNDS):
        shared += [[i]]


together(extend, extend)
assert len(shared) == 2 * ROUNDS
text = [""]


def grow_text():
    for _ in range(ROUNDS):
        mine = text[0]
        mine += "x"
        text[0] = mine
        assert set(mine) == {"x"}


together(grow_text, grow_text)
assert set(text[0]) == {"x"} and ROUNDS <= len(text[0]) <= 2 * ROUNDS

# A private structure that is large when it is shared.
big = {i: [i, (i, {i})] for i in range(20000)}
holder.big = None


def share_big():
    local = {i: [i, (i, {i})] for i in range(20000)}
    holder.big = local
    local[5].append("after")


def use_big():
    while holder.big is None:
        pass
    total = 0
    for key, value in list(holder.big.items()):
        assert value[0] == key and value[1][0] == key
        total += key
    assert total == sum(range(20000))


together(share_big, use_big)
