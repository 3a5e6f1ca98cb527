/* Fallthrough, ranges, nested labels, default in the middle, a case inside a loop. */
enum color { RED, GREEN = 5, BLUE };
int f(int);

int switches(int a)
{
    switch (a) {
    case 1:
        f(1);
        /* fallthrough */
    case 2:
    case 3:
        f(2);
        break;
    default:
        f(0);
        break;
    case 10 ... 19:
        return 5;
    case GREEN:
        switch (f(a)) {
        case RED:
            break;
        case -1:
            return -1;
        }
    }
    return 0;
}

int no_default(enum color c)
{
    switch (c) {
    case RED: return 1;
    case BLUE: return 2;
    }
    return 3;
}

void duff(int n)
{
    switch (n % 2) {
    case 0:
        do {
            f(0);
    case 1:
            f(1);
        } while (--n > 0);
    }
}

int continue_in_switch(int n)
{
    while (n--) {
        switch (f(n)) {
        case 0: continue;
        case 1: break;
        default: return n;
        }
        f(2);
    }
    return 0;
}

int attributed(int a)
{
    switch (a) {
    case 1:
        f(1);
        __attribute__((fallthrough));
    case 2:
        return 2;
    }
    return 0;
}
