"""Builders of arguments for testcases/conformance: one function a word of cases.tsv.

Each call returns an object that nobody else holds. A builder with a parameter gets another argument of
the same call: `item(0)` is what argument 0 holds.
"""

import builtins
import codecs
import collections
import contextvars
import ctypes
import datetime
import io
import itertools
import keyword
import os
import pickle
import sys
import types
import warnings
import weakref

_counter = itertools.count(1000)


class Plain:
    """No protocol at all, but hashable, with a __dict__ and weak references."""


class Raiser:
    """Every protocol, and each of them raises."""

    def _raise(self, *args, **kwargs):
        raise RuntimeError("on purpose")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError("on purpose")


for _name in """repr str bytes format lt le eq ne gt ge hash bool len length_hint getitem setitem delitem
        iter next reversed contains add radd sub rsub mul rmul matmul rmatmul truediv rtruediv floordiv
        rfloordiv mod rmod divmod rdivmod pow rpow lshift rlshift rshift rrshift and rand xor rxor or ror iadd
        isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ixor ior neg pos abs invert
        complex int float index call instancecheck subclasscheck fspath aiter anext await
        setattr delattr dir""".split():
    setattr(Raiser, "__%s__" % _name, Raiser._raise)


class Everything:
    """Every protocol, written in Python."""

    def __init__(self, *args):
        self.alpha = "value"

    def method(self, *args, **kwargs):
        return ["new"]

    def __call__(self, *args, **kwargs):
        return ["new"]

    def __getitem__(self, key):
        if key == 100:
            raise IndexError(key)
        return ["new"]

    def __setitem__(self, key, value):
        if not isinstance(key, builtins.slice):
            self.stored = value

    def __delitem__(self, key):
        pass

    def __len__(self):
        return 3

    def __iter__(self):
        return iter([[1], [2]])

    def __contains__(self, item):
        return False

    def keys(self):
        return ["a", "b"]

    def values(self):
        return ["a", "b"]

    def items(self):
        return [("a", 1), ("b", 2)]

    def fileno(self):
        return 1

    def __fspath__(self):
        return "/a/path"

    def __bytes__(self):
        return b"some bytes"

    def __index__(self):
        return 12345

    def __float__(self):
        return 12345.5

    def __complex__(self):
        return 1j

    def __aiter__(self):
        return async_generator()

    def __instancecheck__(self, other):
        return False

    def __subclasscheck__(self, other):
        return False


for _name in """add radd sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or iadd isub imul
        imatmul itruediv ifloordiv imod ipow ilshift irshift iand ixor ior neg pos abs invert int""".split():
    setattr(Everything, "__%s__" % _name, lambda self, *args: 123456)


def fresh_text(start="text"):
    return "%s %d" % (start, next(_counter))


# ---- plain

obj = Plain
raiser = Raiser
everything = Everything
str = fresh_text


def name():
    return "".join(["al", "pha"])


def method_name():
    return "".join(["met", "hod"])


def wide_str():
    return "\u20ac\U0001f600 %d" % next(_counter)


def empty_str():
    return ""


def letter():
    return "".join(["t"])


def str_with_space():
    return "a b c %d" % next(_counter)


def str_number():
    return "%d" % (10 ** 6 + next(_counter))


def bytes():
    return b"bytes %d" % next(_counter)


def bytearray():
    return builtins.bytearray(b"bytearray")


def int():
    return 10 ** 6 + next(_counter)


def int2():
    return 3 + 0 * next(_counter)


def huge():
    return 10 ** 60 + next(_counter)


def zero():
    return 0


def one():
    return 1


def float():
    return 1.5 + next(_counter)


def complex():
    return next(_counter) + 1j


def none():
    return None


def true():
    return True


def list():
    return [Plain(), Plain(), Plain()]


def empty_list():
    return []


def names():
    return ["".join(["na", "me"])]


def tuple():
    return (Plain(), Plain(), Plain())


def tuple1():
    return (Plain(),)


def empty_tuple():
    return ()


def tuple_of_int():
    return (int(),)


def tuple_of_str():
    return (fresh_text(),)


def tuple_of_cells():
    return (types.CellType(Plain()),)


def unfilled():
    """A tuple nobody has filled yet."""
    f = ctypes.pythonapi.PyTuple_New
    f.restype = ctypes.py_object
    return f(3)


def unfilled_list():
    f = ctypes.pythonapi.PyList_New
    f.restype = ctypes.py_object
    return f(3)


def dict():
    return {Plain(): Plain(), Plain(): Plain()}


def empty_dict():
    return {}


def str_dict():
    return {"".join(["al", "pha"]): Plain()}


def kwargs():
    return {"".join(["ke", "y"]): Plain()}


def odict():
    return collections.OrderedDict([(Plain(), Plain()), (Plain(), Plain())])


def globals():
    return {"__builtins__": sys.modules["builtins"], "x": Plain()}


def set():
    return {Plain(), Plain()}


def frozenset():
    return builtins.frozenset([Plain(), Plain()])


def slice():
    return builtins.slice(int(), int(), int2())


def range():
    return builtins.range(int())


# what an argument holds

def item(sequence):
    return sequence[0]


def key(mapping):
    return next(iter(mapping))


def value(mapping):
    return next(iter(mapping.values()))


def member(collection):
    return next(iter(collection))


def class_of(thing):
    return type(thing)


# ---- types, modules, functions

def type_():
    return type("Fresh", (), {})


def exc_class():
    return type("Wrong", (Exception,), {})


def exception():
    return ValueError(fresh_text())


def exception_full():
    try:
        try:
            raise KeyError(fresh_text())
        except KeyError as e:
            raise ValueError(fresh_text()) from e
    except ValueError as e:
        return e


def fresh_exception():
    return exc_class()(fresh_text())


def traceback():
    try:
        raise ValueError
    except ValueError as e:
        return e.__traceback__


def module():
    return types.ModuleType(fresh_text("module"))


def module_full():
    m = types.ModuleType(fresh_text("module"))
    m.__file__ = fresh_text("file")
    return m


def spec():
    return types.SimpleNamespace(name=fresh_text("module"), loader=None, origin=None)


def cell():
    return types.CellType(Plain())


def empty_cell():
    return types.CellType()


def function():
    def f(a=None, *args, b=None, **kwargs) -> "result":
        return cell_content
    cell_content = Plain()
    f.__doc__ = None
    return f


def plain_function():
    def f():
        return None
    return f


def bare_function():
    return types.FunctionType(compile("1", "<fresh>", "eval"), {})


def callable_():
    """Keeps nothing and returns something new."""
    return eval("lambda *args, **kwargs: ['new']")


def method():
    return types.MethodType(eval("lambda *args, **kwargs: ['new']"), Plain())


def instancemethod():
    f = ctypes.pythonapi.PyInstanceMethod_New
    f.restype = ctypes.py_object
    f.argtypes = [ctypes.py_object]
    return f(plain_function())


def cfunction():
    return [].append


def static_cfunction():
    return builtins.str.maketrans


_text = ctypes.create_string_buffer(b"text")
_noted = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(lambda capsule: None)


def _new_capsule(*args):
    f = ctypes.pythonapi.PyCapsule_New
    f.restype = ctypes.py_object
    f.argtypes = [ctypes.c_void_p] * 3
    return f(*args)


def capsule():
    c = _new_capsule(ctypes.addressof(_text), ctypes.addressof(_text), None)
    ctypes.pythonapi.PyCapsule_SetContext(ctypes.py_object(c), ctypes.byref(_text))
    return c


def bare_capsule():
    return _new_capsule(ctypes.addressof(_text), None, None)


def capsule_with_destructor():
    return _new_capsule(ctypes.addressof(_text), ctypes.addressof(_text),
                        ctypes.cast(_noted, ctypes.c_void_p))


_referent = Plain()


def weakref_():
    return weakref.ref(_referent, callable_())


def dead_weakref():
    return weakref.ref(Plain(), callable_())


def contextvar():
    return contextvars.ContextVar(fresh_text("variable"))


def contextvar_with_default():
    return contextvars.ContextVar(fresh_text("variable"), default=Plain())


_variable = contextvars.ContextVar("variable")
_variable.set(Plain())


def contextvar_set():
    """Always the same: the current context holds what it is set to."""
    return _variable


def token(variable):
    return variable.set(Plain())


def context():
    return contextvars.Context()


# ---- code, frames, iterators

def code():
    return compile("[1, 2, 3]", fresh_text("file"), "eval")


def exec_code():
    return compile("x = [1]", fresh_text("file"), "exec")


def failing_code():
    return compile("1/0", fresh_text("file"), "exec")


def bytecode():
    return exec_code().co_code


def code_with_names():
    def f(a, b):
        def g():
            return a
        return g
    return f.__code__.replace(co_name=fresh_text())


def inner_code():
    def f(a, b):
        def g():
            return a
        return g
    return f(1, 2).__code__.replace(co_name=fresh_text())


def generator_code():
    def f():
        yield 1
    return f.__code__.replace(co_name=fresh_text())


def frame():
    return sys._getframe()


def generator_frame():
    """Of a generator that lives on; always the same."""
    return _running.gi_frame


def new_frame():
    f = ctypes.pythonapi.PyFrame_New
    f.restype = ctypes.py_object
    f.argtypes = [ctypes.c_void_p, ctypes.py_object, ctypes.py_object, ctypes.py_object]
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    return f(get(), generator_code(), {"__builtins__": sys.modules["builtins"]}, {})


def plain_new_frame():
    f = ctypes.pythonapi.PyFrame_New
    f.restype = ctypes.py_object
    f.argtypes = [ctypes.c_void_p, ctypes.py_object, ctypes.py_object, ctypes.py_object]
    get = ctypes.pythonapi.PyThreadState_Get
    get.restype = ctypes.c_void_p
    return f(get(), exec_code(), {"__builtins__": sys.modules["builtins"]}, {})


def generator():
    def g():
        yield Plain()
        return Plain()
    return g()


def failing_generator():
    def g():
        raise RuntimeError("on purpose")
        yield
    return g()


def async_generator():
    async def g():
        yield Plain()
    return g()


def iterator():
    return iter([Plain(), Plain()])


def empty_iterator():
    return iter([])


# ---- buffers and files

def memoryview():
    return builtins.memoryview(builtins.bytearray(b"memoryview"))


def picklebuffer():
    return pickle.PickleBuffer(builtins.bytearray(b"picklebuffer"))


def released_picklebuffer():
    b = picklebuffer()
    b.release()
    return b


def strided_view():
    return builtins.memoryview(builtins.bytearray(b"memoryview"))[::2]


def text_file():
    return io.StringIO("one line\nand another\n")


def binary_file():
    return io.BytesIO(b"one line\nand another\n")


def path():
    return "/nowhere/%d" % next(_counter)


def bytes_path():
    return b"/nowhere/%d" % next(_counter)


def path_with_null():
    return "a\0b%d" % next(_counter)


# ---- text and codecs

def encode_error():
    return UnicodeEncodeError("ascii", fresh_text(), 1, 2, fresh_text())


def decode_error():
    return UnicodeDecodeError("ascii", bytes(), 1, 2, fresh_text())


def translate_error():
    return UnicodeTranslateError(fresh_text(), 1, 2, fresh_text())


def empty_encode_error():
    return UnicodeEncodeError.__new__(UnicodeEncodeError)


def empty_decode_error():
    return UnicodeDecodeError.__new__(UnicodeDecodeError)


def empty_translate_error():
    return UnicodeTranslateError.__new__(UnicodeTranslateError)


def search_function():
    return eval("lambda name: None")


def error_handler():
    return eval("lambda e: ('', e.end)")


def charmap():
    return {ord(c): ord("x") for c in "text 0123456789"}


def space():
    return "".join([" "])


def one_word():
    return "word%d" % next(_counter)


def two_lines():
    return "line %d\nline" % next(_counter)


def slice_of_obj():
    return builtins.slice(Plain(), Plain(), Plain())


def no_delta():
    return datetime.timedelta(0)


def instance_with_alpha():
    o = Plain()
    o.alpha = Plain()
    return o


def annotated_function():
    f = plain_function()
    f.__annotations__ = {}
    f.__annotations__["a"] = Plain()
    return f


# ---- modules and names of them

def module_name():
    return "".join(["s", "ys"])


def reloadable():
    return sys.modules.setdefault("keyword", keyword)


def folder():
    return "".join(["/u", "sr"])


def readable_path():
    return "".join(["/proc", "/version"])


def str_subclass():
    return type("S", (builtins.str,), {})(fresh_text())


def list_class():
    return builtins.list


# ---- warnings: one class is always shown, one is always an error

def warning():
    return type("Careful", (Warning,), {})


class Fatal(Warning):
    pass


def fatal():
    return Fatal


warnings.simplefilter("always")
warnings.simplefilter("error", Fatal)


# ---- exceptions and frames around a call

def raise_now():
    raise RuntimeError("on purpose")


def raise_syntax_error():
    compile("1 +", "file", "exec")


def in_frame(function):
    local = Plain()
    function()
    return local is None


def inner_frame():
    return eval("f()", {"f": sys._getframe})


def untracked():
    result = [Plain()]
    ctypes.pythonapi.PyObject_GC_UnTrack(ctypes.py_object(result))
    return result


def entered_context():
    c = contextvars.Context()
    ctypes.pythonapi.PyContext_Enter(ctypes.py_object(c))
    return c


def registered_search():
    f = search_function()
    codecs.register(f)
    return f


# ---- dates

def datetime_():
    return datetime.datetime(2000, 1, 1, 1, 2, 3, 4, tzinfo=timezone())


def time():
    return datetime.time(1, 2, 3, 4, tzinfo=timezone())


def delta():
    return datetime.timedelta(hours=1, seconds=next(_counter) % 60 * 60)


class Date(datetime.date):
    pass


class DateTime(datetime.datetime):
    pass


class Time(datetime.time):
    pass


class Delta(datetime.timedelta):
    pass


def date_type():
    return Date


def datetime_type():
    return DateTime


def time_type():
    return Time


def delta_type():
    return Delta


def long_delta():
    return datetime.timedelta(days=5)


def timezone():
    return datetime.timezone(delta())


def timestamp():
    return (float(),)


# ---- others

def struct_sequence():
    return os.stat("/")


def new_struct_sequence():
    f = ctypes.pythonapi.PyStructSequence_New
    f.restype = ctypes.py_object
    f.argtypes = [ctypes.py_object]
    return f(os.stat_result)


if hasattr(sys, "_xoptions"):
    del sys._xoptions

_running = generator()
next(_running)


def _fill_shared_keys():
    """Instances of a class share 30 names; further ones are kept by the instance alone."""
    for cls in (Plain, Raiser, Everything):
        o = object.__new__(cls)
        for i in builtins.range(40):
            object.__setattr__(o, "filler%d" % i, i)


_fill_shared_keys()


def started_generator():
    g = generator()
    next(g)
    return g


def yielding_generator():
    def g():
        yield Plain()
        yield Plain()
    g = g()
    next(g)
    return g


def str_odict():
    return collections.OrderedDict([("".join(["al", "pha"]), Plain())])


def module_to_replace():
    """The name of a module that is there already, under an equal name."""
    name = fresh_text("module")
    sys.modules[name] = types.ModuleType(name)
    return "".join(builtins.list(name))
