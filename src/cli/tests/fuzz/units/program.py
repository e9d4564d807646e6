"""Makes a random program of a seed: a few functions full of what units are made of, and the calls that run them.

A variable's first letter says what it holds most of the time (`i` an int, `f` a float, `b` a truth, `s` a str, `l` a list, `t` a tuple, `d` a dict,
`o` an object, `a` anything). Loops are bounded, and numbers that grow are cut, so that a program ends soon.
"""

import random

INTS = ["0", "1", "2", "-1", "3", "7", "10", "255", "256", "257", "-5", "-6", "100", "1000", "2**30", "2**30 - 1", "-2**30", "2**31", "2**53", "2**53 + 1",
        "2**62", "2**63 - 1", "-2**63", "2**63", "2**64", "-2**64 + 1", "2**100", "True"]
FLOATS = ["0.0", "-0.0", "1.0", "0.5", "2.5", "-1.25", "1e10", "1e300", "-1e300", "1e-300", "NAN", "INF", "-INF", "3.0", "9007199254740993.0", "0.1"]
STRS = ["''", "'a'", "'xyz'", "'k1'", "'é'", "'abcdefgh'"]
KEYS = ["'a'", "'b'", "0", "1", "2.5", "None", "(1, 2)", "True"]
KINDS = "iiiifffbsltdoa"
LETTERS = "ifbsltdoa"


class Maker:
    def __init__(self, seed, identity=True):
        self.random = random.Random(seed)
        # Whether the program asks which numbers are one object.
        self.identity_counts = identity
        self.lines = []
        self.functions = []
        self.depth = 0
        # Functions of numbers alone are where units differ most from the interpreter.
        self.kinds = KINDS

    # ---- choices

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def number(self, low, high):
        return self.random.randint(low, high)

    def line(self, text):
        self.lines.append("    " * self.depth + text)

    # ---- the program

    def program(self):
        count = self.number(2, 4)
        for number in range(self.number(1, 2)):
            self.small(f"hp{number}")
        if self.chance(40):
            self.recursive("hpr")
        if self.chance(60):
            self.generator("gn0")
        for number in range(count):
            self.function(f"fn{number}")
        self.line("")
        self.line("def main():")
        self.depth += 1
        for name, letters in reversed([known for known in self.functions if known[0].startswith("fn")]):
            self.line("reset()")
            usual = [self.literal(letter) for letter in letters]
            self.line(f"for n in range({self.pick(2, 3, 4, 9)}):")
            self.line(f"    call({name}, {', '.join(usual)})")
            # By now there is a unit, which meets other values, and other types now and then.
            for _ in range(self.number(3, 10) if letters else 1):
                other = [self.literal(letter if self.chance(94) else None) if self.chance(50) else same for letter, same in zip(letters, usual)]
                self.line(f"call({name}, {', '.join(other)})")
        self.depth -= 1
        self.line("")
        self.line("")
        self.line("main()")
        return "\n".join(self.lines) + "\n"

    def start(self, header):
        self.line("")
        self.line("")
        self.line(header)
        self.depth += 1

    def small(self, name):
        """A function that is worth writing out where it is called."""
        letters = [self.pick(*"iifa") for _ in range(self.number(1, 3))]
        self.scope = [f"{letter}{place}" for place, letter in enumerate(letters)]
        self.locals = self.scope[:]
        self.loops, self.inner, self.in_generator, self.global_names, self.callable = 0, [], False, [], []
        header = ", ".join(f"{p}={self.literal(p[0])}" if self.chance(30) and place == len(letters) - 1 else p for place, p in enumerate(self.scope))
        self.start(f"def {name}({header}):")
        kind = self.number(0, 4)
        if kind == 0:
            self.line(f"if {self.truth(1)}:")
            self.line(f"    return {self.value(1)}")
        elif kind == 1:
            self.line(f"{self.scope[0]} = {self.expression(letters[0], 2)}")
        elif kind == 2:
            self.line("global g3")
            self.line("g3 = g3 + 1")
        self.line(f"return {self.expression(self.pick(*letters), 2)}")
        self.depth -= 1
        self.functions.append((name, letters))

    def recursive(self, name):
        """A function that calls itself a few times over; the calls have different types now and then."""
        letters = [self.pick(*"iif") for _ in range(2)]
        self.begin_scope(letters)
        a, b = self.parameters
        self.start(f"def {name}({a}, {b}, n=6, *rest, k={self.literal(self.pick(*'if'))}):")
        self.line("tick()")
        self.locals = self.scope = [a, b]
        self.line("if n <= 0:")
        self.line(f"    return {self.pick(a, b, f'({a}, rest)', 'k', '1 // 0' if self.chance(20) else '1')}")
        self.line(f"x = {self.expression(letters[0], 2)}")
        self.line(f"for {a} in range({self.pick('n', '2', '1')}):")
        self.line(f"    {b} = {self.expression(letters[1], 2)}")
        if self.chance(50):
            self.line(f"if {self.truth(1)}:")
            self.line(f"    {a} = {self.literal()}")
        call = self.pick(f"{name}({a}, x, n - 1)", f"{name}(x, {b}, n - 2, {b}, k={a})", f"{name}({b}, {a}, n - 1, *rest)")
        self.line(f"y = {call}")
        self.line(f"return {self.pick('y', f'(y, {a}, x)[:2]', f'[{b}, x, y]', 'x if n > 3 else y')}")
        self.depth -= 1
        self.functions.append((name, letters))

    def begin_scope(self, letters, generator=False):
        self.parameters = [f"{letter}{place}" for place, letter in enumerate(letters)]
        self.locals = self.parameters[:]
        for place, letter in enumerate("iflo" + "".join(self.pick(*self.kinds) for _ in range(self.number(2, 6)))):
            self.locals.append(f"{letter}{place + 4}")
        self.scope = self.parameters[:]
        self.loops, self.inner, self.in_generator = 0, [], generator
        self.budget = self.number(8, 26)
        self.global_names = [name for name in ("g0", "g1", "g2", "g3") if self.chance(30)]
        self.callable = list(self.functions)

    def begin_body(self):
        if self.global_names:
            self.line("global " + ", ".join(self.global_names))
        self.line("tick()")
        for name in self.locals[len(self.parameters):]:
            self.line(f"{name} = {self.literal(name[0])}")
            self.scope.append(name)
        if self.chance(10):
            self.line(f"del {self.pick(*self.locals)}")

    def function(self, name):
        self.kinds = KINDS if self.chance(55) else self.pick("iiff", "iiiifb", "fffi", "iiffllo")
        letters = [self.pick(*self.kinds) for _ in range(self.number(0, 4))]
        self.begin_scope(letters)
        header = ", ".join(self.parameters)
        self.start(f"def {name}({header}):")
        self.begin_body()
        if self.chance(25):
            self.closure()
        while self.budget > 0:
            self.statement()
        self.line(f"return {', '.join(self.random.sample(self.locals, min(3, len(self.locals))))},")
        self.depth -= 1
        self.functions.append((name, letters))

    def generator(self, name):
        letters = [self.pick(*"iiflta") for _ in range(self.number(1, 2))]
        self.begin_scope(letters, generator=True)
        self.start(f"def {name}({', '.join(self.parameters)}):")
        self.begin_body()
        self.budget = self.number(4, 12)
        self.line(f"yield {self.local()}")
        while self.budget > 0:
            self.statement()
        self.line(f"yield {self.local()}")
        self.depth -= 1
        self.functions.append((name, letters))

    def closure(self):
        """A function inside that shares variables with the one around it."""
        shared = self.random.sample(self.locals, min(2, len(self.locals)))
        name = f"c{len(self.inner)}"
        self.line(f"def {name}(p=1):")
        self.depth += 1
        if self.chance(70):
            self.line("nonlocal " + ", ".join(shared))
            self.line(f"{shared[0]} = {self.pick(f'{shared[0]} + p', f'{shared[0]}', self.literal(shared[0][0]), 'p')}")
        self.line(f"return {', '.join(shared)}{self.pick('', ', p')}")
        self.depth -= 1
        self.inner.append(name)

    # ---- values

    def literal(self, letter=None):
        match letter or self.pick(*LETTERS):
            case "i":
                return self.pick(*INTS)
            case "f":
                return self.pick(*FLOATS)
            case "b":
                return self.pick("True", "False")
            case "s":
                return self.pick(*STRS)
            case "l":
                return self.pick("[1, 2, 3]", "[1.5, -0.0, 2.5, 1e10]", "[]", "[2**40, 2**63, -1]", "[None, 1, 2.5, 'a']", "[1, 2.5, 3, 4.5]", "[True, False, 0]",
                                 "list(range(8))", "[[1, 2], [3.5]]", "[P(1), Q(2.5), S(3)]", "[300, 301, 302, 303]")
            case "t":
                return self.pick("(1, 2, 3)", "(1.5, 2.5)", "()", "(2**70, 1)", "('a', 'b', 1)", "(None, True, 3)", "((1, 2), (3, 4))")
            case "d":
                return self.pick("{}", "{'a': 1, 'b': 2.5}", "{0: 'x', 1: 300, 2.5: None}", "{'a': [1], 'k1': 1.5}")
            case "o":
                return self.pick("P(1)", "P(2.5, 300)", "Q(1, 3)", "S(1)", "S(2**40, 1.5)", "D(1)", "D('x')", "P([1, 2])", "Q(4)", "W(1)", "W(2.5)")
        return self.pick("None", "1", "2.5", "'z'", "I(5)", "[1]", "300", "1j", "b'ab'", "...")

    def local(self, letter=None):
        fitting = [name for name in self.scope if name[0] == letter]
        if fitting and self.chance(93):
            return self.pick(*fitting)
        return self.pick(*self.scope) if letter is None or self.chance(8) else f"({self.literal(letter)})"

    def value(self, depth):
        return self.expression(self.pick(*self.kinds), depth)

    def expression(self, letter, depth):
        if depth <= 0 or self.chance(25):
            return self.local(letter) if self.chance(75) else self.literal(letter) if letter not in "o" else self.local("o")
        make = getattr(self, "make_" + letter)
        return make(depth - 1)

    def atom(self, letter, depth):
        found = self.expression(letter, depth)
        return found if found.replace(".", "").isalnum() else f"({found})"

    def make_i(self, depth):
        a, b = self.atom("i", depth), self.atom("i", depth)
        kind = self.number(0, 22)
        if kind < 7:
            return f"{a} {self.pick('+', '-', '+', '-', '&', '|', '^', '*')} {self.pick(b, self.small_int())}"
        if kind < 9:
            return f"{a} {self.pick('//', '%')} {self.pick(b, self.small_int())}"
        if kind == 9:
            return f"{a} {self.pick('<<', '>>')} {self.pick('1', '3', '31', '62', '63', '0', f'({b} & 15)')}"
        if kind < 12:
            return f"{self.local('l')}[{self.index()}]"
        if kind == 12:
            return f"len({self.local(self.pick('l', 't', 's', 'd'))})"
        if kind == 13:
            return f"{self.local('o')}.{self.pick('a', 'b', 'kind', 'twice', 'a', 'c')}"
        if kind == 14:
            return f"{self.pick('-', '~', '+')}{a}"
        if kind == 15:
            return f"{a} if {self.truth(depth)} else {b}"
        if kind == 16:
            return f"{self.pick('min', 'max')}({a}, {b})"
        if kind == 17:
            return self.called(depth)
        if kind == 22:
            return f"{self.passing('i')} {self.pick('+', '-', '*')} {a}"
        if kind == 18:
            return f"{self.pick('int', 'abs', 'round')}({self.local(self.pick('i', 'f', 'b'))})"
        if kind == 19:
            return self.pick("g0", "g3", "P.kind", "S.kind", "fuel * 0", f"sum({self.local('l')})", f"divmod({a}, {b})[0]")
        if kind == 20:
            return f"{self.local('t')}[{self.index()}]"
        return f"{self.local('d')}.get({self.pick(*KEYS)}, {a})"

    def make_f(self, depth):
        a, b = self.atom("f", depth), self.atom(self.pick("f", "f", "i"), depth)
        kind = self.number(0, 15)
        if kind < 7:
            return f"{a} {self.pick('+', '-', '*', '/')} {self.pick(b, b, '2', '0.5', '1')}"
        if kind == 7:
            return f"-{a}"
        if kind == 8:
            return f"{self.local('l')}[{self.index()}]"
        if kind == 9:
            return f"{self.local('o')}.{self.pick('a', 'b', 'scale')}"
        if kind == 10:
            return f"{self.local('i')} / {self.pick(self.local('i'), '2', '3')}"
        if kind == 11:
            return f"{a} if {self.truth(depth)} else {b}"
        if kind == 12:
            return self.pick("g1", "P.scale", f"float({self.local('i')})", f"abs({a})", f"max({a}, {b})", f"{a} ** 2", f"{a} // {b}", f"{a} % {b}")
        if kind == 13:
            return self.called(depth)
        if kind == 15:
            return f"{a} {self.pick('+', '-', '*')} {self.passing('f')}"
        return f"{self.local('d')}[{self.pick(*KEYS)}]"

    def make_b(self, depth):
        return self.truth(depth)

    def make_s(self, depth):
        a = self.atom("s", depth)
        return self.pick(f"{a}[:4] + {self.pick(*STRS)}", f"f'{{{self.local()}}}'[:12]", f"{a}[{self.index()}]", f"str({self.local('i')})[:9]", f"{a} * 2", f"{a}.upper()[:5]",
                         f"'%s' % ({self.local()},)", f"{a}[1:3]", f"type({self.local()}).__name__")

    def make_l(self, depth):
        a = self.atom("l", depth)
        return self.pick(f"[{self.value(depth)}, {self.value(depth)}]", f"{a}[1:]", f"{a}[:6] + [{self.value(depth)}]", f"[x for x in {a}]", f"list({self.local('t')})",
                         f"[x * 2 for x in range({self.number(0, 4)})]", f"[(x, y) for x in {a}[:3] for y in ({self.local()}, 1)]", f"[{self.local()}] * 3", f"{a}[::-1]",
                         f"sorted({a}, key=text)", f"[x for x in {a} if x]", "g2", f"[*{a}[:3], {self.local()}]")

    def make_t(self, depth):
        return self.pick(f"({self.value(depth)}, {self.value(depth)})", f"tuple({self.local('l')})", f"{self.local('t')}[:4] + (1,)", f"({self.local()},)",
                         f"tuple(x for x in {self.local('l')})", f"divmod({self.local('i')}, {self.local('i')})")

    def make_d(self, depth):
        return self.pick(f"{{'a': {self.value(depth)}, 'b': {self.local()}}}", f"dict({self.local('d')})", f"{{k: k for k in range({self.number(0, 3)})}}",
                         f"{{**{self.local('d')}, 'z': {self.local()}}}")

    def make_o(self, depth):
        return self.pick(f"P({self.value(depth)})", f"Q({self.value(depth)}, {self.value(depth)})", f"S({self.value(depth)})", f"D({self.local('i')})", f"W({self.local('i')})", f"P(b={self.local()}, a=1)",
                         self.local("o"))

    def make_a(self, depth):
        letter = self.pick(*"ifbsltdo")
        return self.pick(self.expression(letter, depth), f"{self.local('l')}[{self.index()}]", f"{self.local('o')}.a", self.called(depth), self.literal("a"),
                         f"{self.local()} {self.pick('and', 'or')} {self.local()}", "g2[1]")

    def passing(self, letter):
        """A number out of an object that ends at once."""
        a = self.local(letter)
        return self.pick(f"D({a}).a", f"W({a}).a", f"[{a}, W(2)][0]", f"P({a}, D(1)).a", f"[{a}, D(2)][0]", f"({a}, D(3))[{self.pick('0', self.local('i'))}]", f"S(D(4), {a}).b", f"[{a}, {a}][{self.index()}]", f"P({a}).m_get()")

    def small_int(self):
        return self.pick("1", "2", "3", "7", "-1", "0", "100", "1000")

    def index(self):
        return self.pick("0", "1", "-1", "2", "0", "1", self.local("i"), f"{self.local('i')} % 3", f"{self.local('i')} & 1", "5", "-4")

    def truth(self, depth):
        kind = self.number(0, 15) if self.identity_counts else self.pick(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15)
        a = self.local(self.pick(*"iiff"))
        b = self.local(a[0]) if self.chance(60) else self.literal(self.pick(*"if"))
        if kind < 6:
            return f"{a} {self.pick('<', '<=', '==', '!=', '>', '>=')} {b}"
        if kind == 6:
            return f"{a} < {b} <= {self.local('i')}"
        if kind == 7:
            other = self.pick(self.local(), self.local(), "True") if self.identity_counts else "False"
            return f"{self.local()} is {self.pick('None', 'not None', other)}"
        if kind == 8:
            return self.local(self.pick(*"bifsloa"))
        if kind == 9:
            return f"not {self.local(self.pick(*'bifa'))}"
        if kind == 10:
            return f"{self.local()} {self.pick('in', 'not in')} {self.local(self.pick('l', 't', 'd'))}"
        if kind == 11:
            return f"{self.local()} == {self.local()}"
        if kind == 12 and depth > 0:
            return f"({self.truth(depth - 1)}) {self.pick('and', 'or')} ({self.truth(depth - 1)})"
        if kind == 13:
            return f"isinstance({self.local()}, {self.pick('int', 'float', 'P', '(int, str)')})"
        if kind == 14:
            # Identity of numbers that a list keeps.
            return f"{self.local('l')}[{self.index()}] is {self.local()}"
        return f"type({self.local()}) is {self.pick('int', 'float', 'str', 'list', 'P')}"

    def called(self, depth):
        """A call of a function of the program, or of a method."""
        kind = self.number(0, 9)
        if kind < 3:
            return f"{self.local('o')}.{self.pick('m_get()', f'm_add({self.local(self.pick(*'if'))})', f'm_add({self.local()}, k={self.local()})', 'm_kind()')}"
        if kind == 3 and self.inner:
            return f"{self.pick(*self.inner)}({self.pick('', self.local(), 'p=2')})"
        if not self.callable:
            return self.local("i")
        name, letters = self.pick(*self.callable)
        arguments = [self.local(letter) if depth <= 0 or self.chance(60) else self.expression(letter, 1) for letter in letters]
        if name.startswith("fn") and arguments and self.chance(10):
            return f"{name}(*({', '.join(arguments)},))"
        if name.startswith("g"):
            return f"[x for x, _ in zip({name}({', '.join(arguments)}), range(5))]"
        if name.startswith("fn") and arguments and self.chance(20):
            place = self.number(0, len(arguments) - 1)
            arguments[place:] = [f"{letter}{at}={argument}" for at, (letter, argument) in enumerate(zip(letters, arguments)) if at >= place]
        return f"{name}({', '.join(arguments)})"

    # ---- statements

    def block(self, least=1, most=3):
        self.depth += 1
        before = len(self.lines)
        for _ in range(self.number(least, most)):
            self.statement()
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1

    def statement(self):
        self.budget -= 1
        nested = self.depth < 6 and self.budget > 0
        if self.kinds != KINDS and self.chance(75):
            return self.of_numbers(nested)
        kinds = [
            (22, self.assign), (12, self.augment), (6, self.store_item), (5, self.store_attribute), (6, self.append), (5, self.expression_statement), (4, self.shown),
            (3, self.delete), (3, self.unpack), (3, self.globals), (2, self.classes), (3, self.frames), (4, self.identity), (2, self.change), (3, self.method),
        ]
        if nested:
            kinds += [(10, self.condition), (12 if self.loops < 3 else 0, self.for_loop), (5 if self.loops < 3 else 0, self.while_loop), (7, self.attempt), (2, self.context), (2, self.matched)]
        if self.loops:
            kinds += [(4, self.leave_loop)]
        if self.in_generator:
            kinds += [(6, self.yielded)]
        if self.depth > 1:
            kinds += [(1, self.returned), (2, self.raised), (1, self.traced)]
        make = self.random.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]
        # Most statements may raise: so that what follows runs, too, every third has a handler of its own.
        if self.chance(45 if self.depth < 3 else 65) or make in (self.attempt, self.for_loop, self.while_loop) or self.depth > 5:
            return make()
        self.line("try:")
        self.depth += 1
        make()
        self.depth -= 1
        self.line(self.pick("except Exception:", "except (TypeError, ValueError, LookupError):", "except Exception:"))
        self.line(f"    {self.pick('pass', 'pass', 'continue', 'break') if self.loops else 'pass'}")

    def of_numbers(self, nested):
        """A statement that computes with numbers and raises seldom."""
        kinds = [(20, self.assign), (14, self.augment), (12, self.identity), (3, self.frames), (3, self.shown), (2, self.change), (2, self.store_item), (3, self.unpack), (2, self.store_attribute)]
        if nested:
            kinds += [(14, self.condition), (14 if self.loops < 3 else 0, self.for_loop), (8 if self.loops < 3 else 0, self.while_loop)]
        if self.loops:
            kinds += [(6, self.leave_loop)]
        self.random.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()

    def target(self):
        """A local that is written, and its letter."""
        name = self.written(self.pick(*self.kinds))
        return name, name[0]

    def written(self, letters):
        """A local that is written with what fits one of these letters, most of the time."""
        fitting = [name for name in self.locals if name[0] in letters]
        return self.pick(*fitting) if fitting and self.chance(94) else self.pick(*self.locals)

    def bounded(self, name):
        """Cuts a number that may grow without end."""
        if name[0] in "ia" and self.loops:
            self.line(f"if type({name}) is int and not -LIMIT < {name} < LIMIT:")
            self.line(f"    {name} = {self.pick('7', f'{name} & 1023', '-3')}")

    def assign(self):
        name, letter = self.target()
        made = self.expression(letter, self.number(1, 3))
        if self.chance(6):
            self.line(f"{name} = {self.pick(*self.locals)} = {made}")
        else:
            self.line(f"{name} = {made}")
        if self.loops and letter in "ia" and not made.isalnum() and (self.chance(30) or any(sign in made for sign in ("*", "<<", "(", "."))):
            self.bounded(name)

    def augment(self):
        name, letter = self.target()
        if letter not in "ifla":
            name, letter = self.written("if"), "i"
        if letter == "l":
            self.line(f"{name} += [{self.local()}]")
            self.line(f"del {name}[9:]")
        elif letter == "f":
            self.line(f"{name} {self.pick('+=', '-=', '*=', '/=', '+=')} {self.expression(self.pick('f', 'i'), 1)}")
        else:
            self.line(f"{name} {self.pick('+=', '-=', '*=', '//=', '%=', '^=', '&=', '+=', '>>=')} {self.pick(self.small_int(), self.expression('i', 1))}")
            self.bounded(name)

    def store_item(self):
        kind = self.number(0, 5)
        if kind < 3:
            self.line(f"{self.local('l')}[{self.index()}] = {self.expression(self.pick(*self.kinds), 2)}")
        elif kind == 3:
            self.line(f"{self.local('d')}[{self.pick(*KEYS)}] = {self.value(1)}")
        elif kind == 4:
            self.line(f"{self.local('l')}[{self.index()}] {self.pick('+=', '*=', '-=')} {self.local(self.pick(*'if'))}")
        else:
            self.line(f"{self.local('l')}[{self.pick(':1', '1:2', '3:')}] = {self.local(self.pick(*'lt'))}[:3]")

    def store_attribute(self):
        name = self.local("o")
        if self.chance(40):
            self.line(f"{name}.{self.pick('a', 'b')} {self.pick('+=', '-=', '*=')} {self.expression(self.pick(*'if'), 1)}")
            self.line(f"if type({name}.a) is int and not -LIMIT < {name}.a < LIMIT:")
            self.line(f"    {name}.a = 0")
        else:
            self.line(f"{name}.{self.pick('a', 'b', 'a', 'c', 'twice')} = {self.value(2)}")

    def append(self):
        name = self.local("l")
        kind = self.number(0, 5)
        if kind < 3:
            self.line(f"{name}.append({self.value(1)})")
            self.line(f"if len({name}) > 12:")
            self.line(f"    del {name}[3:]")
        elif kind == 3:
            self.line(f"{self.pick(*self.locals)} = {name}.pop({self.pick('', '0', '-1')})")
        elif kind == 4:
            self.line(f"{name}.insert(0, {self.local()})")
            self.line(f"del {name}[10:]")
        else:
            self.line(f"del {name}[{self.index()}]")

    def expression_statement(self):
        self.line(self.called(1) if self.chance(70) else self.value(2))

    def shown(self):
        if self.loops and self.chance(60):
            self.line(f"if {self.truth(1)}:")
            self.line(f"    show({self.local()}, {self.local()})")
        else:
            self.line(f"show({self.local()}, {self.value(1)})")

    def delete(self):
        name = self.pick(*self.locals)
        if self.chance(50):
            self.line(f"if {self.truth(1)}:")
            self.line(f"    del {name}")
        else:
            self.line(f"del {name}")
            if self.chance(90):
                self.line(f"{name} = {self.literal(name[0])}")

    def unpack(self):
        a, b, i, f = self.written("a"), self.written("la"), self.written("i"), self.written("f")
        same = self.written(a[0])
        self.line(self.pick(f"{a}, {same} = {same}, {a}", f"{i}, {f} = {self.expression('i', 2)}, {self.expression('f', 2)}", f"{f}, {i} = {self.local('f')}, {self.local('i')}", f"{i}, {f} = {self.local('t')}", f"{a}, *{b} = {self.local('l')}", f"({a}, {b}), {self.pick(*self.locals)} = ({self.local()}, 1), 2.5",
                            f"{a}, {b} = {self.value(1)}, {self.value(1)}"))

    def globals(self):
        if not self.global_names:
            return self.assign()
        name = self.pick(*self.global_names)
        self.line(f"{name} = {self.pick(f'{name} + 1', self.value(1), self.local('i'), self.literal('f'), f'{name}')}")
        self.line(f"if type({name}) is int and not -LIMIT < {name} < LIMIT:")
        self.line(f"    {name} = 1")

    def classes(self):
        self.line(self.pick(f"P.kind = {self.pick(self.local('i'), '4', '2.5')}", f"S.kind = {self.local('i')}", f"P.scale = {self.local('f')}", "P.m_kind = m_other", "P.m_kind = M_KIND",
                            f"{self.local('o')}.kind = {self.local()}", f"{self.local('o')}.__class__ = {self.pick('P', 'Q')}", f"del {self.local('o')}.{self.pick('a', 'b')}"))

    def frames(self):
        # What a poke replaces ends a little later than in CPython: no object that says when it ends.
        name = self.written("ifbs")
        self.line(self.pick(f"poke('{name}', {self.expression(name[0], 1)})", "show(*look(2))", f"{name} = peek('{self.pick(*self.locals)}')", f"poke('{name}', {self.literal(name[0])})",
                            f"sys._getframe().f_locals['{name}'] = {self.local(name[0])}", "show(sys._getframe().f_lineno - sys._getframe().f_code.co_firstlineno)"))

    def traced(self):
        if self.chance(60):
            self.line(f"if {self.truth(1)}:")
            self.line("    trace_on()")
        self.line(self.pick("trace_off()", "trace_on()"))

    def identity(self):
        if not self.identity_counts:
            return self.assign()
        a = self.local(self.pick(*"iffa"))
        holder = self.local("l")
        match self.number(0, 6):
            case 6:
                # Two names of one number, over a place where ways meet.
                name, other = self.written("if"), self.written("if")
                self.line(f"{name} = {self.expression(name[0], 1)}")
                self.line(f"{other} = {name}")
                self.line(f"if {self.truth(1)}:")
                self.line(f"    {self.written('if')} = {self.local(self.pick(*'if'))}")
                self.line(f"show({name} is {other}, {self.local('i')} is {self.local('i')})")
            case 3:
                # Taken out of a list and computed with; and whether it is still the same object, then or later.
                name, other = self.written("if"), self.written("if")
                self.line(f"{name} = {holder}[0]")
                self.line(f"{other} = {name} {self.pick('+', '-', '*')} {self.pick('1', '2', '1.5', self.local('i'))}")
            case 4:
                self.line(f"show({self.local(self.pick(*'if'))} is {holder}[{self.pick('0', '0', '1', '-1')}])")
            case 5:
                self.line(f"{self.written('bl')} = [{self.local('i')} is {holder}[0], {self.local('f')} is {self.local('f')}, {self.local('i')} is {self.local('o')}.a]")
            case 0:
                self.line(f"{holder}[0] = {a}")
                self.line(f"show({holder}[0] is {a}, {holder}[-1] is {self.local()})")
            case 1:
                self.line(f"{self.local('o')}.a = {a}")
                self.line(f"show({self.local('o')}.a is {a})")
            case 2:
                b = self.pick(*self.locals)
                self.line(f"{b} = {a}")
                self.line(f"show({b} is {a}, {self.local()} is {a})")

    def change(self):
        """A variable becomes something of another type."""
        name = self.pick(*self.locals)
        if self.loops:
            self.line(f"if {self.truth(1)}:")
            self.line(f"    {name} = {self.literal()}")
        else:
            self.line(f"{name} = {self.literal()}")

    def method(self):
        self.line(f"{self.written('aif')} = {self.local('o')}.{self.pick('m_get()', 'm_add(1)', f'm_add({self.local(self.pick(*'iff'))})', 'm_kind()')}")

    def condition(self):
        if self.chance(10):
            self.line(f"if ({self.pick(*self.locals)} := {self.value(1)}):")
        else:
            self.line(f"if {self.truth(2)}:")
        self.block()
        if self.chance(20):
            self.line(f"elif {self.truth(1)}:")
            self.block(1, 2)
        if self.chance(40):
            self.line("else:")
            self.block(1, 2)

    def for_loop(self):
        i, f, a, b = self.written("i"), self.written("fia"), self.written("a"), self.written("fs")
        few = self.pick(3, 4, 5, 8, 12) if self.loops == 0 else self.pick(2, 3, 5)
        many = self.pick(few, few, few, 140) if self.loops == 0 and self.chance(15) else few
        over = [
            (30, f"for {i} in range({many}):"),
            (6, f"for {i} in range({self.small_int()}, {few}, {self.pick(1, 2)}):"),
            (4, f"for {i} in range({few}, {self.pick(0, -1)}, -1):"),
            (3, f"for {i} in range({self.local('i')} & 7):"),
            (2, f"for {i} in range(2**63 - 3, 2**63 + 2):"),
            (1, f"for {i} in range(2**63 - 8, 2**63 - 1, 3):"),
            (1, f"for {i} in range(-2**63, -2**63 + 9, 4):"),
            (16, f"for {f} in {self.local('l')}:" if self.chance(40) else f"for {f} in {self.local('l')}[:6]:"),
            (8, f"for {f} in {self.local('t')}[:6]:"),
            (6, f"for {i}, {f} in enumerate({self.local('l')}[:6]):"),
            (5, f"for {f}, {i} in zip({self.local('l')}[:6], {self.pick(f'range({few})', self.local('t'))}):"),
            (4, f"for {a} in list({self.local('d')}):"),
            (3, f"for {a}, {b} in sorted({self.local('d')}.items(), key=text):"),
            (4, f"for {b} in {self.local('s')}[:4]:"),
            (3, f"for {a} in Steps([{self.local()}, {self.local()}, 1, 2.5]):"),
            (2, f"for {a} in (x for x in {self.local('l')}[:5]):"),
            (3, f"for {f} in [{self.literal('f')}, {self.local('f')}, {self.local()}, {self.literal('i')}]:"),
        ]
        generators = [known for known in self.callable if known[0].startswith("g")]
        if generators:
            name, letters = self.pick(*generators)
            over.append((8, f"for {a} in {name}({', '.join(self.local(letter) for letter in letters)}):"))
        header = self.random.choices([text for _, text in over], [weight for weight, _ in over])[0]
        if self.chance(12):
            # An iterator that has a name, so that the loop's body can step it, too.
            name = self.written("a")
            target, _, iterable = header[4:-1].partition(" in ")
            self.line(f"{name} = iter({iterable})")
            header = f"for {target} in {name}:"
            self.line(header)
            self.line(f"    if {self.truth(1)}:")
            self.line(f"        show(next({name}, None))")
        else:
            self.line(header)
        # A list that grows while a loop goes over it would go on for ever.
        self.line("    tick()")
        self.loops += 1
        self.block(1, 5)
        self.loops -= 1
        if self.chance(12):
            self.line("else:")
            self.block(1, 2)

    def while_loop(self):
        name = f"w{self.number(0, 1000)}"
        self.line(f"{name} = {self.pick(3, 4, 6, 10)}")
        self.line(f"while {name} > 0{self.pick('', '', f' and {self.local()}', f' and ({self.truth(1)})')}:")
        self.line("    tick()")
        self.line(f"    {name} -= 1")
        self.loops += 1
        self.block(1, 4)
        self.loops -= 1
        if self.chance(15):
            self.line("else:")
            self.block(1, 2)

    def leave_loop(self):
        self.line(f"if {self.truth(1)}:")
        self.line(f"    {self.pick('break', 'continue')}")

    def attempt(self):
        self.line("try:")
        self.block(1, 4)
        if self.chance(85):
            self.line(f"except {self.pick('Exception', 'Exception', 'Exception', '(TypeError, ValueError)', 'ZeroDivisionError', 'UnboundLocalError', 'LookupError')}{self.pick('', ' as e')}:")
            if self.lines[-1].endswith("e:") and self.chance(80) and " as e" in self.lines[-1]:
                self.line("    failed(e, 'caught')" if self.chance(50) else "    show(type(e).__name__, str(e))")
            self.block(1, 2)
            if self.chance(15):
                self.line("else:")
                self.block(1, 1)
            if self.chance(12):
                self.line("finally:")
                self.block(1, 2)
        else:
            self.line("finally:")
            self.block(1, 2)

    def context(self):
        self.line(f"with Guarded({self.local()}) as {self.written("a")}:")
        self.block(1, 3)

    def matched(self):
        self.line(f"match {self.local()}:")
        self.depth += 1
        self.line(self.pick("case 1 | 2:", "case [x, y]:", "case int():", "case float():", "case {'a': x}:", "case P(a=1):", "case None | True:"))
        self.block(1, 2)
        if self.chance(50):
            self.line("case _:")
            self.block(1, 2)
        self.depth -= 1

    def yielded(self):
        self.line(self.pick(f"yield {self.local()}", f"{self.pick(*self.locals)} = yield {self.value(1)}", f"yield from {self.local('l')}[:3]"))

    def returned(self):
        self.line(f"if {self.truth(1)}:")
        self.line(f"    return {self.local()}")

    def raised(self):
        self.line(f"if {self.truth(1)}:")
        self.line(f"    raise {self.pick('ValueError', 'KeyError', 'TypeError')}({self.local()})")


def make(seed, identity=True):
    """The functions and calls of a program, without the prelude."""
    return Maker(seed, identity).program()
