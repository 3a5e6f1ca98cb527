/* Members through pointers and values, elements, globals, statics, addresses. */
#include <stddef.h>
struct inner { int x; int arr[4]; };
typedef struct point {
    struct point *next;
    struct inner in;
    union { int u; void *v; };
    struct { int q; } named;
} Point;
static Point origin;
static Point *head;
int table[10];
int f(int *), g(void *);
int (*hook)(int *);

int members(Point *p, Point s)
{
    p->in.x = s.in.x;
    (*p).in.arr[2] = p->next->in.arr[1];
    (&s)->u = p->u;
    p->named.q = origin.named.q;
    return ((Point *)p->v)->in.x;
}

void globals(Point *p)
{
    origin.next = head;
    head = p;
    table[3] = *table;
    p = &origin;
    f(table);
    f(&table[2]);
    f(&p->in.x);
    f(p->in.arr);
    hook(p->in.arr + 1);
    (*hook)(NULL);
    (&f)(NULL);
}

int *statics(int a)
{
    static int count;
    static Point *last;
    extern int elsewhere;

    count++;
    last = head;
    elsewhere = a;
    f(&a);
    g(&a);
    return &count;
}

void pointers(int **pp, Point *p)
{
    **pp = 3;
    *pp++ = NULL;
    p[2].next = p;
    2 [table] = 1;
    *p = p[1];
    (*pp)[1] = 4;
}

int two_dimensions(int m[3][4], int i)
{
    int local[2][2];

    local[1][i] = m[i][2];
    return local[0][0];
}

int array_parameters(Point points[], int n[static 2], void callback(int))
{
    points[1].next = points;
    points->in.x = n[0];
    callback(*n++);
    points++;
    return points->in.x;
}
