/* Local structs and arrays, designators, missing braces, compound literals, struct values. */
struct pair { int a; void *b; };
struct nest { struct pair p; int c[2]; const char *name; };
void take(struct pair *p), take_array(void **a);
struct pair make(void);

void arrays(void *x, void *y)
{
    void *args[2] = {x, y};
    void *rest[4] = {x};
    int sparse[4] = {[2] = 7, 8, [0] = 5};
    char text[] = "abc";
    void *none[3] = {0};

    take_array(args);
    take_array(rest);
    take_array(none);
    (void)sparse, (void)text;
}

void structs(void *x)
{
    struct pair p = {1, x};
    struct pair q = {.b = x};
    struct nest flat = {1, x, 2, 3, "n"};
    struct nest braces = {.c = {[1] = 4}, .p.b = x, {9}};
    struct pair list[2] = {{1, x}, {.a = 2}};

    take(&p);
    take(&q);
    take(&flat.p);
    take(&braces.p);
    take(list);
}

void copies(struct pair *to)
{
    struct pair p = *to, q = make();

    *to = q;
    p = make();
    p.a = make().a;
}

void literals(void *x)
{
    take(&(struct pair){3, x});
    take_array((void *[]){x, 0});
}

void large(void)
{
    int big[400] = {1};

    take((void *)big);
}
