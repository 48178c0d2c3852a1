// Makes and finds sandboxes on this machine.
#pragma once

#include <memory>
#include <sandport/backend.hpp>
#include <sandport/host.hpp>
#include <string>
#include <string_view>

#include "local_sandbox.hpp"
#include "process/io_thread.hpp"

namespace sandport_local {

class LocalBackend final : public sandport::Backend {
 public:
  LocalBackend(sandport::Host host, std::string_view config);

  [[nodiscard]] std::string capabilities() const override;
  void validate(std::string_view spec) override;
  sandport::Task<sandport::CreatedSandbox> create(std::string spec) override;
  sandport::Task<sandport::CreatedSandbox> connect(std::string id, std::string spec) override;
  sandport::Task<std::string> list(std::string filter) override;
  sandport::Task<void> dispose(std::string id) override;

 private:
  struct Spec {
    std::string work_dir;
    Environment env;
    std::map<std::string, std::string> labels;
  };
  [[nodiscard]] static Spec parse_spec(std::string_view text);
  [[nodiscard]] Metadata prepare(const Spec& spec) const;
  void choose_work_dir(Metadata* metadata, const Spec& spec) const;
  [[nodiscard]] sandport::CreatedSandbox open(Metadata metadata, const Spec& spec) const;

  IoThread thread_;
  BackendShared shared_;
};

[[nodiscard]] std::unique_ptr<sandport::Backend> make_backend(sandport::Host host,
                                                              std::string_view config);

}  // namespace sandport_local
