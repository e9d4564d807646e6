"""Classes with attributes and methods."""
class Point:
    kind = "point"

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)

    def sum(self):
        return self.x + self.y


p = Point(1, 2)
assert p.x == 1
assert p.sum() == 3
assert p.moved(1, 1).sum() == 5
assert p.kind == "point"
p.kind = "mine"
assert p.kind == "mine"
assert Point.kind == "point"
p.z = 5
assert p.z == 5
del p.z
assert not hasattr(p, "z")
assert type(p) is Point
assert isinstance(p, Point)
assert Point.__name__ == "Point"
m = p.sum
assert m() == 3
assert Point.sum(p) == 3
assert p.__dict__ == {"x": 1, "y": 2, "kind": "mine"}
