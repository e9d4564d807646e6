"""Context variables against a dict that models them: sets, resets, copies, many variables at once."""
import contextvars
import random

MANY = 3000
variables = [contextvars.ContextVar(f"v{i}", default=i) for i in range(MANY)]
missing = contextvars.Token.MISSING


def check(model):
    """The current context has what the model has."""
    copy = contextvars.copy_context()
    assert len(copy) == len(model)
    assert {variable.name: value for variable, value in copy.items()} == {f"v{i}": value for i, value in model.items()}
    assert all(copy[variables[i]] == value for i, value in model.items())
    assert copy == contextvars.copy_context()
    assert set(copy) == set(copy.keys()) and sorted(copy.values()) == sorted(model.values())
    for i in range(0, MANY, 7):
        assert (variables[i] in copy) == (i in model)
        assert variables[i].get() == model.get(i, i) and copy.get(variables[i], -1) == model.get(i, -1)


def random_changes():
    chance = random.Random(1)
    model, tokens = {}, []
    for step in range(12_000):
        if tokens and chance.random() < 0.4:
            token, i, old = tokens.pop()
            variables[i].reset(token)
            if old is missing:
                del model[i]
            else:
                model[i] = old
        else:
            i = chance.randrange(MANY)
            token, old = variables[i].set(step), model.get(i, missing)
            assert token.old_value is old or token.old_value == old
            tokens.append((token, i, old))
            model[i] = step
        if step % 3000 == 0:
            check(model)
    check(model)
    while tokens:
        token, i, _ = tokens.pop()
        variables[i].reset(token)
    assert len(contextvars.copy_context()) == 0


def copies_stay():
    contexts = []
    for i in range(100):
        variables[i].set(i * 2)
        contexts.append(contextvars.copy_context())
    for n, context in enumerate(contexts):
        assert len(context) == n + 1 and context[variables[n]] == n * 2
        assert n + 1 == MANY or variables[n + 1] not in context
    first = contexts[0]
    first.run(variables[1].set, "one")
    assert first[variables[1]] == "one" and contexts[1][variables[1]] == 2


contextvars.Context().run(random_changes)
contextvars.Context().run(copies_stay)
