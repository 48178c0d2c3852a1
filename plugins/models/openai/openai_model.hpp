// The model behind a chat-completions server.
#pragma once

#include <sandport/host.hpp>
#include <sandport/model.hpp>

#include <string>

#include "options.hpp"
#include "wire_cache.hpp"

namespace openai {

class OpenAiModel : public sandport::Model {
 public:
  OpenAiModel(sandport::Host host, Options options);

  [[nodiscard]] sandport::Task<std::string> chat(sandport::ChatRequest request,
                                                 sandport::ChatSink& sink) override;
  [[nodiscard]] sandport::Task<std::string> models() override;

 private:
  [[nodiscard]] sandport::HttpRequest make_request(const char* method, const char* path) const;
  [[nodiscard]] sandport::Task<std::string> send(sandport::HttpRequest request,
                                                 sandport::ChatSink& sink) const;
  [[nodiscard]] sandport::Task<void> check_status(sandport::HttpResponse& response) const;

  sandport::Host host_;
  Options options_;
  WireCache cache_;
};

}  // namespace openai
