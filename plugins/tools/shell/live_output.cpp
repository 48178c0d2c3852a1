#include "live_output.hpp"

#include <sandport/utf8.hpp>

#include <chrono>

#include "render.hpp"

namespace shell {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 250ms;
constexpr std::size_t kMostAtOnce = 2048;

}  // namespace

void LiveOutput::add(std::string_view bytes) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = !told_;
    told_ = true;
    if (bytes.size() > kMostAtOnce) {
      left_out_ = true;
      bytes.remove_prefix(bytes.size() - kMostAtOnce);
    }
    pending_ += bytes;
    if (pending_.size() > kMostAtOnce) {
      left_out_ = true;
      pending_.erase(0, pending_.size() - kMostAtOnce);
    }
  }
  if (first) news_.push(true);
}

void LiveOutput::end() {
  ended_.close();
  news_.close();
}

std::string LiveOutput::take() {
  const std::lock_guard lock(mutex_);
  told_ = false;
  std::string_view shown = pending_;
  if (left_out_) shown.remove_prefix(sandport::utf8_boundary(shown, 0));
  const std::string_view whole = shown.substr(0, sandport::utf8_whole(shown));
  if (whole.empty()) return {};
  std::string text = (left_out_ ? "[…] " : "") + render_text(whole);
  pending_ = shown.substr(whole.size());
  left_out_ = false;
  return text;
}

sandport::Task<void> LiveOutput::show() {
  while (true) {
    const auto news = co_await news_.next();
    if (!news) co_return;
    std::string text = take();
    if (!text.empty()) co_await call_.progress(std::move(text));
    try {
      static_cast<void>(co_await sandport::with_timeout(call_.host(), kInterval, ended_.next()));
    } catch (const sandport::Error& error) {
      if (error.code() != SP_DEADLINE_EXCEEDED || error.reason() != "TIMEOUT") throw;
    }
  }
}

}  // namespace shell
