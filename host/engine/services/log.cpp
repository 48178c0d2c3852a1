#include <fmt/format.h>

#include "host/engine/services/tables.hpp"

namespace sandport::services {
namespace {

bool enabled(const sp_log* self, std::uint32_t level) {
  const auto& log = *static_cast<const Log*>(self);
  return log.context.log && level >= log.context.log_level;
}

void write(const sp_log* self, std::uint32_t level, sp_str line) noexcept {
  if (!enabled(self, level)) return;
  const auto& log = *static_cast<const Log*>(self);
  try {
    log.context.log(level, log.context.redact(fmt::format(
                               "{}: {}", log.plugin,
                               std::string_view(line.size == 0 ? "" : line.data, line.size))));
  } catch (...) {
    // A log line that cannot be written is not worth a crash, and there is nowhere to say so.
  }
}

}  // namespace

Log::Log(const ServiceContext& shared, std::string name)
    : sp_log{sizeof(sp_log), &services::enabled, &services::write},
      context(shared),
      plugin(std::move(name)) {}

}  // namespace sandport::services
