/* refwarden.h: what a function does with references, for refwarden and for readers.
 *
 * Copy this file into your project or install it. Only refwarden sees the attributes; for every
 * compiler the macros are empty. Put them in front of a declaration or definition:
 *
 *     REFWARDEN_RETURNS_BORROWED PyObject *registry_get(const char *name);
 *     REFWARDEN_STEALS(2) int queue_push(queue *q, PyObject *item);
 *
 * A call of the function is judged by its annotation, and so is its body.
 */
#ifndef REFWARDEN_H
#define REFWARDEN_H

#ifdef __REFWARDEN__
#define REFWARDEN_ANNOTATION_(text) __attribute__((annotate("refwarden:" text)))
#else
#define REFWARDEN_ANNOTATION_(text)
#endif

/* The result is a reference that the caller must not release. */
#define REFWARDEN_RETURNS_BORROWED REFWARDEN_ANNOTATION_("returns_borrowed")

/* The result is a new reference, or NULL with an exception set. */
#define REFWARDEN_RETURNS_NEW REFWARDEN_ANNOTATION_("returns_new")

/* The reference that argument n (the first is 1) brings belongs to the function, when it fails too. May be repeated. */
#define REFWARDEN_STEALS(n) REFWARDEN_ANNOTATION_("steals(" #n ")")

/* An exception is set whenever the function returns. */
#define REFWARDEN_SETS_EXCEPTION REFWARDEN_ANNOTATION_("sets_exception")

/* An exception is set when the result is negative, and only then. */
#define REFWARDEN_NEGATIVE_SETS_EXCEPTION REFWARDEN_ANNOTATION_("negative_sets_exception")

#endif
