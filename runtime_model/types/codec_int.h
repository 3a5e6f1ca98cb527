/* What the files about encodings share. */
#ifndef RM_CODEC_INT_H
#define RM_CODEC_INT_H

#include "unicode_int.h"

typedef enum { STRICT, IGNORE, REPLACE, BACKSLASH, ESCAPE, UNKNOWN } on_error;
enum { RM_CODEC_NAME = 24 };

on_error rm_error_named(const char *name);
void rm_plain_name(char *plain, const char *name); /* lower case, without separators */
bool rm_is_narrow_codec(const char *name);          /* UTF-8, ASCII, Latin-1 */
bool rm_is_utf16(const char *name, int *byteorder); /* as PyUnicode_DecodeUTF16 takes it */

#endif
