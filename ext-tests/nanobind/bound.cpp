// nanobind: classes, trampolines, intrusive cycles, arrays without copies, iterators, enumerations, exceptions, threads of C++.
#include <nanobind/make_iterator.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/operators.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>
#include <nanobind/trampoline.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace nb = nanobind;
using namespace nb::literals;

static std::atomic<int> alive{0};

struct Shape {
    std::string name;
    explicit Shape(std::string n) : name(std::move(n)) { ++alive; }
    Shape(const Shape &other) : name(other.name) { ++alive; }
    virtual ~Shape() { --alive; }
    virtual double area() const { return 0; }
};
struct Square : Shape {
    double side;
    Square(double s) : Shape("square"), side(s) {}
    double area() const override { return side * side; }
};
struct PyShape : Shape {
    NB_TRAMPOLINE(Shape, 1);
    double area() const override { NB_OVERRIDE(area); }
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
};

enum class Colour { red = 1, green };
enum class Bits : uint32_t { one = 1, two = 2 };

// Holds a function of Python, which may hold it.
struct Holder {
    nb::object held = nb::none();
    Holder() { ++alive; }
    ~Holder() { --alive; }
};

static int holder_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    if (!nb::inst_ready(self)) return 0;
    Holder *holder = nb::inst_ptr<Holder>(self);
    nb::handle held = holder->held;
    Py_VISIT(held.ptr());
    return 0;
}
static int holder_clear(PyObject *self) {
    nb::inst_ptr<Holder>(self)->held.reset();
    return 0;
}
static PyType_Slot holder_slots[] = {{Py_tp_traverse, (void *) holder_traverse}, {Py_tp_clear, (void *) holder_clear}, {0, nullptr}};

struct Strange : std::exception {
    const char *what() const noexcept override { return "strange"; }
};
struct Odd : std::exception {
    int code = 3;
};

static std::vector<long> from_threads(nb::callable call, int threads, int times) {
    std::vector<long> sums(threads);
    {
        nb::gil_scoped_release release;
        std::vector<std::thread> running;
        for (int t = 0; t < threads; ++t)
            running.emplace_back([&, t] {
                for (int i = 0; i < times; ++i) {
                    nb::gil_scoped_acquire acquire;
                    sums[t] += nb::cast<long>(call(i));
                }
            });
        for (auto &thread : running) thread.join();
    }
    return sums;
}

NB_MODULE(bound, m) {
    nb::set_leak_warnings(true);
    nb::class_<Shape, PyShape>(m, "Shape", nb::dynamic_attr(), nb::is_weak_referenceable(), "A shape.")
        .def(nb::init<std::string>(), "name"_a = "shape")
        .def("area", &Shape::area)
        .def_rw("name", &Shape::name);
    nb::class_<Square, Shape>(m, "Square").def(nb::init<double>(), "side"_a).def_prop_rw(
        "side", [](const Square &s) { return s.side; },
        [](Square &s, double side) {
            if (side < 0) throw nb::value_error("negative");
            s.side = side;
        });
    m.def("total", [](const std::vector<std::shared_ptr<Shape>> &shapes) {
        double sum = 0;
        for (const auto &shape : shapes) sum += shape->area();
        return sum;
    });
    m.def("make", [](double side) -> std::unique_ptr<Shape> { return std::make_unique<Square>(side); });
    m.def("keep", [](std::shared_ptr<Shape> s) {
        static std::shared_ptr<Shape> kept;
        std::swap(kept, s);
        return s;
    }, "shape"_a.none());
    m.def("alive", [] { return alive.load(); });
    m.def("keywords", [](int a, int b, nb::args args, nb::kwargs named) { return nb::make_tuple(a, b, args, named); },
          "a"_a, "b"_a = 2, "args"_a, "named"_a);

    nb::class_<Vec>(m, "Vec", nb::is_final())
        .def(nb::init<double, double>(), "x"_a = 0.0, "y"_a = 0.0)
        .def(nb::self + nb::self)
        .def(nb::self += nb::self, nb::rv_policy::none)
        .def(nb::self * double())
        .def(-nb::self)
        .def(nb::self == nb::self)
        .def("__hash__", [](const Vec &v) { return nb::hash(nb::make_tuple(v.x, v.y)); })
        .def("__len__", [](const Vec &) { return 2; })
        .def("__getitem__", [](const Vec &v, int i) {
            if (i < 0 || i > 1) throw nb::index_error("0 or 1");
            return i ? v.y : v.x;
        });
    nb::enum_<Colour>(m, "Colour").value("red", Colour::red, "as blood").value("green", Colour::green);
    nb::enum_<Bits>(m, "Bits", nb::is_arithmetic(), nb::is_flag()).value("one", Bits::one).value("two", Bits::two);
    m.def("next_colour", [](Colour c) { return c == Colour::red ? Colour::green : Colour::red; });

    nb::class_<Holder>(m, "Holder", nb::type_slots(holder_slots)).def(nb::init<>()).def_rw("held", &Holder::held, nb::arg().none());

    nb::exception<Strange>(m, "Strange", PyExc_LookupError);
    nb::register_exception_translator([](const std::exception_ptr &p, void *) {
        try {
            std::rethrow_exception(p);
        } catch (const Odd &odd) {
            PyErr_Format(PyExc_ArithmeticError, "odd %d", odd.code);
        }
    });
    m.def("throws", [](const std::string &which) {
        if (which == "strange") throw Strange();
        if (which == "odd") throw Odd();
        if (which == "range") throw std::out_of_range("out");
        if (which == "runtime") throw std::runtime_error("runtime");
        if (which == "stop") throw nb::stop_iteration();
        throw nb::key_error(which.c_str());
    });
    m.def("catches", [](nb::callable f) -> nb::object {
        try {
            return f();
        } catch (nb::python_error &error) {
            if (error.matches(PyExc_ValueError)) return nb::make_tuple("caught", error.value());
            throw;
        }
    });
    m.def("chains", [](nb::callable f) {
        try {
            f();
        } catch (nb::python_error &error) {
            nb::raise_from(error, PyExc_RuntimeError, "because");
        }
    });

    m.def("sum", [](nb::ndarray<const double, nb::ndim<2>, nb::device::cpu> a) {
        double sum = 0;
        for (size_t i = 0; i < a.shape(0); ++i)
            for (size_t j = 0; j < a.shape(1); ++j) sum += a(i, j);
        return sum;
    });
    m.def("fill", [](nb::ndarray<uint8_t, nb::ndim<1>, nb::c_contig> a, int value) {
        for (size_t i = 0; i < a.shape(0); ++i) a(i) = static_cast<uint8_t>(value);
    });
    m.def("view", [](size_t n) {
        auto *data = new double[n];
        for (size_t i = 0; i < n; ++i) data[i] = static_cast<double>(i);
        ++alive;
        nb::capsule owner(data, [](void *p) noexcept {
            delete[] static_cast<double *>(p);
            --alive;
        });
        return nb::ndarray<nb::memview, double, nb::ndim<1>>(data, {n}, owner);
    });
    static std::vector<int> primes{2, 3, 5, 7};
    m.def("primes", [] { return nb::make_iterator(nb::type<Vec>(), "Primes", primes.begin(), primes.end()); });
    m.def("consume", [](nb::iterable source) {
        nb::list seen;
        for (nb::handle item : source) seen.append(item);
        return seen;
    });
    m.def("from_threads", &from_threads, "call"_a, "threads"_a = 4, "times"_a = 100);
    m.def("compose", [](std::function<int(int)> f, std::function<int(int)> g) -> std::function<int(int)> { return [f, g](int x) { return f(g(x)); }; });
    m.def("maybe", [](std::optional<int> x) { return x ? std::optional<int>(*x + 1) : std::nullopt; });
    m.def("maps", [](std::map<std::string, std::vector<int>> x) { return x; });
    m.def("overloaded", [](int) { return "int"; });
    m.def("overloaded", [](const char *) { return "str"; });
    m.def("locked", [](nb::list list, int n) { list.append(n); }, nb::arg("list").lock(), nb::arg("n"));
}
