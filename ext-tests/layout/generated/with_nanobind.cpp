#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/trampoline.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/chrono.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/variant.h>
namespace nb = nanobind;
struct P { int x = 0; virtual ~P() = default; virtual int go() { return x; } };
struct T : P { NB_TRAMPOLINE(P, 1); int go() override { NB_OVERRIDE(go); } };
enum class E { a, b };
NB_MODULE(nbm, m) {
  nb::class_<P, T>(m, "P", nb::dynamic_attr(), nb::is_weak_referenceable()).def(nb::init<>()).def_rw("x", &P::x).def("go", &P::go, nb::lock_self());
  nb::enum_<E>(m, "E").value("a", E::a);
  m.def("f", [](std::vector<int> v, nb::ndarray<double> a, std::function<int(int)> g) { nb::gil_scoped_release r; return v.size(); }, nb::arg().lock(), nb::arg(), nb::arg());
}
