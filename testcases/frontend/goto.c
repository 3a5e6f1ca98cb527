/* goto forwards and back, computed goto. */
int f(int);

int cleanup(int a)
{
    int r = -1;

    if (f(a))
        goto done;
again:
    r = f(1);
    if (r == 0)
        goto again;
done:
    return r;
}

int computed(int op)
{
    static void *const labels[] = {&&add, &&stop};

    goto *labels[op];
add:
    f(1);
    goto *labels[f(op)];
stop:
    return 0;
}
