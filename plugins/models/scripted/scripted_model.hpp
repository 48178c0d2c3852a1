// The model that follows a script.
#pragma once

#include <sandport/model.hpp>

#include <string>

#include "history.hpp"
#include "script.hpp"

namespace scripted {

// One instance serves any number of sessions: where each is follows from its messages.
class ScriptedModel : public sandport::Model {
 public:
  ScriptedModel(sandport::Host host, Script script) : host_(host), script_(std::move(script)) {}

  [[nodiscard]] sandport::Task<std::string> chat(sandport::ChatRequest request,
                                                 sandport::ChatSink& sink) override;
  [[nodiscard]] sandport::Task<std::string> models() override;

 private:
  struct Step;

  [[nodiscard]] Step next_step(const sandport::ChatRequest& request);
  [[nodiscard]] sandport::Task<std::string> reply(Step step, sandport::ChatSink& sink) const;

  sandport::Host host_;
  Script script_;
  Positions positions_;
};

}  // namespace scripted
