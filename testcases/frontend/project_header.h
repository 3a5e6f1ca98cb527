/* Functions with a body in a header of the project are lowered with the file. */
static inline int from_header(int a)
{
    return a + 1;
}
