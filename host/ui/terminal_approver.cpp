#include "host/ui/terminal_approver.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iostream>

#include "host/engine/engine.hpp"
#include "host/ui/summary.hpp"

namespace sandport {

struct TerminalApprover::State {
  State(Engine& engine, int descriptor)
      : strand(engine.make_strand()), terminal(strand, descriptor) {}

  Task<PermissionAnswer> ask(PermissionRequest request) {
    const Terminal view = Terminal::standard_error();
    // What was typed before the question is no answer to it.
    tcflush(terminal.native_handle(), TCIFLUSH);
    for (;;) {
      show(view, request);
      std::string line;
      co_await boost::asio::async_read_until(terminal, boost::asio::dynamic_buffer(line, 64 * 1024),
                                             '\n', boost::asio::use_awaitable);
      line.resize(line.find('\n'));
      while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
      if (line == "y" || line == "yes") co_return PermissionAnswer{Approval::kOnce};
      if (line == "s" && !request.session_rules.empty()) {
        co_return PermissionAnswer{Approval::kSession};
      }
      if (line == "n" || line == "no") co_return PermissionAnswer{Approval::kDeny};
      if (line.size() > 1) co_return PermissionAnswer{Approval::kDeny, {}, line};
    }
  }

  static void show(const Terminal& view, const PermissionRequest& request) {
    std::cerr << view.styled(Style::kYellow, fmt::format("? {} ", request.tool))
              << summarize_arguments(request.arguments, 2000) << '\n';
    const std::string why =
        !request.rule.empty() ? fmt::format("asked by the rule {}", request.rule) : request.reason;
    if (!why.empty()) std::cerr << view.styled(Style::kDim, "  " + printable(why)) << '\n';
    std::cerr << "  [y] allow once";
    if (!request.session_rules.empty()) {
      std::cerr << "  [s] allow for this session: "
                << printable(fmt::format("{}", fmt::join(request.session_rules, ", ")));
    }
    std::cerr << "  [n] deny  or say why not: " << std::flush;
  }

  Strand strand;
  boost::asio::posix::stream_descriptor terminal;
};

std::unique_ptr<TerminalApprover> TerminalApprover::open(Engine& engine) {
  if (!Terminal::standard_error().interactive()) return nullptr;
  const int descriptor = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return nullptr;
  return std::unique_ptr<TerminalApprover>(
      new TerminalApprover(std::make_unique<State>(engine, descriptor)));
}

TerminalApprover::TerminalApprover(std::unique_ptr<State> state) : state_(std::move(state)) {}
TerminalApprover::~TerminalApprover() = default;

Task<PermissionAnswer> TerminalApprover::ask(PermissionRequest request) {
  co_return co_await boost::asio::co_spawn(state_->strand, state_->ask(std::move(request)),
                                           boost::asio::use_awaitable);
}

}  // namespace sandport
