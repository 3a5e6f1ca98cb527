/* Arithmetic, casts, sizeof, strings, unary operators, what is not followed. */
#include <stdarg.h>
#include <stddef.h>
struct s { int a; struct { int b, c; } in; };
int f(int);
double g(double);

int arithmetic(int a, unsigned b)
{
    a += 3;
    a -= b;
    a *= 2;
    b &= 7u;
    b <<= 1;
    return (a + (int)b) - -a * ~a;
}

int steps(int a)
{
    int b = a++, c = ++a;

    a--;
    --a;
    return b + c + a--;
}

size_t unevaluated(int a)
{
    return sizeof(f(a++)) + sizeof(struct s) + _Alignof(int) + offsetof(struct s, in.c);
}

const char *strings(void)
{
    return "a\"b\n" "\x41\101\0lost";
}

int characters(void)
{
    return 'a' + '\n' + L'x';
}

double floats(double d)
{
    return g(d * 2.5) > 1 ? d : 0.0;
}

void *pointers(char *p, long n)
{
    p += n;
    return p + 3;
}

int generic(int a)
{
    return _Generic(a, long: f(1), int: f(2), default: f(3));
}

int chosen(int a)
{
    return __builtin_choose_expr(sizeof(int) == 4, f(a), f(0));
}

int statement_expression(int a)
{
    int b = ({ int t = f(a); t + 1; });

    ({ f(b); });
    return b;
}

int variadic(int n, ...)
{
    va_list ap;
    int r;

    va_start(ap, n);
    r = va_arg(ap, int);
    va_end(ap);
    return r;
}

void assembler(int a)
{
    int b;

    __asm__("nop" : "=r"(b) : "r"(a));
    f(b);
}

int atomic(int *p)
{
    return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}

extern int deep_sum(void);
