/* Shared inside ir only: what an event looks like, and names that text and memory share. */
#ifndef REFWARDEN_IR_INT_H
#define REFWARDEN_IR_INT_H

#include "ir.h"

typedef enum {
    SHAPE_D_A,
    SHAPE_D_AB,
    SHAPE_D_PLACE,
    SHAPE_PLACE_A,
    SHAPE_A,
    SHAPE_CALL,
    SHAPE_JUMP,
    SHAPE_BR,
    SHAPE_SWITCH,
    SHAPE_RET,
    SHAPE_NONE,
} ir_shape;

typedef struct {
    const char *text;
    ir_shape shape;
} ir_event_row;

typedef struct {
    unsigned bit;
    const char *word;
} ir_word;

extern const ir_event_row ir_event_rows[IR_EVENT_COUNT];
extern const char *const ir_type_words[IR_OTHER + 1];
extern const ir_word ir_role_words[]; /* in printed order; ends with word NULL */
extern const ir_word ir_class_words[];

bool ir_shape_has_dst(ir_shape s);
bool ir_shape_has_place(ir_shape s);
bool ir_shape_has_a(ir_shape s);

/* The type a temporary has when its first event does not say another one. */
void ir_usual_type(ir_event_kind kind, ir_type *type, const char **type_name);

/* A variable under exactly this printed name. */
int ir_add_named_var(arena *a, ir_fn *fn, const char *name, const char *shown, ir_type type,
                     const char *type_name, ir_loc loc);

/* Characters of a bare name, and whether s can be printed without quotes. */
bool ir_is_name_start(int c);
bool ir_is_name_part(int c);
bool ir_is_name(const char *s);
bool ir_is_var_part(int c);

#endif
