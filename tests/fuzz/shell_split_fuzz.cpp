// Any text at all may come from a model as a command: splitting it must end, and keep its promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/policy/command_text.hpp"
#include "core/policy/command_wrapper.hpp"
#include "core/policy/shell_split.hpp"

namespace {

void check(const sandport::CommandTree& tree) {
  const sandport::CommandText text = sandport::command_text(tree.command);
  if (tree.command.words.empty() && tree.command.writes.empty() != text.plain.empty()) {
    std::abort();
  }
  for (const sandport::CommandTree& inner : tree.inner) {
    check(inner);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const sandport::ShellSplit split = sandport::split_shell(text);
  if (split.commands.empty() && !split.doubt) {
    std::abort();  // nothing to check, and no reason to ask: it would be allowed unseen
  }
  for (const sandport::CommandTree& tree : sandport::look_through(split).commands) {
    check(tree);
  }
  (void)sandport::normal_command_pattern(text);
  return 0;
}
