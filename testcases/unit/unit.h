/* cmocka for tests of ours: include this instead of cmocka.h, before any other header.
 *
 * cmocka's macro fail() would hide the function of the same name in base.h. fail_msg stays.
 */
#ifndef REFWARDEN_UNIT_H
#define REFWARDEN_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#undef fail
#undef fail_msg
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#endif
