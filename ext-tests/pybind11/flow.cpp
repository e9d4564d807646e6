// Control and data that cross the border: exceptions both ways, buffers, iterators, callbacks from threads of C++, module state.
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <thread>
#include <variant>
#include <vector>

namespace py = pybind11;

struct Overdrawn : std::runtime_error {
    int missing;
    Overdrawn(int m) : std::runtime_error("overdrawn"), missing(m) {}
};
struct Closed : std::exception {
    const char *what() const noexcept override { return "closed"; }
};

struct Matrix {
    std::vector<double> data;
    py::ssize_t rows, columns;
    Matrix(py::ssize_t r, py::ssize_t c) : data(r * c), rows(r), columns(c) {}
};

struct Range {
    int first, last;
};

// Runs on a thread of its own, which Python does not know.
static std::vector<long> from_threads(const std::function<long(int)> &call, int threads, int times) {
    std::vector<long> sums(threads);
    std::vector<std::thread> running;
    {
        py::gil_scoped_release release;
        for (int t = 0; t < threads; ++t) {
            running.emplace_back([&, t] {
                for (int i = 0; i < times; ++i) {
                    py::gil_scoped_acquire acquire;
                    sums[t] += call(i);
                }
            });
        }
        for (auto &thread : running) thread.join();
    }
    return sums;
}

static std::string throw_in_thread(const py::function &call) {
    std::string what;
    {
        py::gil_scoped_release release;
        std::thread([&] {
            py::gil_scoped_acquire acquire;
            try {
                call();
            } catch (py::error_already_set &error) {
                what = py::str(error.type().attr("__name__")).cast<std::string>();
            }
        }).join();
    }
    return what;
}

PYBIND11_MODULE(flow, m, py::mod_gil_not_used()) {
    // An exception with a class of its own, one that is translated, one that is not known.
    static py::exception<Closed> closed(m, "Closed", PyExc_OSError);
    py::register_exception<Closed>(m, "ClosedAgain", PyExc_OSError);
    py::register_exception_translator([](std::exception_ptr p) {
        try {
            if (p) std::rethrow_exception(p);
        } catch (const Overdrawn &e) {
            py::set_error(PyExc_LookupError, py::make_tuple(e.what(), e.missing));
        }
    });
    m.def("throws", [](const std::string &which) {
        if (which == "overdrawn") throw Overdrawn(7);
        if (which == "closed") throw Closed();
        if (which == "range") throw std::out_of_range("out");
        if (which == "domain") throw std::domain_error("domain");
        if (which == "overflow") throw std::overflow_error("too much");
        if (which == "memory") throw std::bad_alloc();
        if (which == "stop") throw py::stop_iteration("enough");
        if (which == "int") throw 5;
        if (which == "nested") {
            try {
                throw std::runtime_error("inner");
            } catch (...) {
                std::throw_with_nested(std::invalid_argument("outer"));
            }
        }
        throw py::key_error(which);
    });
    m.def("catches", [](const py::function &f) -> py::object {
        try {
            return f();
        } catch (py::error_already_set &error) {
            if (error.matches(PyExc_ValueError)) return py::make_tuple("caught", error.value());
            throw;
        }
    });
    m.def("chains", [](const py::function &f) {
        try {
            f();
        } catch (py::error_already_set &error) {
            py::raise_from(error, PyExc_RuntimeError, "because");
            throw py::error_already_set();
        }
    });
    m.def("destroyed", [](const py::function &f) {
        struct Guard {
            bool *flag;
            ~Guard() { *flag = true; }
        };
        bool done = false;
        try {
            Guard guard{&done};
            f();
        } catch (py::error_already_set &) {
        }
        return done;
    });

    py::class_<Matrix>(m, "Matrix", py::buffer_protocol())
        .def(py::init<py::ssize_t, py::ssize_t>())
        .def(py::init([](const py::buffer &b) {
            auto info = b.request();
            if (info.ndim != 2 || info.format != py::format_descriptor<double>::format()) throw py::type_error("two dimensions of double");
            auto *made = new Matrix(info.shape[0], info.shape[1]);
            for (py::ssize_t i = 0; i < made->rows; ++i)
                for (py::ssize_t j = 0; j < made->columns; ++j)
                    made->data[i * made->columns + j] =
                        *reinterpret_cast<double *>(static_cast<char *>(info.ptr) + i * info.strides[0] + j * info.strides[1]);
            return made;
        }))
        .def_buffer([](Matrix &x) {
            return py::buffer_info(x.data.data(), {x.rows, x.columns}, {py::ssize_t(sizeof(double)) * x.columns, py::ssize_t(sizeof(double))});
        })
        .def("sum", [](const Matrix &x) { return std::accumulate(x.data.begin(), x.data.end(), 0.0); });
    m.def("sum_bytes", [](const py::buffer &b) {
        auto info = b.request();
        long sum = 0;
        for (py::ssize_t i = 0; i < info.size * info.itemsize; ++i) sum += static_cast<unsigned char *>(info.ptr)[i];
        return sum;
    });
    m.def("fill", [](const py::buffer &b, int value) {
        auto info = b.request(true);
        std::memset(info.ptr, value, info.size * info.itemsize);
    });
    m.def("view", [](py::ssize_t n) {
        static unsigned char memory[256];
        for (int i = 0; i < 256; ++i) memory[i] = static_cast<unsigned char>(i);
        return py::memoryview::from_buffer(memory, {n}, {py::ssize_t(1)}, true);
    });

    py::class_<Range>(m, "Range")
        .def(py::init<int, int>())
        .def("__iter__", [](const Range &r) {
            std::vector<int> all(r.last - r.first);
            std::iota(all.begin(), all.end(), r.first);
            return py::iter(py::cast(all));
        });
    static std::vector<int> primes{2, 3, 5, 7};
    m.def("primes", [] { return py::make_iterator(primes.begin(), primes.end()); });
    m.def("consume", [](const py::iterable &source) {
        std::vector<py::object> seen;
        for (auto item : source) seen.push_back(py::reinterpret_borrow<py::object>(item));
        return seen;
    });

    m.def("from_threads", &from_threads, py::arg("call"), py::arg("threads") = 4, py::arg("times") = 100);
    m.def("throw_in_thread", &throw_in_thread);
    m.def("sleep_released", [](int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }, py::call_guard<py::gil_scoped_release>());
    m.def("compose", [](const std::function<int(int)> &f, const std::function<int(int)> &g) -> std::function<int(int)> {
        return [f, g](int x) { return f(g(x)); };
    });
    m.def("round_trip", [](const std::map<std::string, std::variant<int, std::string, std::vector<double>>> &x) { return x; });
    m.def("maybe", [](std::optional<int> x) { return x ? std::optional<int>(*x + 1) : std::nullopt; });
    m.def("capsule", [](const py::function &end) {
        auto *kept = new py::object(end);
        return py::capsule(kept, [](void *p) {
            auto *f = static_cast<py::object *>(p);
            (*f)();
            delete f;
        });
    });

    static std::atomic<int> counter{0};
    m.def("count", [] { return ++counter; });
    m.attr("built_for") = py::int_(PY_VERSION_HEX >> 16);
    m.def_submodule("inner", "a module in the module").def("where", [](const py::object &) { return "inside"; });
}
