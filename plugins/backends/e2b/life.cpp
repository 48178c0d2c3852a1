#include "life.hpp"

#include <time.h>

#include <array>
#include <charconv>

namespace sandport_e2b {
namespace {

// Ends the turn of whoever extends.
class Turn {
 public:
  explicit Turn(std::atomic<bool>& busy) : busy_(busy) {}
  ~Turn() { busy_.store(false); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::atomic<bool>& busy_;
};

bool take_number(std::string_view& text, std::size_t digits, char separator, int* value) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, *value);
  if (error != std::errc() || end != text.data() + digits) return false;
  text.remove_prefix(digits);
  if (separator == '\0') return true;
  if (!text.starts_with(separator)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

void Life::set_end(std::optional<TimePoint> end) {
  const std::lock_guard lock(mutex_);
  end_ = end;
}

std::optional<TimePoint> Life::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

std::chrono::milliseconds Life::interval() const { return envd_.options().life() / 3; }

sandport::Task<void> Life::extend() {
  const Options& options = envd_.options();
  const auto known = end();
  if (!options.auto_extend || options.debug || !known || refused_.load()) co_return;
  const auto now = envd_.host().now();
  if (*known - now > options.life() / 2) co_return;
  if (busy_.exchange(true)) co_return;
  const Turn turn(busy_);
  try {
    co_await envd_.api().set_timeout(envd_.address().id, options.life());
    set_end(now + options.life());
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const sandport::Error& error) {
    // A plan's limit stays one; everything else may be better next time.
    if (error.code() == SP_INVALID_ARGUMENT) refused_.store(true);
    envd_.host().log().warn(error.what());
  }
}

sandport::Task<void> Life::set(std::chrono::milliseconds remaining) {
  const auto seconds = whole_seconds(remaining);
  const auto now = envd_.host().now();
  if (!envd_.options().debug) co_await envd_.api().set_timeout(envd_.address().id, seconds);
  set_end(now + seconds);
}

std::optional<TimePoint> parse_time(std::string_view text) {
  std::tm parts{};
  if (!take_number(text, 4, '-', &parts.tm_year) || !take_number(text, 2, '-', &parts.tm_mon) ||
      text.size() < 3 || !take_number(text, 2, '\0', &parts.tm_mday)) {
    return std::nullopt;
  }
  text.remove_prefix(1);  // T, t or a space
  if (!take_number(text, 2, ':', &parts.tm_hour) || !take_number(text, 2, ':', &parts.tm_min) ||
      !take_number(text, 2, '\0', &parts.tm_sec)) {
    return std::nullopt;
  }
  std::int64_t nanoseconds = 0;
  if (text.starts_with('.')) {
    std::int64_t scale = 100000000;
    text.remove_prefix(1);
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
      nanoseconds += (text[0] - '0') * scale;
      scale /= 10;
    }
  }
  std::int64_t offset = 0;
  if (text.size() == 6 && (text[0] == '+' || text[0] == '-')) {
    const int sign = text[0] == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    text.remove_prefix(1);
    if (!take_number(text, 2, ':', &hours) || !take_number(text, 2, '\0', &minutes)) {
      return std::nullopt;
    }
    offset = std::int64_t{sign} * (hours * 3600 + minutes * 60);
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  const auto seconds = static_cast<std::int64_t>(timegm(&parts)) - offset;
  return TimePoint(std::chrono::duration_cast<TimePoint::duration>(
      std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds)));
}

std::string format_time(TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

}  // namespace sandport_e2b
