/* if, while, do, for with every part missing once, break, continue, return. */
int f(int);

int else_if(int a)
{
    if (a == 1)
        return 10;
    else if (a < 5)
        f(a);
    else if (a)
        f(0);
    else
        f(1);
    return a;
}

void loops(int a)
{
    while (f(a)) {
        if (a > 3)
            break;
        if (a == 2)
            continue;
        a += 2;
    }
    do
        a--;
    while (a > 0);
    do {
        if (a)
            break;
        f(a);
    } while (0);
}

void for_full(int n)
{
    for (int i = 0; i < n; i++)
        f(i);
}

void for_no_init(int i)
{
    for (; i < 3; i++)
        f(i);
}

void for_no_condition(int i)
{
    for (i = 0;; i++)
        if (f(i))
            break;
}

void for_no_step(int i)
{
    for (i = f(';'); i < 3;)
        i = f(i);
}

void for_only_init(int i)
{
    for (i = 0; /* ; */;)
        if (f(i))
            return;
}

void for_only_condition(int i)
{
    for (; f(i);)
        i = 2;
}

void for_only_step(int i)
{
    for (;; i--)
        if (i)
            break;
}

void for_ever(void)
{
    for (;;)
        f(0);
}

#define EACH(i, n) for (i = 0; i < n; i++)
#define COUNT_DOWN(i) for (; i; i--)

void for_from_macro(int n)
{
    int i;

    EACH(i, n)
        f(i);
    COUNT_DOWN(i)
        f(i);
}
