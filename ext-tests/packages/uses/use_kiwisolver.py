"""kiwisolver: the arithmetic of symbols, constraints, a small layout, edit variables, errors."""

from _expect import raises

from kiwisolver import (
    BadRequiredStrength,
    Constraint,
    DuplicateConstraint,
    Expression,
    Solver,
    Term,
    UnknownConstraint,
    UnknownEditVariable,
    UnsatisfiableConstraint,
    Variable,
    strength,
)

left, width, right = Variable("left"), Variable("width"), Variable("right", context={"unit": "px"})
assert left.name() == "left" and right.context() == {"unit": "px"} and left.value() == 0.0
width.setName("w")
assert width.name() == "w"

term = 2 * left
assert type(term) is Term and term.coefficient() == 2.0 and term.variable() is left
total = left + width - 3.5
assert type(total) is Expression and total.constant() == -3.5 and len(total.terms()) == 2
assert type(-total / 2) is Expression and (-total / 2).constant() == 1.75
fits = left + width == right
assert type(fits) is Constraint and fits.op() == "==" and fits.strength() == strength.required
weak = (left >= 10) | "weak"
assert weak.strength() == strength.weak == 1.0 and weak.op() == ">="
assert ((left <= 1) | strength.strong).strength() == strength.strong

solver = Solver()
solver.addConstraint(fits)
solver.addConstraint(weak)
solver.addConstraint(width >= 20)
solver.addConstraint((width == 50) | "medium")
solver.updateVariables()
assert (left.value(), width.value(), right.value()) == (10.0, 50.0, 60.0)

solver.addEditVariable(right, "strong")
for value in (100, 40, 25):
    solver.suggestValue(right, value)
    solver.updateVariables()
    assert right.value() == value and left.value() + width.value() == value
assert solver.hasEditVariable(right) and solver.hasConstraint(weak)
assert "left" in solver.dumps()
solver.removeEditVariable(right)
solver.removeConstraint(weak)
assert not solver.hasConstraint(weak)

error = raises(DuplicateConstraint, "right", solver.addConstraint, fits)
assert error.args[0] is fits
assert raises(UnsatisfiableConstraint, "1 * w + -5 <= 0", solver.addConstraint, width <= 5).constraint.op() == "<="
raises(UnknownConstraint, "1 * left + -10 >= 0", solver.removeConstraint, weak)
raises(UnknownEditVariable, "left", solver.suggestValue, left, 4)
raises(BadRequiredStrength, "A required strength cannot be used in this context.", solver.addEditVariable, left, "required")
raises(ValueError, "string strength must be 'required', 'strong', 'medium', or 'weak', not 'huge'", lambda: (left == 1) | "huge")
raises(TypeError, "Expected object of type `str`", Variable, 5)
raises(TypeError, "unsupported operand type(s) for *", lambda: left * left)
raises(ZeroDivisionError, "float division by zero", lambda: left / 0)
print("ok")
