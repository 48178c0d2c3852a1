// `template_file` among the options of a manifest's backend: built when it is missing, then used.
#pragma once

#include "host/assembly/prepare.hpp"
#include "host/assembly/runtime.hpp"
#include "host/ui/interrupts.hpp"

namespace sandport {

// Puts `template` in place of the backend's option `template_file`; without one it does nothing.
// The builder is the plugin `<backend>-template-builder`; it gets those of the backend's options
// that it has too. Blocks while a template is built, its log on standard error. Throws Error.
void use_template_file(Runtime& runtime, Interrupts& interrupts, PreparedManifest& prepared);

}  // namespace sandport
