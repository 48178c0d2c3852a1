#include "host/ui/text_view.hpp"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "host/ui/summary.hpp"

namespace sandport {
namespace {

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

TextView::TextView(Detail detail) : detail_(detail) {}

void TextView::on_event(const AgentEvent& event) {
  std::visit(Overloaded{
                 [this](const TextDelta& delta) {
                   if (detail_ != Detail::kQuiet) text(delta.text);
                 },
                 [this](const ReasoningDelta& delta) {
                   if (detail_ == Detail::kVerbose) reasoning(delta.text);
                 },
                 [this](const ToolCallRequested& call) { show(call); },
                 [this](const ToolCallProgress& progress) {
                   if (detail_ == Detail::kVerbose) {
                     note(err_.styled(Style::kDim, "  " + printable(progress.text)));
                   }
                 },
                 [this](const ToolCallFinished& call) { show(call); },
                 [this](const RetryScheduled& retry) {
                   note(err_.styled(Style::kYellow,
                                    fmt::format("  retrying in {:.1f} s (attempt {} failed: {})",
                                                static_cast<double>(retry.wait.count()) / 1000.0,
                                                retry.attempt, printable(retry.reason))));
                 },
                 [this](const TurnFinished& turn) { show(turn); },
                 [](const auto&) {},
             },
             event);
}

void TextView::text(std::string_view fragment) {
  if (open_ == Open::kReasoning) break_line();
  open_ = Open::kText;
  std::cout << (out_.interactive() ? printable(fragment) : std::string(fragment));
  if (out_.interactive()) std::cout.flush();
}

void TextView::reasoning(std::string_view fragment) {
  if (open_ == Open::kText) break_line();
  open_ = Open::kReasoning;
  std::cerr << err_.styled(Style::kDim, printable(fragment));
}

void TextView::break_line() {
  if (open_ == Open::kText) std::cout << std::endl;
  if (open_ == Open::kReasoning) std::cerr << std::endl;
  open_ = Open::kNothing;
}

void TextView::note(const std::string& line) {
  if (detail_ == Detail::kQuiet) return;
  break_line();
  std::cerr << line << std::endl;
}

void TextView::show(const ToolCallRequested& call) {
  const auto width = static_cast<std::size_t>(err_.interactive() ? err_.columns() : 160);
  note(fmt::format(
      "{} {}", err_.styled(Style::kCyan, fmt::format("* {}", call.name)),
      err_.styled(Style::kDim, summarize_arguments(call.arguments, width - call.name.size() - 4))));
}

void TextView::show(const ToolCallFinished& call) {
  const auto seconds = static_cast<double>(call.duration.count()) / 1000.0;
  const std::string shown = first_text(call.content);
  if (detail_ == Detail::kVerbose) {
    note(err_.styled(Style::kDim, printable(shown)));
    return;
  }
  if (call.end == CallEnd::kSucceeded) return;
  const std::string_view what = call.end == CallEnd::kFailed ? "failed" : "interrupted";
  note(err_.styled(Style::kRed, fmt::format("  {} {} after {:.1f} s: {}", call.name, what, seconds,
                                            printable(first_line(shown, 200)))));
}

void TextView::show(const TurnFinished& turn) {
  break_line();
  if (detail_ == Detail::kQuiet && !turn.text.empty()) {
    std::cout << turn.text << (turn.text.back() == '\n' ? "" : "\n");
  }
  std::cout.flush();
  if (turn.end == TurnEnd::kFinished) {
    note(err_.styled(Style::kDim,
                     fmt::format("  {} steps, {} input and {} output tokens", turn.steps,
                                 turn.usage.input_tokens, turn.usage.output_tokens)));
    return;
  }
  const std::string why = turn.end == TurnEnd::kInterrupted
                              ? "interrupted; --session goes on with it"
                              : fmt::format("{}: {}", turn_end_name(turn.end), turn.message);
  std::cerr << err_.styled(Style::kRed, "sandport: " + printable(why)) << std::endl;
}

}  // namespace sandport
