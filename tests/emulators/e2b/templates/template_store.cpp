#include "tests/emulators/e2b/templates/template_store.hpp"

namespace sandport::e2b_emulator {

void TemplateBuild::log(std::string level, std::string message, std::string step) {
  entries.push_back(
      {std::chrono::system_clock::now(), std::move(level), std::move(message), std::move(step)});
}

BuiltTemplate* TemplateStore::find(const std::string& name) {
  const std::string alias = name.substr(0, name.find(':'));
  for (auto& [id, made] : templates) {
    if (id == alias || made.alias == alias) return &made;
  }
  return nullptr;
}

}  // namespace sandport::e2b_emulator
