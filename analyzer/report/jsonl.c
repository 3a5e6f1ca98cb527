/* JSON lines: each line is one finding, as in the findings of the JSON format. */
#include "json_int.h"

static int add_lines(const report_input *in, const finding *f, int n, buf *out, status *st)
{
    for (int i = 0; i < n; i++)
        if (write_json_line(finding_json(in, &f[i]), out, st) != 0)
            return -1;
    return 0;
}

int report_jsonl(const report_input *in, buf *out, status *st)
{
    if (add_lines(in, in->findings, in->nfindings, out, st) != 0)
        return -1;
    return in->is_compared ? add_lines(in, in->fixed, in->nfixed, out, st) : 0;
}
