// Types of all kinds that extensions make. ctype_kinds.py says what is expected of them.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>
#include <stddef.h>

static int ended[8];
enum { POINT, NODE, LISTY, MANAGED, PHOENIX, HAND, SPECIAL };

// A plain static type with fields of every kind.
typedef struct {
    PyObject_HEAD
    signed char b; unsigned char ub; short s; unsigned short us; int i; unsigned int ui;
    long l; unsigned long ul; long long ll; unsigned long long ull; Py_ssize_t z;
    float f; double d; char c; char flag; const char *text; char inplace[8];
    PyObject *any, *strict;
} Point;

static PyMemberDef point_members[] = {
    {"b", Py_T_BYTE, offsetof(Point, b), 0, "a byte"}, {"ub", Py_T_UBYTE, offsetof(Point, ub)},
    {"s", Py_T_SHORT, offsetof(Point, s)}, {"us", Py_T_USHORT, offsetof(Point, us)},
    {"i", Py_T_INT, offsetof(Point, i)}, {"ui", Py_T_UINT, offsetof(Point, ui)},
    {"l", Py_T_LONG, offsetof(Point, l)}, {"ul", Py_T_ULONG, offsetof(Point, ul)},
    {"ll", Py_T_LONGLONG, offsetof(Point, ll)}, {"ull", Py_T_ULONGLONG, offsetof(Point, ull)},
    {"z", Py_T_PYSSIZET, offsetof(Point, z)}, {"f", Py_T_FLOAT, offsetof(Point, f)}, {"d", Py_T_DOUBLE, offsetof(Point, d)},
    {"c", Py_T_CHAR, offsetof(Point, c)}, {"flag", Py_T_BOOL, offsetof(Point, flag)}, {"text", Py_T_STRING, offsetof(Point, text)},
    {"inplace", Py_T_STRING_INPLACE, offsetof(Point, inplace)},
    {"any", _Py_T_OBJECT, offsetof(Point, any)}, {"strict", Py_T_OBJECT_EX, offsetof(Point, strict)},
    {"fixed", Py_T_INT, offsetof(Point, i), Py_READONLY, "cannot be set"},
    {NULL}
};

static PyObject *point_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Point *self = (Point *)type->tp_alloc(type, 0);
    if (self) { self->c = 'x'; self->text = "static text"; strcpy(self->inplace, "here"); }
    return (PyObject *)self;
}
static int point_init(Point *self, PyObject *args, PyObject *kwds)
{
    static char *names[] = {"i", "d", NULL};
    return PyArg_ParseTupleAndKeywords(args, kwds, "|id", names, &self->i, &self->d) ? 0 : -1;
}
static void point_dealloc(Point *self)
{
    ended[POINT]++;
    Py_XDECREF(self->any); Py_XDECREF(self->strict);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
static PyObject *point_repr(Point *self) { return PyUnicode_FromFormat("Point(%d)", self->i); }
static PyObject *point_add(PyObject *a, PyObject *b);
static PyObject *point_richcompare(PyObject *a, PyObject *b, int op);
static PyNumberMethods point_number = {.nb_add = point_add};
static PyObject *point_double(PyObject *self, PyObject *ignored) { return PyLong_FromLong(2 * ((Point *)self)->i); }
static PyObject *point_make(PyObject *cls, PyObject *arg) { return PyObject_CallFunctionObjArgs(cls, arg, NULL); }
static PyObject *point_static(PyObject *null, PyObject *arg) { return Py_NewRef(arg); }
static PyMethodDef point_methods[] = {
    {"double", point_double, METH_NOARGS, "double($self)\n--\n\nTwice the number."},
    {"make", point_make, METH_O | METH_CLASS, NULL},
    {"same", point_static, METH_O | METH_STATIC, NULL},
    {NULL}
};
static PyObject *point_get_half(PyObject *self, void *closure) { return PyFloat_FromDouble(((Point *)self)->i / (double)(long)closure); }
static int point_set_half(PyObject *self, PyObject *value, void *closure)
{
    if (!value) { PyErr_SetString(PyExc_TypeError, "half stays"); return -1; }
    ((Point *)self)->i = (int)(PyFloat_AsDouble(value) * (long)closure);
    return PyErr_Occurred() ? -1 : 0;
}
static PyGetSetDef point_getset[] = {{"half", point_get_half, point_set_half, "half of it", (void *)2}, {"third", point_get_half, NULL, NULL, (void *)3}, {NULL}};
static PyTypeObject Point_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ctype_kinds.Point", .tp_basicsize = sizeof(Point), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Point(i=0, d=0.0)\n--\n\nA point.", .tp_new = point_new, .tp_init = (initproc)point_init, .tp_dealloc = (destructor)point_dealloc,
    .tp_repr = (reprfunc)point_repr, .tp_richcompare = point_richcompare, .tp_as_number = &point_number,
    .tp_methods = point_methods, .tp_members = point_members, .tp_getset = point_getset,
};
static PyObject *point_add(PyObject *a, PyObject *b)
{
    if (!PyObject_TypeCheck(a, &Point_Type) || !PyObject_TypeCheck(b, &Point_Type)) Py_RETURN_NOTIMPLEMENTED;
    return PyObject_CallFunction((PyObject *)&Point_Type, "i", ((Point *)a)->i + ((Point *)b)->i);
}
static PyObject *point_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!PyObject_TypeCheck(b, &Point_Type)) Py_RETURN_NOTIMPLEMENTED;
    Py_RETURN_RICHCOMPARE(((Point *)a)->i, ((Point *)b)->i, op);
}

// A static type without a constructor.
static PyTypeObject Bare_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ctype_kinds.Bare", .tp_basicsize = sizeof(PyObject) + 8, .tp_flags = Py_TPFLAGS_DEFAULT};

// A collectable static type with a dict and weak references.
typedef struct { PyObject_HEAD PyObject *other, *dict, *weak; } Node;
static int node_traverse(Node *self, visitproc visit, void *arg) { Py_VISIT(self->other); Py_VISIT(self->dict); return 0; }
static int node_clear(Node *self) { Py_CLEAR(self->other); Py_CLEAR(self->dict); return 0; }
static void node_dealloc(Node *self)
{
    ended[NODE]++;
    PyObject_GC_UnTrack(self);
    if (self->weak) PyObject_ClearWeakRefs((PyObject *)self);
    node_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
static PyMemberDef node_members[] = {{"other", _Py_T_OBJECT, offsetof(Node, other)}, {NULL}};
static PyGetSetDef node_getset[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict}, {NULL}};
static PyTypeObject Node_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ctype_kinds.Node", .tp_basicsize = sizeof(Node), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_new = PyType_GenericNew, .tp_dealloc = (destructor)node_dealloc, .tp_traverse = (traverseproc)node_traverse, .tp_clear = (inquiry)node_clear,
    .tp_members = node_members, .tp_getset = node_getset, .tp_dictoffset = offsetof(Node, dict), .tp_weaklistoffset = offsetof(Node, weak),
};

// Types below builtin ones, with fields of their own.
typedef struct { PyListObject list; long extra; } Listy;
static void listy_dealloc(PyObject *self) { ended[LISTY]++; PyList_Type.tp_dealloc(self); }
static PyMemberDef listy_members[] = {{"extra", Py_T_LONG, offsetof(Listy, extra)}, {NULL}};
static PyTypeObject Listy_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ctype_kinds.Listy", .tp_basicsize = sizeof(Listy), .tp_base = &PyList_Type, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_members = listy_members, .tp_dealloc = listy_dealloc,
};
typedef struct { PyDictObject dict; long extra; } Dicty;
static PyMemberDef dicty_members[] = {{"extra", Py_T_LONG, offsetof(Dicty, extra)}, {NULL}};
static PyTypeObject Dicty_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ctype_kinds.Dicty", .tp_basicsize = sizeof(Dicty), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_members = dicty_members,
};
typedef struct { PyBaseExceptionObject base; PyObject *extra; } Oops;
static int oops_traverse(Oops *self, visitproc visit, void *arg) { Py_VISIT(self->extra); return ((PyTypeObject *)PyExc_Exception)->tp_traverse((PyObject *)self, visit, arg); }
static int oops_clear(Oops *self) { Py_CLEAR(self->extra); return ((PyTypeObject *)PyExc_Exception)->tp_clear((PyObject *)self); }
static void oops_dealloc(Oops *self) { PyObject_GC_UnTrack(self); Py_CLEAR(self->extra); ((PyTypeObject *)PyExc_Exception)->tp_dealloc((PyObject *)self); }
static PyMemberDef oops_members[] = {{"extra", _Py_T_OBJECT, offsetof(Oops, extra)}, {NULL}};
static PyTypeObject Oops_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ctype_kinds.Oops", .tp_basicsize = sizeof(Oops), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)oops_traverse, .tp_clear = (inquiry)oops_clear, .tp_dealloc = (destructor)oops_dealloc, .tp_members = oops_members,
};

// From specifications: appended data, managed fields, a vectorcall, tokens, a finalizer.
static PyObject *data_get(PyObject *self, PyTypeObject *cls, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    int *data = PyObject_GetTypeData(self, cls);
    return Py_BuildValue("(inO)", *data, PyType_GetTypeDataSize(cls), PyType_GetModule(cls));
}
static PyObject *data_put(PyObject *self, PyTypeObject *cls, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    *(int *)PyObject_GetTypeData(self, cls) = (int)PyLong_AsLong(args[0]);
    Py_RETURN_NONE;
}
static PyMethodDef data_methods[] = {
    {"get", (PyCFunction)(void (*)(void))data_get, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    {"put", (PyCFunction)(void (*)(void))data_put, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL}, {NULL}};
static PyMemberDef data_members[] = {{"data", Py_T_INT, 0, Py_RELATIVE_OFFSET}, {"held", Py_T_OBJECT_EX, 8, Py_RELATIVE_OFFSET}, {NULL}};
static PyType_Slot data_slots[] = {{Py_tp_methods, data_methods}, {Py_tp_members, data_members}, {Py_tp_doc, "Data\n\nappended."}, {Py_tp_token, Py_TP_USE_SPEC}, {0}};
static PyType_Spec data_spec = {"ctype_kinds.sub.Data", -(int)(2 * sizeof(void *)), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, data_slots};

static int managed_traverse(PyObject *self, visitproc visit, void *arg) { Py_VISIT(Py_TYPE(self)); return PyObject_VisitManagedDict(self, visit, arg); }
static int managed_clear(PyObject *self) { PyObject_ClearManagedDict(self); return 0; }
static void managed_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    ended[MANAGED]++;
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs(self);
    PyObject_ClearManagedDict(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot managed_slots[] = {{Py_tp_traverse, managed_traverse}, {Py_tp_clear, managed_clear}, {Py_tp_dealloc, managed_dealloc}, {0}};
static PyType_Spec managed_spec = {"ctype_kinds.Managed", sizeof(PyObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT | Py_TPFLAGS_MANAGED_WEAKREF, managed_slots};

typedef struct { PyObject_HEAD vectorcallfunc call; PyObject *weak, *dict; } Caller;
static PyObject *caller_call(PyObject *self, PyObject *const *args, size_t n, PyObject *names) { return PyLong_FromSsize_t(PyVectorcall_NARGS(n) + 100 * (names ? PyTuple_GET_SIZE(names) : 0)); }
static PyObject *caller_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Caller *self = (Caller *)type->tp_alloc(type, 0);
    if (self) self->call = caller_call;
    return (PyObject *)self;
}
static int caller_traverse(Caller *self, visitproc visit, void *arg) { Py_VISIT(Py_TYPE(self)); Py_VISIT(self->dict); return 0; }
static void caller_dealloc(Caller *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->weak) PyObject_ClearWeakRefs((PyObject *)self);
    Py_CLEAR(self->dict);
    type->tp_free(self);
    Py_DECREF(type);
}
static PyMemberDef caller_members[] = {
    {"__vectorcalloffset__", Py_T_PYSSIZET, offsetof(Caller, call), Py_READONLY},
    {"__weaklistoffset__", Py_T_PYSSIZET, offsetof(Caller, weak), Py_READONLY},
    {"__dictoffset__", Py_T_PYSSIZET, offsetof(Caller, dict), Py_READONLY}, {NULL}};
static PyType_Slot caller_slots[] = {{Py_tp_new, caller_new}, {Py_tp_call, PyVectorcall_Call}, {Py_tp_members, caller_members}, {Py_tp_traverse, caller_traverse}, {Py_tp_dealloc, caller_dealloc}, {0}};
static PyType_Spec caller_spec = {"ctype_kinds.Caller", sizeof(Caller), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL, caller_slots};

static PyObject *risen;
static void phoenix_finalize(PyObject *self) { ended[PHOENIX]++; if (!risen) risen = Py_NewRef(self); }
static void phoenix_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (PyObject_CallFinalizerFromDealloc(self) < 0) return;
    PyObject_GC_UnTrack(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static int phoenix_traverse(PyObject *self, visitproc visit, void *arg) { Py_VISIT(Py_TYPE(self)); return 0; }
static PyType_Slot phoenix_slots[] = {{Py_tp_finalize, phoenix_finalize}, {Py_tp_dealloc, phoenix_dealloc}, {Py_tp_traverse, phoenix_traverse}, {0}};
static PyType_Spec phoenix_spec = {"ctype_kinds.Phoenix", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, phoenix_slots};

// A metaclass, and a type of it.
typedef struct { PyHeapTypeObject base; long number; } Meta;
static PyMemberDef meta_members[] = {{"number", Py_T_LONG, offsetof(Meta, number)}, {NULL}};
static PyTypeObject Meta_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ctype_kinds.Meta", .tp_basicsize = sizeof(Meta), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_members = meta_members,
};
static PyType_Slot no_slots[] = {{0}};
static PyType_Spec ofmeta_spec = {"ctype_kinds.OfMeta", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, no_slots};

static void hand_dealloc(PyObject *self) { PyTypeObject *type = Py_TYPE(self); type->tp_free(self); Py_DECREF(type); }
static PyObject *make_by_hand(PyObject *self, PyObject *args)
{
    PyHeapTypeObject *type = (PyHeapTypeObject *)PyType_Type.tp_alloc(&PyType_Type, 0);
    if (!type) return NULL;
    type->ht_name = PyUnicode_FromString("Hand");
    type->ht_qualname = PyUnicode_FromString("Outer.Hand");
    type->ht_type.tp_name = "Hand";
    type->ht_type.tp_base = (PyTypeObject *)Py_NewRef(&PyBaseObject_Type);
    type->ht_type.tp_basicsize = sizeof(PyObject) + 16;
    type->ht_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE;
    type->ht_type.tp_as_number = &type->as_number;
    type->ht_type.tp_dealloc = hand_dealloc;
    if (PyType_Ready(&type->ht_type) < 0) return NULL;
    PyObject *module = PyUnicode_FromString("somewhere");
    PyObject_SetAttrString((PyObject *)type, "__module__", module);
    Py_DECREF(module);
    return (PyObject *)type;
}

// Functions on types and their instances.
static PyObject *how_many(PyObject *self, PyObject *which) { return PyLong_FromLong(ended[PyLong_AsLong(which)]); }
static PyObject *type_names(PyObject *self, PyObject *type)
{
    PyTypeObject *t = (PyTypeObject *)type;
    return Py_BuildValue("(NNNN)", PyType_GetName(t), PyType_GetQualName(t), PyType_GetModuleName(t), PyType_GetFullyQualifiedName(t));
}
static PyObject *type_slots(PyObject *self, PyObject *type)
{
    PyTypeObject *t = (PyTypeObject *)type;
    return Py_BuildValue("(iiii)", PyType_GetSlot(t, Py_tp_new) != NULL, PyType_GetSlot(t, Py_nb_add) != NULL, PyType_GetSlot(t, Py_tp_dealloc) != NULL, PyType_GetSlot(t, Py_sq_length) != NULL);
}
static PyObject *by_token(PyObject *self, PyObject *type)
{
    PyTypeObject *found;
    int n = PyType_GetBaseByToken((PyTypeObject *)type, &data_spec, &found);
    return n < 0 ? NULL : Py_BuildValue("(iN)", n, found ? (PyObject *)found : Py_NewRef(Py_None));
}
static PyObject *gc_facts(PyObject *self, PyObject *object) { return Py_BuildValue("(ii)", PyObject_GC_IsTracked(object), PyObject_IS_GC(object)); }
static PyObject *new_untracked(PyObject *self, PyObject *ignored)
{
    Node *node = PyObject_GC_New(Node, &Node_Type);
    int before = PyObject_GC_IsTracked((PyObject *)node);
    node->other = node->dict = node->weak = NULL;
    PyObject_GC_Track(node);
    return Py_BuildValue("(iN)", before, node);
}
static PyObject *weak_facts(PyObject *self, PyObject *object)
{
    PyObject *ref = PyWeakref_NewRef(object, NULL), *got;
    if (!ref) return NULL;
    int n = PyWeakref_GetRef(ref, &got);
    return Py_BuildValue("(iNiN)", n, got, PyWeakref_IsDead(ref), ref);
}
static PyObject *take_risen(PyObject *self, PyObject *ignored) { PyObject *it = risen ? risen : Py_NewRef(Py_None); risen = NULL; return it; }
static PyObject *memory(PyObject *self, PyObject *ignored)
{
    char *p = PyMem_Malloc(0), *q = PyObject_Malloc(10), *r = PyMem_RawCalloc(3, 7);
    int ok = p && q && r && r[20] == 0 && PyMem_Malloc((size_t)-1) == NULL && PyMem_Calloc((size_t)1 << 40, (size_t)1 << 40) == NULL;
    strcpy(q, "123456789");
    q = PyObject_Realloc(q, 100000);
    ok = ok && !strcmp(q, "123456789");
    PyMem_Free(p); PyObject_Free(q); PyMem_RawFree(r); PyMem_Free(NULL); PyObject_Free(NULL);
    return PyBool_FromLong(ok);
}
static PyStructSequence_Field seq_fields[] = {{"first", "the first"}, {"second", NULL}, {"hidden", "not an item"}, {NULL}};
static PyStructSequence_Desc seq_desc = {"ctype_kinds.Seq", "A sequence.", seq_fields, 2};
static PyObject *make_seq(PyObject *self, PyObject *ignored)
{
    static PyTypeObject *type;
    if (!type && !(type = PyStructSequence_NewType(&seq_desc))) return NULL;
    PyObject *it = PyStructSequence_New(type);
    for (int i = 0; it && i < 3; i++) PyStructSequence_SetItem(it, i, PyLong_FromLong(10 * i));
    if (it && PyLong_AsLong(PyStructSequence_GetItem(it, 2)) != 20) return NULL;
    return it;
}
static PyObject *bad_spec(PyObject *self, PyObject *which)
{
    static PyMemberDef relative[] = {{"x", Py_T_INT, 0, Py_RELATIVE_OFFSET}, {NULL}};
    static PyType_Slot s0[] = {{-1, NULL}, {0}}, s1[] = {{Py_tp_members, relative}, {0}}, s2[] = {{Py_tp_doc, "a"}, {Py_tp_doc, "b"}, {0}}, s3[] = {{0}}, s4[] = {{Py_tp_base, &PyBool_Type}, {0}};
    static PyType_Spec specs[] = {{"ctype_kinds.X", 16, 0, 0, s0}, {"ctype_kinds.X", 32, 0, 0, s1}, {"ctype_kinds.X", 16, 0, 0, s2}, {NULL, 16, 0, 0, s3}, {"ctype_kinds.X", 0, 0, 0, s4}, {"ctype_kinds.X", 8, 0, 0, s3}, {"ctype_kinds.X", 16, 0, Py_TPFLAGS_HAVE_GC, s3}};
    return PyType_FromSpec(&specs[PyLong_AsLong(which)]);
}
static PyObject *freeze(PyObject *self, PyObject *type) { return PyType_Freeze((PyTypeObject *)type) < 0 ? NULL : Py_NewRef(Py_None); }
static PyMethodDef functions[] = {
    {"how_many", how_many, METH_O}, {"type_names", type_names, METH_O}, {"type_slots", type_slots, METH_O}, {"by_token", by_token, METH_O},
    {"gc_facts", gc_facts, METH_O}, {"new_untracked", new_untracked, METH_NOARGS}, {"weak_facts", weak_facts, METH_O}, {"take_risen", take_risen, METH_NOARGS},
    {"memory", memory, METH_NOARGS}, {"make_seq", make_seq, METH_NOARGS}, {"bad_spec", bad_spec, METH_O}, {"freeze", freeze, METH_O},
    {"make_by_hand", make_by_hand, METH_NOARGS}, {NULL}
};

static int exec(PyObject *module)
{
    Dicty_Type.tp_base = &PyDict_Type;
    Oops_Type.tp_base = (PyTypeObject *)PyExc_Exception;
    Meta_Type.tp_base = &PyType_Type;
    PyTypeObject *statics[] = {&Point_Type, &Bare_Type, &Node_Type, &Listy_Type, &Dicty_Type, &Oops_Type, &Meta_Type};
    for (size_t i = 0; i < sizeof statics / sizeof *statics; i++)
        if (PyModule_AddType(module, statics[i]) < 0) return -1;
    PyType_Spec *specs[] = {&data_spec, &managed_spec, &caller_spec, &phoenix_spec};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        PyObject *type = PyType_FromModuleAndSpec(module, specs[i], i == 0 ? (PyObject *)&PyList_Type : NULL);
        if (!type || PyModule_AddType(module, (PyTypeObject *)type) < 0) return -1;
        Py_DECREF(type);
    }
    PyObject *type = PyType_FromMetaclass(&Meta_Type, module, &ofmeta_spec, NULL);
    if (!type || PyModule_AddType(module, (PyTypeObject *)type) < 0) return -1;
    Py_DECREF(type);
    return 0;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec}, {0}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "ctype_kinds", .m_methods = functions, .m_slots = slots};
PyMODINIT_FUNC PyInit_ctype_kinds(void) { return PyModuleDef_Init(&definition); }
