/* Files in a sandbox. Errors carry the errno's name as status reason: ENOENT (SP_NOT_FOUND), EEXIST
 * (SP_ALREADY_EXISTS), EACCES and EPERM (SP_PERMISSION_DENIED), EISDIR, ENOTDIR, ENOTEMPTY
 * (SP_FAILED_PRECONDITION), ENOSPC (SP_RESOURCE_EXHAUSTED). */
#ifndef SANDPORT_ABI_FS_H
#define SANDPORT_ABI_FS_H

#include "operation.h"
#include "sandbox.h"

SP_BEGIN

#define SP_FS "sp.sandbox.fs/1"

/* sp_entry.type */
enum { SP_FILE_REGULAR = 1, SP_FILE_DIRECTORY = 2, SP_FILE_SYMLINK = 3, SP_FILE_OTHER = 4 };

typedef struct sp_entry {
  uint32_t struct_size;
  uint32_t type;
  uint32_t mode; /* permission bits, 07777 */
  uint32_t links;
  uint64_t size;
  int64_t modified_ns; /* since the Unix epoch */
  uint64_t inode;      /* 0 when unknown */
  uint32_t uid;        /* UINT32_MAX when unknown */
  uint32_t gid;
  sp_str name;           /* last component, bytes */
  sp_str path;           /* absolute, bytes */
  sp_str symlink_target; /* for symlinks, where known */
} sp_entry;

/* stat flags */
enum { SP_STAT_NO_FOLLOW = 1u << 0 };

/* write flags; without APPEND the content is replaced, at once for every reader (a failed write
 * leaves the old content). */
enum {
  SP_WRITE_APPEND = 1u << 0,
  SP_WRITE_EXCLUSIVE = 1u << 1, /* SP_ALREADY_EXISTS when it exists */
  SP_WRITE_PARENTS = 1u << 2    /* make missing parent directories */
};

enum { SP_MKDIR_PARENTS = 1u << 0 /* also accepts an existing directory */ };
enum { SP_REMOVE_RECURSIVE = 1u << 0 };

#define SP_READ_ALL UINT64_MAX

typedef struct sp_fs {
  uint32_t struct_size;

  /* [submit] → result: sp_entry. */
  sp_code (*stat)(sp_sandbox* sandbox, sp_str path, uint32_t flags, sp_sink* sink, sp_op** out_op,
                  sp_error* error);

  /* [submit] Events: DATA, in order. Reading from at or past the end brings none. */
  sp_code (*read)(sp_sandbox* sandbox, sp_str path, uint64_t offset, uint64_t limit, sp_sink* sink,
                  sp_op** out_op, sp_error* error);

  /* [submit] mode 0: 0666 less the umask, or the existing file's. size is the content's, UINT64_MAX
   * when unknown. → result: sp_entry. */
  sp_code (*write)(sp_sandbox* sandbox, sp_str path, uint32_t flags, uint32_t mode,
                   sp_reader* content, uint64_t size, sp_sink* sink, sp_op** out_op,
                   sp_error* error);

  /* [submit] Children, to depth levels (1: direct ones). Symlinks are listed, not followed.
   * Unordered. Events: ENTRY. */
  sp_code (*list)(sp_sandbox* sandbox, sp_str path, uint32_t depth, sp_sink* sink, sp_op** out_op,
                  sp_error* error);

  /* [submit] mode 0: 0777 less the umask. */
  sp_code (*mkdir)(sp_sandbox* sandbox, sp_str path, uint32_t flags, uint32_t mode, sp_sink* sink,
                   sp_op** out_op, sp_error* error);

  /* [submit] Never follows a symlink at the end of path. */
  sp_code (*remove)(sp_sandbox* sandbox, sp_str path, uint32_t flags, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [submit] rename(2): replaces an existing file. */
  sp_code (*rename)(sp_sandbox* sandbox, sp_str from, sp_str to, sp_sink* sink, sp_op** out_op,
                    sp_error* error);

  /* [submit] Optional. Permission bits. */
  sp_code (*set_mode)(sp_sandbox* sandbox, sp_str path, uint32_t mode, sp_sink* sink,
                      sp_op** out_op, sp_error* error);
} sp_fs;

SP_END

#endif
