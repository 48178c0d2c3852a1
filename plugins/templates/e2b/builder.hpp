// The template builder: plans, builds and manages templates of the service.
#pragma once

#include <sandport/host.hpp>
#include <sandport/template_builder.hpp>
#include <string>

#include "options.hpp"
#include "service/api.hpp"
#include "service/build_record.hpp"
#include "source.hpp"

namespace e2b_template {

struct Prepared;

class Builder : public sandport::TemplateBuilder {
 public:
  // `state_dir` may be empty: then nothing is remembered between runs.
  Builder(sandport::Host host, Options options, std::string state_dir);

  sandport::Task<std::string> plan(std::string source) override;
  sandport::Task<std::string> build(std::string source, sandport::BuildSink& sink) override;
  sandport::Task<std::string> follow(std::string build, sandport::BuildSink& sink) override;
  sandport::Task<std::string> status(std::string build) override;
  sandport::Task<std::string> list() override;
  sandport::Task<std::string> exists(std::string name) override;
  sandport::Task<std::string> tag(std::string request) override;
  sandport::Task<void> remove(std::string name) override;

 private:
  [[nodiscard]] sandport::Task<Prepared> prepare(std::string source);
  // The build of the same content, when the service still has it under this name.
  [[nodiscard]] sandport::Task<std::optional<BuildIds>> find_built(const Prepared& prepared);
  [[nodiscard]] sandport::Task<BuildIds> create(const Prepared& prepared);
  [[nodiscard]] sandport::Task<void> start(const Prepared& prepared, BuildIds ids);
  [[nodiscard]] sandport::Task<std::string> find_id(std::string name);

  sandport::Host host_;
  Options options_;
  Api api_;
  BuildRecords records_;
};

}  // namespace e2b_template
