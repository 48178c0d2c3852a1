// The tools bash_run, bash_logs and bash_kill.
#pragma once

#include <sandport/toolset.hpp>

#include "background.hpp"
#include "options.hpp"

namespace shell {

class ShellToolset : public sandport::Toolset {
 public:
  explicit ShellToolset(Options options);

 private:
  Options options_;
  BackgroundList background_;
};

}  // namespace shell
