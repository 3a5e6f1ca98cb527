// Classes whose destructor releases; what is not wrapped is judged as in C.
#include <Python.h>
#include <memory>
#include <utility>

class Ref {
    PyObject *o_;
public:
    explicit Ref(PyObject *o = nullptr) : o_(o) {}
    Ref(Ref &&other) : o_(other.release()) {}
    Ref(const Ref &other) : o_(other.o_) { Py_XINCREF(o_); }
    ~Ref() { Py_XDECREF(o_); }
    Ref &operator=(Ref &&other)
    {
        std::swap(o_, other.o_);
        return *this;
    }
    PyObject *get() const { return o_; }
    PyObject *release()
    {
        PyObject *o = o_;
        o_ = nullptr;
        return o;
    }
    explicit operator bool() const { return o_ != nullptr; }
    operator PyObject *() const { return o_; }
};

struct Releases {
    void operator()(PyObject *o) const { Py_XDECREF(o); }
};
typedef std::unique_ptr<PyObject, Releases> Owned;

struct Gil {
    PyGILState_STATE state;
    Gil() : state(PyGILState_Ensure()) {}
    ~Gil() { PyGILState_Release(state); }
};

// ---- nothing to say

PyObject *wrapped_list(PyObject *self, PyObject *arg)
{
    Ref list(PyList_New(0));
    if (!list)
        return nullptr;
    if (PyList_Append(list.get(), arg) < 0)
        return nullptr;
    return list.release();
}

PyObject *unique_list(PyObject *self, PyObject *arg)
{
    Owned list(PyList_New(0));
    if (!list)
        return nullptr;
    if (PyList_Append(list.get(), arg) < 0)
        return nullptr;
    return list.release();
}

PyObject *named_first(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == nullptr)
        return nullptr;
    Owned owner(list);
    if (PyList_Append(list, arg) < 0)
        return nullptr;
    return PyLong_FromSsize_t(PyList_GET_SIZE(list));
}

PyObject *converted(PyObject *self, PyObject *arg)
{
    Ref repr(PyObject_Repr(arg));
    if (!repr)
        return nullptr;
    return PyUnicode_Concat(repr, repr);
}

PyObject *assigned(PyObject *self, PyObject *arg)
{
    Ref item;
    item = Ref(PySequence_GetItem(arg, 0));
    if (!item)
        return nullptr;
    return PyObject_Str(item.get());
}

PyObject *kept_in_heap(PyObject *self, PyObject *arg)
{
    Ref *copy = new Ref(Py_NewRef(arg));
    long size = (long)PyObject_Size(copy->get());
    delete copy;
    return size < 0 ? nullptr : PyLong_FromLong(size);
}

Ref made_by_value(PyObject *arg)
{
    return Ref(PyObject_Repr(arg));
}

PyObject *from_value(PyObject *self, PyObject *arg)
{
    Ref repr = made_by_value(arg);
    return repr.release();
}

template <typename T> T steal(PyObject *o) { return T(o); }

PyObject *through_template(PyObject *self, PyObject *arg)
{
    auto repr = steal<Ref>(PyObject_Repr(arg));
    return PyLong_FromLong(repr ? 1 : 0);
}

struct Node {
    PyObject_HEAD
    Ref child;
    static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *kwds)
    {
        Node *self = (Node *)type->tp_alloc(type, 0);
        if (self == nullptr)
            return nullptr;
        self = new (self) Node;
        return (PyObject *)self;
    }
    static PyObject *get_child(Node *self, void *)
    {
        Py_INCREF(self->child.get());
        return self->child.get();
    }
};

PyGetSetDef node_getset[] = {{"child", (getter)Node::get_child, nullptr, nullptr, nullptr}, {nullptr, nullptr, nullptr, nullptr, nullptr}};

// ---- leaks beside the wrappers

PyObject *lent_by_wrapper(Node *self, void *)
{
    return self->child.get(); // expect-todo: RW301 'o_'
}

PyGetSetDef lent_getset[] = {{"child", (getter)lent_by_wrapper, nullptr, nullptr, nullptr}, {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyObject *lost_beside(PyObject *self, PyObject *arg)
{
    Ref list(PyList_New(0));
    PyObject *repr = PyObject_Repr(arg);
    if (!list || repr == nullptr)
        return nullptr; // expect: RW101 'repr'
    Py_DECREF(repr);
    return list.release();
}

PyObject *lost_under_lock(PyObject *self, PyObject *arg)
{
    Gil lock;
    PyObject *repr = PyObject_Repr(arg);
    if (repr == nullptr)
        return nullptr;
    return PyLong_FromLong(1); // expect: RW102 'repr'
}

PyObject *retained_for_nobody(PyObject *self, PyObject *arg)
{
    Owned name(PyObject_Repr(arg));
    PyObject *size = PyLong_FromLong(1000);
    if (size == nullptr || PyObject_SetAttr(arg, name.get(), size) < 0)
        return nullptr; // expect: RW101 'size'
    return size;
}

class Cache {
    PyObject *dict;
public:
    Cache() : dict(PyDict_New()) {}
    ~Cache() { Py_CLEAR(dict); }
    int add(PyObject *key)
    {
        PyObject *value = PyList_New(0);
        if (value == nullptr)
            return -1;
        return PyDict_SetItem(dict, key, value); // expect: RW102 'value'
    }
    Cache(const Cache &) = delete;
};

int fill_cache(PyObject *key)
{
    Cache cache;
    return cache.add(key);
}

struct Items {
    PyObject *v[4];
    PyObject **begin() { return v; }
    PyObject **end() { return v + 4; }
};

PyObject *each_item(PyObject *self, PyObject *arg)
{
    Items items = {};
    PyObject *list = PyList_New(0);
    if (list == nullptr)
        return nullptr;
    for (PyObject *item : items) {
        if (PyList_Append(list, item) < 0)
            return nullptr; // expect: RW101 'list'
    }
    for (auto &item : items)
        Py_XDECREF(item);
    return list;
}

// A handle that owns nothing, and a class above it that does.
class Handle {
protected:
    PyObject *p = nullptr;
public:
    Handle() = default;
    template <typename T> Handle(T *given) : p((PyObject *)given) {}
    PyObject *ptr() const { return p; }
    PyObject *&ptr() { return p; }
    const Handle &retain() const
    {
        Py_XINCREF(p);
        return *this;
    }
    const Handle &drop() const
    {
        Py_XDECREF(p);
        return *this;
    }
};

class Strong : public Handle {
public:
    struct taken {};
    Strong(Handle h, taken) : Handle(h) {}
    Strong(Strong &&other) : Handle(other.p) { other.p = nullptr; }
    ~Strong() { drop(); }
    Strong &operator=(Strong &&other)
    {
        Handle old(p);
        p = other.p;
        other.p = nullptr;
        old.drop();
        return *this;
    }
};

static Strong text_of(PyObject *o) { return Strong(PyObject_Str(o), Strong::taken{}); }
static Strong text_of(PyObject *o, bool quoted)
{
    return Strong(quoted ? PyObject_Repr(o) : PyObject_Str(o), Strong::taken{});
}

static int overloaded(PyObject *o) { return (int)PyObject_Size(o); }
static int overloaded(PyObject *o, int n)
{
    PyObject *item = PySequence_GetItem(o, n);
    if (item == nullptr)
        return -1;
    return n; // expect: RW102 'item' leaks when overloaded() returns
}

int calls_overloaded(PyObject *o) { return overloaded(o) < 0 ? -1 : overloaded(o, 1); }

PyObject *gives_retained(PyObject *self, PyObject *arg)
{
    Strong text = text_of(arg), repr = text_of(arg, true);
    PyObject *pair = PyTuple_New(2);
    if (pair == nullptr)
        return nullptr;
    PyTuple_SET_ITEM(pair, 0, text.retain().ptr());
    PyTuple_SET_ITEM(pair, 1, repr.retain().ptr());
    return pair;
}

class SavedError {
    Handle type, value, trace;
public:
    SavedError() { PyErr_Fetch(&type.ptr(), &value.ptr(), &trace.ptr()); }
    ~SavedError() { PyErr_Restore(type.ptr(), value.ptr(), trace.ptr()); }
};

void keeps_error(PyObject *o)
{
    SavedError saved;
    Py_DECREF(o);
}

PyTypeObject *type_inside(PyTypeObject *metatype)
{
    PyHeapTypeObject *heap = (PyHeapTypeObject *)metatype->tp_alloc(metatype, 0);
    if (heap == nullptr)
        return nullptr;
    PyTypeObject *type = &heap->ht_type;
    return type;
}
