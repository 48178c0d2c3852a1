// Chunks of a chat completion from a hostile server: one per line. No crash, and valid UTF-8 out.
#include <sandport/error.hpp>
#include <sandport/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "plugins/models/openai/reply_builder.hpp"
#include "plugins/models/openai/utf8_joiner.hpp"

namespace {

struct Checker : openai::ReplyListener {
  void on_text(std::string_view fragment) override { check(fragment); }
  void on_reasoning(std::string_view fragment) override { check(fragment); }
  void on_tool_call(const nlohmann::json& delta) override { static_cast<void>(delta.dump()); }
  void on_usage(const nlohmann::json& usage) override { static_cast<void>(usage.dump()); }

  static void check(std::string_view fragment) {
    if (!sandport::is_utf8(fragment)) std::abort();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Checker checker;
  openai::ReplyBuilder builder(checker);
  try {
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const auto chunk = nlohmann::json::parse(openai::escape_broken_utf8(rest.substr(0, end)),
                                               nullptr, /*allow_exceptions=*/false);
      if (!chunk.is_discarded()) builder.add(chunk);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    builder.mark_done();
    static_cast<void>(builder.finish());
    static_cast<void>(builder.result().dump());
  } catch (const sandport::Error&) {  // the server reported an error
  }
  return 0;
}
