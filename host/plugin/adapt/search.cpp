#include "host/plugin/adapt/search.hpp"

#include <utility>

#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {

sp_glob to_abi(const GlobRequest& request) {
  sp_glob abi{};
  abi.struct_size = sizeof abi;
  if (request.letter_case == LetterCase::kIgnore) abi.flags |= SP_GLOB_IGNORE_CASE;
  if (request.types == GlobTypes::kFiles) abi.flags |= SP_GLOB_FILES_ONLY;
  if (request.dot_files == DotFiles::kSkip) abi.flags |= SP_GLOB_NO_DOT_FILES;
  abi.root = to_abi(std::string_view{request.root});
  abi.pattern = to_abi(std::string_view{request.pattern});
  abi.limit = request.limit;
  return abi;
}

GlobRequest from_abi(const sp_glob& abi) {
  GlobRequest request;
  request.root = copy(abi.root);
  request.pattern = copy(abi.pattern);
  if ((abi.flags & SP_GLOB_IGNORE_CASE) != 0) request.letter_case = LetterCase::kIgnore;
  if ((abi.flags & SP_GLOB_FILES_ONLY) != 0) request.types = GlobTypes::kFiles;
  if ((abi.flags & SP_GLOB_NO_DOT_FILES) != 0) request.dot_files = DotFiles::kSkip;
  request.limit = abi.limit;
  return request;
}

sp_grep to_abi(const GrepRequest& request) {
  sp_grep abi{};
  abi.struct_size = sizeof abi;
  if (request.letter_case == LetterCase::kIgnore) abi.flags |= SP_GREP_IGNORE_CASE;
  if (request.syntax == GrepSyntax::kFixed) abi.flags |= SP_GREP_FIXED;
  if (request.span == GrepSpan::kMultiline) abi.flags |= SP_GREP_MULTILINE;
  if (request.output == GrepOutput::kFiles) abi.flags |= SP_GREP_FILES;
  if (request.output == GrepOutput::kCounts) abi.flags |= SP_GREP_COUNT;
  abi.root = to_abi(std::string_view{request.root});
  abi.pattern = to_abi(std::string_view{request.pattern});
  abi.glob = to_abi(std::string_view{request.glob});
  abi.before = request.before;
  abi.after = request.after;
  abi.limit = request.limit;
  return abi;
}

GrepRequest from_abi(const sp_grep& abi) {
  GrepRequest request;
  request.root = copy(abi.root);
  request.pattern = copy(abi.pattern);
  request.glob = copy(abi.glob);
  if ((abi.flags & SP_GREP_IGNORE_CASE) != 0) request.letter_case = LetterCase::kIgnore;
  if ((abi.flags & SP_GREP_FIXED) != 0) request.syntax = GrepSyntax::kFixed;
  if ((abi.flags & SP_GREP_MULTILINE) != 0) request.span = GrepSpan::kMultiline;
  if ((abi.flags & SP_GREP_FILES) != 0) request.output = GrepOutput::kFiles;
  if ((abi.flags & SP_GREP_COUNT) != 0) request.output = GrepOutput::kCounts;
  request.before = abi.before;
  request.after = abi.after;
  request.limit = abi.limit;
  return request;
}

Task<std::vector<std::string>> search_glob(std::shared_ptr<SandboxObject> object,
                                           const sp_sandbox_search* table, GlobRequest request) {
  OperationOptions options;
  options.name = "glob";
  sp_sandbox* const sandbox = object->abi();
  const auto operation =
      co_await start(std::move(object), std::move(options),
                     [&request, table, sandbox](sp_sink* sink, sp_op** op, sp_error* error) {
                       const sp_glob abi = to_abi(request);
                       return table->glob(sandbox, &abi, sink, op, error);
                     });
  std::vector<std::string> paths;
  while (auto event = co_await operation->next(OnCancel::kCancel)) {
    if (event->channel == SP_CHANNEL_PATH) paths.push_back(std::move(event->bytes()));
  }
  co_return paths;
}

Task<std::vector<GrepMatch>> search_grep(std::shared_ptr<SandboxObject> object,
                                         const sp_sandbox_search* table, GrepRequest request) {
  OperationOptions options;
  options.name = "grep";
  sp_sandbox* const sandbox = object->abi();
  const auto operation =
      co_await start(std::move(object), std::move(options),
                     [&request, table, sandbox](sp_sink* sink, sp_op** op, sp_error* error) {
                       const sp_grep abi = to_abi(request);
                       return table->grep(sandbox, &abi, sink, op, error);
                     });
  std::vector<GrepMatch> matches;
  while (auto event = co_await operation->next(OnCancel::kCancel)) {
    if (auto* match = std::get_if<GrepMatch>(&event->value)) matches.push_back(std::move(*match));
  }
  co_return matches;
}

}  // namespace sandport::adapt
