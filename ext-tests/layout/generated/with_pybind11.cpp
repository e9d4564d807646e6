#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/numpy.h>
#include <pybind11/functional.h>
#include <pybind11/chrono.h>
#include <pybind11/complex.h>
#include <pybind11/embed.h>
#include <pybind11/operators.h>
#include <pybind11/stl_bind.h>
#include <pybind11/eval.h>
#include <pybind11/iostream.h>
#include <pybind11/native_enum.h>
#include <pybind11/subinterpreter.h>
#include <pybind11/warnings.h>
namespace py = pybind11;
struct P { int x = 0; virtual ~P() = default; virtual int go() { return x; } };
struct T : P { using P::P; int go() override { PYBIND11_OVERRIDE(int, P, go); } };
enum class E { a, b };
PYBIND11_MODULE(pb, m, py::mod_gil_not_used()) {
  py::class_<P, T, std::shared_ptr<P>>(m, "P", py::dynamic_attr(), py::buffer_protocol()).def(py::init<>()).def_readwrite("x", &P::x).def("go", &P::go);
  py::native_enum<E>(m, "E", "enum.Enum").value("a", E::a).finalize();
  m.def("f", [](std::vector<int> v, std::map<std::string, double> q, py::array_t<double> a, std::function<int(int)> g) { py::gil_scoped_release r; return v.size(); });
  m.def("d", [](std::chrono::system_clock::time_point t) { return t; });
}
