/* A failed assert ends the path, with NDEBUG too; one that does not parse costs nothing. */
#define NDEBUG
#include <assert.h>
int f(int);

int positive(int a)
{
    assert(a > 0 && "positive");
    assert(only_in_debug_builds == a);
    return f(a);
}

int unreachable(int a)
{
    switch (a) {
    case 1: return 2;
    default: __builtin_unreachable();
    }
}
