#include "context_files.hpp"

#include <sandport/error.hpp>

#include "../files/files_hash.hpp"
#include "../files/find_entries.hpp"

namespace e2b_template {
namespace {

IgnoreRules step_rules(IgnoreRules rules, const Template& made, const CopySource& copy) {
  for (const std::string& rule : made.ignore) rules.add(rule);
  for (const std::string& rule : copy.ignore) rules.add(rule);
  return rules;
}

StepFiles read_step_files(Template& made, std::size_t index, const IgnoreRules& common,
                          const std::stop_token& stop) {
  Step& step = made.steps[index];
  const IgnoreRules rules = step_rules(common, made, *step.copy);
  StepFiles files;
  files.step = index;
  files.entries = find_entries(made.context, step.copy->pattern, rules,
                               step.copy->resolve_symlinks ? Links::kFollowed : Links::kKept, stop);
  for (const Entry& entry : files.entries) files.bytes += entry.is_file() ? entry.size : 0;
  step.copy->files_hash = files_hash(step.args[0], step.args[1], made.context, files.entries, stop);
  return files;
}

}  // namespace

std::vector<StepFiles> read_context(Template& made, Diagnostics& diagnostics,
                                    const std::stop_token& stop) {
  std::vector<StepFiles> all;
  std::optional<IgnoreRules> common;
  for (std::size_t i = 0; i < made.steps.size(); ++i) {
    if (!made.steps[i].copy) continue;
    try {
      if (!common) common = read_ignore_file(made.context);
      all.push_back(read_step_files(made, i, *common, stop));
    } catch (const sandport::Cancelled&) {
      throw;
    } catch (const sandport::Error& error) {
      diagnostics.error(made.steps[i].place, error.what());
    }
  }
  diagnostics.throw_if_failed();
  return all;
}

}  // namespace e2b_template
