// Classes of C++ that Python derives from, and back: virtual functions, operators, enumerations, keyword arguments, weak references, cycles.
#include <pybind11/native_enum.h>
#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace py = pybind11;

static int alive = 0;

struct Shape {
    std::string name;
    explicit Shape(std::string n) : name(std::move(n)) { ++alive; }
    Shape(const Shape &other) : name(other.name) { ++alive; }
    virtual ~Shape() { --alive; }
    virtual double area() const { return 0; }
    virtual std::string describe(int precision) const { return name + "/" + std::to_string(precision); }
};

struct Square : Shape {
    double side;
    Square(double s) : Shape("square"), side(s) {}
    double area() const override { return side * side; }
};

// What C++ calls when Python has overridden it.
struct PyShape : Shape, py::trampoline_self_life_support {
    using Shape::Shape;
    double area() const override { PYBIND11_OVERRIDE(double, Shape, area); }
    std::string describe(int precision) const override { PYBIND11_OVERRIDE(std::string, Shape, describe, precision); }
};

struct Abstract {
    virtual ~Abstract() = default;
    virtual int answer() = 0;
};
struct PyAbstract : Abstract {
    int answer() override { PYBIND11_OVERRIDE_PURE(int, Abstract, answer); }
};

struct Vec {
    double x, y;
    Vec operator+(const Vec &o) const { return {x + o.x, y + o.y}; }
    Vec operator-() const { return {-x, -y}; }
    Vec operator*(double k) const { return {x * k, y * k}; }
    Vec &operator+=(const Vec &o) {
        x += o.x;
        y += o.y;
        return *this;
    }
    bool operator==(const Vec &o) const { return x == o.x && y == o.y; }
    bool operator<(const Vec &o) const { return x < o.x || (x == o.x && y < o.y); }
    friend Vec operator*(double k, const Vec &v) { return v * k; }
};

enum class Colour { red, green = 5, blue };
enum Mode : unsigned { read_mode = 1, write_mode = 2 };
enum class Native { one = 1, two };

// A node that Python's collector sees into.
struct Node {
    py::object next = py::none();
    Node() { ++alive; }
    ~Node() { --alive; }
};

static int node_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    if (py::detail::is_holder_constructed(self)) {
        auto &node = py::cast<Node &>(py::handle(self));
        Py_VISIT(node.next.ptr());
    }
    return 0;
}

static int node_clear(PyObject *self) {
    if (py::detail::is_holder_constructed(self)) {
        py::cast<Node &>(py::handle(self)).next = py::none();
    }
    return 0;
}

PYBIND11_MODULE(classes, m, py::mod_gil_not_used()) {
    m.doc() = "classes of C++";
    py::class_<Shape, PyShape, py::smart_holder>(m, "Shape", py::dynamic_attr())
        .def(py::init<std::string>(), py::arg("name") = "shape")
        .def("area", &Shape::area)
        .def("describe", &Shape::describe, py::arg("precision") = 2, "What it is.")
        .def_readwrite("name", &Shape::name)
        .def(py::pickle([](const Shape &s) { return py::make_tuple(s.name); },
                        [](const py::tuple &state) { return std::make_unique<Shape>(state[0].cast<std::string>()); }));
    py::class_<Square, Shape, py::smart_holder>(m, "Square")
        .def(py::init<double>(), py::arg("side"))
        .def_property("side", [](const Square &s) { return s.side; },
                      [](Square &s, double side) {
                          if (side < 0) throw py::value_error("a side is not negative");
                          s.side = side;
                      });
    py::class_<Abstract, PyAbstract>(m, "Abstract").def(py::init<>()).def("answer", &Abstract::answer);
    m.def("ask", [](Abstract &a) { return a.answer() + 1; });
    m.def("total", [](const std::vector<std::shared_ptr<Shape>> &shapes) {
        double sum = 0;
        for (const auto &shape : shapes) sum += shape->area();
        return sum;
    });
    m.def("describe", [](const Shape &s, int p) { return s.describe(p); }, py::arg("shape"), py::kw_only(), py::arg("precision") = 3);
    m.def("make", [](double side) -> std::unique_ptr<Shape> { return std::make_unique<Square>(side); });
    m.def("keep", [](std::shared_ptr<Shape> s) {
        static std::shared_ptr<Shape> kept;
        std::swap(kept, s);
        return s;
    }, py::arg("shape").none(true));
    m.def("alive", [] { return alive; });

    py::class_<Vec>(m, "Vec", py::is_final())
        .def(py::init<double, double>(), py::arg("x") = 0.0, py::arg("y") = 0.0)
        .def(py::self + py::self)
        .def(py::self += py::self)
        .def(py::self * double())
        .def(double() * py::self)
        .def(-py::self)
        .def(py::self == py::self)
        .def(py::self < py::self)
        .def("__hash__", [](const Vec &v) { return py::hash(py::make_tuple(v.x, v.y)); })
        .def("__len__", [](const Vec &) { return 2; })
        .def("__getitem__", [](const Vec &v, int i) {
            if (i < 0 || i > 1) throw py::index_error("0 or 1");
            return i ? v.y : v.x;
        })
        .def("__repr__", [](const Vec &v) { return py::str("Vec({}, {})").format(v.x, v.y); });

    py::enum_<Colour>(m, "Colour").value("red", Colour::red).value("green", Colour::green, "as grass").value("blue", Colour::blue);
    py::enum_<Mode>(m, "Mode", py::arithmetic()).value("read", read_mode).value("write", write_mode).export_values();
    py::native_enum<Native>(m, "Native", "enum.IntEnum").value("one", Native::one).value("two", Native::two).finalize();
    m.def("next_colour", [](Colour c) { return c == Colour::red ? Colour::green : Colour::blue; });
    m.def("other", [](Native n) { return n == Native::one ? Native::two : Native::one; });

    py::class_<Node>(m, "Node", py::custom_type_setup([](PyHeapTypeObject *heap_type) {
        auto *type = &heap_type->ht_type;
        type->tp_flags |= Py_TPFLAGS_HAVE_GC;
        type->tp_traverse = node_traverse;
        type->tp_clear = node_clear;
    }))
        .def(py::init<>())
        .def_readwrite("next", &Node::next);

    m.def("overloaded", [](int) { return "int"; });
    m.def("overloaded", [](double) { return "float"; });
    m.def("overloaded", [](const std::string &) { return "str"; });
    m.def("overloaded", [](const py::list &, const py::args &args, const py::kwargs &kwargs) {
        return "list " + std::to_string(args.size()) + " " + std::to_string(kwargs.size());
    });
}
