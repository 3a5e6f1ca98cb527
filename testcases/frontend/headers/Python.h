/* Stands in for Python's: asks for one macro. Nothing here says what a comment could not say, too. */
#include <limits.h>
#ifdef WANTED
int wanted;
#endif
