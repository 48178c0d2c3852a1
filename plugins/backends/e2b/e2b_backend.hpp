// The E2B backend: makes, finds and ends sandboxes in the cloud.
#pragma once

#include <memory>
#include <sandport/backend.hpp>
#include <sandport/host.hpp>
#include <string>
#include <string_view>

#include "api/control_api.hpp"
#include "options.hpp"

namespace sandport_e2b {

class E2bBackend final : public sandport::Backend {
 public:
  E2bBackend(sandport::Host host, Options options);

  [[nodiscard]] std::string capabilities() const override;
  void validate(std::string_view spec) override;
  sandport::Task<sandport::CreatedSandbox> create(std::string spec) override;
  sandport::Task<sandport::CreatedSandbox> connect(std::string id, std::string spec) override;
  sandport::Task<std::string> list(std::string filter) override;
  sandport::Task<void> dispose(std::string id) override;

 private:
  struct Spec;
  [[nodiscard]] static Spec parse_spec(std::string_view text);
  // Of a sandbox that is paused or too short-lived: → what connect answers.
  [[nodiscard]] sandport::Task<std::string> wake(std::string id, std::string details);

  sandport::Host host_;
  const Options options_;
  ControlApi api_;
};

[[nodiscard]] std::unique_ptr<sandport::Backend> make_backend(sandport::Host host,
                                                              std::string_view config);

}  // namespace sandport_e2b
