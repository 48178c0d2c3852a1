/* Extension: finding files and text. A sandbox that the host lends to a tool always has it: what a
 * backend lacks, the host builds from list and exec. */
#ifndef SANDPORT_ABI_SANDBOX_SEARCH_H
#define SANDPORT_ABI_SANDBOX_SEARCH_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_SANDBOX_SEARCH "sp.sandbox.search/1"

typedef struct sp_glob {
  uint32_t struct_size;
  uint32_t flags; /* SP_GLOB_* */
  sp_str root;    /* absolute directory */
  sp_str pattern; /* relative; *, ?, [a-z], and ** for any number of directories. Dot files match */
  uint64_t limit; /* most paths to bring; 0: all */
} sp_glob;

enum {
  SP_GLOB_IGNORE_CASE = 1u << 0,
  SP_GLOB_FILES_ONLY = 1u << 1,
  SP_GLOB_NO_DOT_FILES = 1u << 2
};

typedef struct sp_grep {
  uint32_t struct_size;
  uint32_t flags;  /* SP_GREP_* */
  sp_str root;     /* absolute file or directory */
  sp_str pattern;  /* regular expression, or text with SP_GREP_FIXED */
  sp_str glob;     /* only files whose path matches; empty: all */
  uint32_t before; /* context lines */
  uint32_t after;
  uint64_t limit; /* most matching lines to bring; 0: all */
} sp_grep;

enum {
  SP_GREP_IGNORE_CASE = 1u << 0,
  SP_GREP_FIXED = 1u << 1,
  SP_GREP_MULTILINE = 1u << 2, /* SP_UNIMPLEMENTED where the sandbox has no tool that can */
  SP_GREP_FILES = 1u << 3,     /* only the names of matching files: line is empty, number 0 */
  SP_GREP_COUNT = 1u << 4      /* only counts: number is the count, line is empty */
};

typedef struct sp_match {
  uint32_t struct_size;
  uint32_t context; /* 1 when this is a context line, 0 when it matched */
  uint64_t number;  /* line, from 1 */
  sp_str path;      /* absolute */
  sp_str line;      /* bytes, without its end */
} sp_match;

typedef struct sp_sandbox_search {
  uint32_t struct_size;

  /* [submit] Events: PATH, absolute, sorted. */
  sp_code (*glob)(sp_sandbox* sandbox, const sp_glob* request, sp_sink* sink, sp_op** out_op,
                  sp_error* error);

  /* [submit] Events: MATCH, file by file, lines in order. Binary files are skipped. */
  sp_code (*grep)(sp_sandbox* sandbox, const sp_grep* request, sp_sink* sink, sp_op** out_op,
                  sp_error* error);
} sp_sandbox_search;

SP_END

#endif
