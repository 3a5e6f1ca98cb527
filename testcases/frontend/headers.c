/* Functions of a project header get its file; those of the system are only declared. */
#include <ctype.h>
#include "project_header.h"

int main_file(int a)
{
    return from_header(a) + toupper(a);
}
