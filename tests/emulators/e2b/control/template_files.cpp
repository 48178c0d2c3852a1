// The links that archives of templates are uploaded to, and the storage behind them.
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/emulators/e2b/control/routes.hpp"

namespace sandport::e2b_emulator {
namespace {

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Task<void> give_link(Call& call) {
  const std::string& hash = call.parts[1];
  if (!is_hash(hash)) throw HttpFailure(400, "validation error: the hash is not valid");
  if (call.world.template_store.find(call.parts[0]) == nullptr) {
    throw HttpFailure(404, "template '" + call.parts[0] + "' not found");
  }
  const bool present = call.world.template_store.archives.contains(hash);
  nlohmann::json link;
  link["present"] = present;
  link["url"] = "http://" + call.header("Host") + "/_emulator/storage/" + hash;
  co_await call.reply(201, link);
}

// As an object store: it wants a length, and knows nothing of the API's keys.
Task<void> store(Call& call) {
  const std::string& hash = call.parts[0];
  if (!is_hash(hash)) throw HttpFailure(404, "no such object");
  if (!call.header("X-API-Key").empty()) throw HttpFailure(400, "a key of somebody else's");
  if (call.header("Content-Length").empty()) {
    throw HttpFailure(501, "A header you provided implies functionality that is not implemented");
  }
  const auto path = call.world.local.directory() / ("template-files-" + hash);
  std::ofstream file(path, std::ios::binary);
  for (;;) {
    const std::string piece = co_await call.exchange.read_some();
    if (piece.empty()) break;
    file << piece;
  }
  if (!file.flush()) throw HttpFailure(500, "cannot write " + path.native());
  call.world.template_store.archives[hash] = path;
  co_await call.reply_empty(200);
}

}  // namespace

void add_template_file_routes(Routes& routes) {
  routes.add("GET", "/templates/{}/files/{}", give_link);
}

void add_template_storage_routes(Routes& routes) {
  routes.add("PUT", "/_emulator/storage/{}", store);
}

}  // namespace sandport::e2b_emulator
