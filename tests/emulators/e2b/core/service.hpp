// What happens to every request, whatever it is for: the log, the rules, the routes, the errors.
#pragma once

#include "tests/emulators/e2b/core/call.hpp"

namespace sandport::e2b_emulator {

class Service {
 public:
  explicit Service(World& world);

  [[nodiscard]] Task<void> handle(testing::Exchange& real);

 private:
  [[nodiscard]] Task<void> answer(Call& call);
  // True when the rule left nothing to be done.
  [[nodiscard]] Task<bool> commit_early_fault(testing::Exchange& real, const Rule& rule,
                                              bool streams);
  [[nodiscard]] std::optional<Rule> take_note(const testing::ServerRequest& request,
                                              const RequestTarget& target);

  World& world_;
  Routes control_;
  Routes private_;
  Routes envd_;
};

}  // namespace sandport::e2b_emulator
