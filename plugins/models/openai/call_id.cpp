#include "call_id.hpp"

#include <random>
#include <string_view>

namespace openai {

std::string new_call_id() {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, kLetters.size() - 1);
  std::string id = "call_";
  for (int i = 0; i < 24; ++i) id += kLetters[pick(random)];
  return id;
}

}  // namespace openai
