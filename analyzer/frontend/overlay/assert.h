/* A failed assert ends the path, with and without NDEBUG. */
#include_next <assert.h>

#ifndef REFWARDEN_OVERLAY_ASSERT_H
#define REFWARDEN_OVERLAY_ASSERT_H
#ifdef __cplusplus
extern "C"
#endif
void __rw_assert_fail(void) __attribute__((noreturn));
#endif

#undef assert
#define assert(e) ((e) ? (void)0 : __rw_assert_fail())
