// Brings the files of the COPY steps to the service, unless it has them already.
#pragma once

#include <sandport/host.hpp>
#include <string>
#include <vector>

#include "api.hpp"
#include "build_log.hpp"
#include "context_files.hpp"

namespace e2b_template {

// What the service says about one step's files.
struct UploadLink {
  bool present = false;
  std::string url;          // empty: none is offered
  sandport::Pairs headers;  // to be sent with the upload
};

[[nodiscard]] sandport::Task<UploadLink> upload_link(const Api& api, std::string template_id,
                                                     std::string files_hash);

// Each distinct archive once, a few at a time. Throws Error that names the step and the source.
[[nodiscard]] sandport::Task<void> upload_files(sandport::Host host, const Api& api,
                                                const Options& options, const Template& made,
                                                const std::vector<StepFiles>& files,
                                                std::string template_id, BuildLog& log);

}  // namespace e2b_template
