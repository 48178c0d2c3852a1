// Makes core objects out of what a plugin's create returned.
#pragma once

#include <sandport/abi.h>

#include <memory>
#include <string>

#include "core/model/model.hpp"
#include "core/sandbox/sandbox.hpp"
#include "core/tool/toolset.hpp"
#include "host/plugin/monitor.hpp"
#include "host/plugin/template_builder.hpp"

namespace sandport {

// Each takes the object over and destroys it when the adapter, and every operation and sandbox that
// came from it, is gone; only then `keep`, which holds the host services lent to the instance, may
// go. name is the plugin name of the manifest. Each throws Error kInternal, and destroys the
// object, when the table lacks a function that its kind must have.
[[nodiscard]] std::unique_ptr<Backend> adapt_backend(sp_backend* backend, std::string name,
                                                     std::shared_ptr<PluginMonitor> monitor,
                                                     std::shared_ptr<const void> keep);
[[nodiscard]] std::unique_ptr<Toolset> adapt_toolset(sp_toolset* toolset, std::string name,
                                                     std::shared_ptr<PluginMonitor> monitor,
                                                     std::shared_ptr<const void> keep);
[[nodiscard]] std::unique_ptr<Model> adapt_model(sp_model* model, std::string name,
                                                 std::shared_ptr<PluginMonitor> monitor,
                                                 std::shared_ptr<const void> keep);
[[nodiscard]] std::unique_ptr<TemplateBuilder> adapt_template_builder(
    sp_template_builder* builder, std::string name, std::shared_ptr<PluginMonitor> monitor,
    std::shared_ptr<const void> keep);

}  // namespace sandport
