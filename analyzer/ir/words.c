/* The words of the text form: one place for printer, reader and verifier. */
#include "ir_int.h"

#include <ctype.h>

const ir_event_row ir_event_rows[IR_EVENT_COUNT] = {
#define EVENT(id, text, shape, doc) [IR_##id] = {text, SHAPE_##shape},
#include "events.def"
#undef EVENT
};

const char *const ir_type_words[IR_OTHER + 1] = {
    [IR_VOID] = "void", [IR_INT] = "int",             [IR_OBJ] = "obj",
    [IR_PTR] = "ptr",   [IR_AGGREGATE] = "aggregate", [IR_OTHER] = "other",
};

const ir_word ir_role_words[] = {
    {IR_R_STATIC, "static"},
    {IR_R_ADDRESS_TAKEN, "address-taken"},
    {IR_R_METHOD, "method"},
    {IR_R_INIT, "init"},
    {IR_R_SLOT, "slot"},
    {IR_R_GETTER, "getter"},
    {IR_R_SETTER, "setter"},
    {IR_R_NORETURN, "noreturn"},
    {IR_R_TEST, "test"},
    {IR_R_RETURNS_BORROWED, "returns-borrowed"},
    {IR_R_PARTIAL, "partial"},
    {IR_R_VARIADIC, "variadic"},
    {IR_R_RETURNS_NEW, "returns-new"},
    {IR_R_SETS_EXCEPTION, "sets-exception"},
    {IR_R_NEGATIVE_SETS, "negative-sets-exception"},
    {0, NULL},
};

const ir_word ir_class_words[] = {
    {IR_C_HEAP, "heap"},         {IR_C_MODULE, "module"}, {IR_C_GC, "gc"},
    {IR_C_BASETYPE, "basetype"}, {IR_C_OPEN, "open"},     {0, NULL},
};

bool ir_shape_has_dst(ir_shape s)
{
    return s == SHAPE_D_A || s == SHAPE_D_AB || s == SHAPE_D_PLACE;
}

bool ir_shape_has_place(ir_shape s)
{
    return s == SHAPE_D_PLACE || s == SHAPE_PLACE_A;
}

bool ir_shape_has_a(ir_shape s)
{
    return s == SHAPE_D_A || s == SHAPE_D_AB || s == SHAPE_PLACE_A || s == SHAPE_A ||
           s == SHAPE_BR || s == SHAPE_SWITCH;
}

void ir_usual_type(ir_event_kind kind, ir_type *type, const char **type_name)
{
    bool is_object = kind == IR_CALL || kind == IR_LOAD || kind == IR_SET;

    *type = is_object ? IR_OBJ : kind == IR_ADDR ? IR_PTR : IR_INT;
    *type_name = is_object ? "PyObject" : kind == IR_ADDR ? "void" : "int";
}

bool ir_is_name_start(int c)
{
    return isalpha(c) || c == '_' || c == '$' || c >= 0x80;
}

bool ir_is_name_part(int c)
{
    return ir_is_name_start(c) || isdigit(c);
}

bool ir_is_var_part(int c)
{
    return ir_is_name_part(c) || c == '.';
}

bool ir_is_name(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;

    if (!ir_is_name_start(*p))
        return false;
    while (ir_is_name_part(*p))
        p++;
    return *p == '\0';
}
