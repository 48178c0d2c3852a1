// The `files` toolset: reading, writing, editing and searching files of the sandbox.
#include <sandport/plugin.hpp>

#include "schemas.hpp"
#include "tool_failure.hpp"
#include "tools.hpp"

namespace {

using sandport::Call;
using sandport::ToolAnnotations;

constexpr ToolAnnotations kReads{
    .read_only = true, .destructive = {}, .idempotent = true, .open_world = false};
constexpr ToolAnnotations kWrites{
    .read_only = false, .destructive = true, .idempotent = false, .open_world = false};

class FilesToolset : public sandport::Toolset {
 public:
  explicit FilesToolset(files::Options options) : tools_{options, {}} {
    add_tool("fs_read", "Read a file",
             "Read a text file, with line numbers. Of a long file give offset and limit; a "
             "negative offset reads the end. The result says what was left out and how to go on. "
             "Binary files, and files that hold secrets, are refused.",
             files::kReadSchema, kReads, files::fs_read);
    add_tool("fs_write", "Write a file",
             "Create a file, with its missing directories, or replace or extend one. A file that "
             "exists is replaced only after fs_read has shown it and if it has not changed since. "
             "To change a part of a file use fs_edit.",
             files::kWriteSchema, kWrites, files::fs_write);
    add_tool("fs_edit", "Edit a file",
             "Replace exact text in a file. old_string must occur exactly once, unless replace_all "
             "is set; give enough lines around it. All other bytes, line ends and the mode of the "
             "file stay. Refused when the file changed since it was read.",
             files::kEditSchema, kWrites, files::fs_edit);
    add_tool("fs_multi_edit", "Edit several places",
             "Several edits as fs_edit makes them, in one or more files. Edits of one file follow "
             "each other and are written together or not at all. The result tells what became of "
             "each.",
             files::kMultiEditSchema, kWrites, files::fs_multi_edit);
    add_tool("fs_list", "List a directory",
             "List a directory: names, types and sizes, to the given depth.", files::kListSchema,
             kReads, files::fs_list);
    add_tool("fs_glob", "Find files by name",
             "Find files whose path matches a pattern, sorted, as absolute paths. ** stands for "
             "any number of directories.",
             files::kGlobSchema, kReads, files::fs_glob);
    add_tool("fs_grep", "Search in files",
             "Search file contents for a regular expression, with rg or grep of the sandbox. Shows "
             "matching lines, only file names, or counts; context, globs and paging as options.",
             files::kGrepSchema, kReads, files::fs_grep);
  }

 private:
  void add_tool(const char* name, const char* title, const char* description, const char* schema,
                const ToolAnnotations& annotations, files::Handler handler) {
    add({name, title, description, schema, annotations,
         [this, handler](Call& call) { return files::answer(handler, call, tools_); }});
  }

  files::Toolbox tools_;
};

std::unique_ptr<sandport::Toolset> make(sandport::Host /*host*/, std::string_view config) {
  return std::make_unique<FilesToolset>(files::parse_options(config));
}

constexpr const char* kSchema = R"json({
  "type": "object",
  "properties": {
    "max_lines": {"type": "integer", "minimum": 1, "default": 1000, "description": "Lines of one fs_read"},
    "max_line_length": {"type": "integer", "minimum": 10, "default": 2000, "description": "Characters shown of one line"},
    "max_bytes": {"type": "string", "format": "size", "default": "100KiB", "description": "Output of one fs_read or fs_grep"},
    "max_edit_size": {"type": "string", "format": "size", "default": "16MiB", "description": "Largest file that fs_edit changes"},
    "list_limit": {"type": "integer", "minimum": 1, "default": 500, "description": "Entries of one fs_list"},
    "glob_limit": {"type": "integer", "minimum": 1, "default": 200, "description": "Paths of one fs_glob, unless the call says otherwise"},
    "grep_limit": {"type": "integer", "minimum": 1, "default": 200, "description": "Matches of one fs_grep, unless the call says otherwise"},
    "allow_sensitive": {"type": "boolean", "default": false, "description": "Show and change files that hold secrets by their name"},
    "allow_overwrite_unread": {"type": "boolean", "default": false, "description": "Let fs_write replace files that were not read"},
    "allow_overwrite_changed": {"type": "boolean", "default": false, "description": "Write files that changed since they were read"}
  },
  "additionalProperties": false
})json";

}  // namespace

SANDPORT_PLUGIN("io.sandport.files", "0.1.0", "Apache-2.0", "Files of the sandbox",
                sandport::toolset_kind<make>(
                    "files",
                    "Files: fs_read, fs_write, fs_edit, fs_multi_edit, fs_list, fs_glob, fs_grep",
                    kSchema))
