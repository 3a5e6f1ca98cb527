/* "Did you mean": the nearest word by edit distance. */
#include "session.h"

#include <string.h>

enum { LONGEST = 64 };

static int smallest(int a, int b, int c)
{
    int least = a < b ? a : b;

    return least < c ? least : c;
}

/* One row of the classic table is enough. */
static int distance(const char *a, const char *b)
{
    int row[LONGEST + 1], n = (int)strlen(b);

    if (strlen(a) > LONGEST || n > LONGEST)
        return LONGEST;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; *a; i++, a++) {
        int diagonal = row[0];

        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int above = row[j];

            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (*a != b[j - 1]));
            diagonal = above;
        }
    }
    return row[n];
}

const char *session_suggest(const char *word, const char *const *words)
{
    const char *best = NULL;
    int best_distance = (int)strlen(word) / 3 + 2;

    for (; *words; words++) {
        int d = distance(word, *words);

        if (d < best_distance) {
            best_distance = d;
            best = *words;
        }
    }
    return best;
}
