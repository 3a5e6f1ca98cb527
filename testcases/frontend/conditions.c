/* Short circuit, negation, conditional and comma operators, assignment as a condition. */
#include <stddef.h>
int f(int);
void *get(void);

int both(int a, int b)
{
    if (a && b > 2)
        return 1;
    if (!a || !(b == 3 && f(b)))
        return 2;
    return 0;
}

int as_values(int a, int b)
{
    int c = a && b, d = !a, e = !(a || b);

    a && f(b);
    return c + d + e;
}

void *assigned(void)
{
    void *p;

    if ((p = get()) == NULL)
        return NULL;
    if (!(p = get()))
        return NULL;
    while ((p = get()))
        f(0);
    return p;
}

int conditional(int a)
{
    int b = a ? f(1) : f(2);

    a ? f(3) : f(4);
    if (a ? f(5) : b)
        return 1;
    return a > 2 ? b > 1 ? 5 : 6 : 7;
}

int elvis(int a)
{
    return f(a) ?: f(2);
}

int comma(int a)
{
    if (f(1), a)
        return f(2), a;
    return 0;
}

int expect(int a)
{
    if (__builtin_expect(!!(a == 3), 0))
        return 1;
    return 0;
}

int folded(void)
{
    if (0 && f(1))
        return 1;
    while (1)
        if (f(1 << 4 | 3))
            break;
    return -1;
}
