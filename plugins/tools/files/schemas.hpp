// Input schemas of the tools, as the model reads them.
#pragma once

namespace files {

extern const char* const kReadSchema;
extern const char* const kWriteSchema;
extern const char* const kEditSchema;
extern const char* const kMultiEditSchema;
extern const char* const kListSchema;
extern const char* const kGlobSchema;
extern const char* const kGrepSchema;

}  // namespace files
