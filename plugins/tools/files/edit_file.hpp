// Edits of one file: all of them or none.
#pragma once

#include <sandport/toolset.hpp>

#include <string>
#include <vector>

#include "edit.hpp"
#include "toolbox.hpp"

namespace files {

struct FileEdits {
  std::string given;  // path as the model wrote it
  std::vector<Edit> edits;
};

struct FileOutcome {
  std::string error;                  // empty: the file is written
  std::vector<EditOutcome> outcomes;  // in order; the last one may be the one that failed
};

// Applies the edits one after the other to the file's bytes and replaces it at once; mode and line
// ends stay. A failure that is not the model's to mend is thrown.
[[nodiscard]] sandport::Task<FileOutcome> edit_file(sandport::Call& call, Toolbox& tools,
                                                    FileEdits edits);

}  // namespace files
