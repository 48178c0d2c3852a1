#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "core/error.hpp"
#include "core/session/store.hpp"

namespace sandport {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kExportSchema = 1;

std::string base64(const std::string& bytes) {
  using Encode = boost::archive::iterators::base64_from_binary<
      boost::archive::iterators::transform_width<std::string::const_iterator, 6, 8>>;
  std::string text(Encode(bytes.begin()), Encode(bytes.end()));
  text.append((3 - bytes.size() % 3) % 3, '=');
  return text;
}

std::string line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json header(const SessionInfo& info) {
  return {{"type", "session"},
          {"schema_version", kExportSchema},
          {"id", info.id},
          {"created_ms", info.created_ms},
          {"updated_ms", info.updated_ms},
          {"title", info.title},
          {"manifest", {{"name", info.manifest_name}, {"hash", info.manifest_hash}}},
          {"parent", info.parent.empty() ? Json() : Json(info.parent)},
          {"fork_seq", info.parent.empty() ? Json() : Json(info.fork_seq)},
          {"sandbox",
           {{"backend", info.sandbox.backend},
            {"id", info.sandbox.id},
            {"work_dir", info.sandbox.work_dir}}},
          {"state", state_name(info.state)},
          {"outcome", info.outcome}};
}

// Text stays readable; other bytes are kept as they are, in base64.
Json attachment_of(const std::string& bytes) {
  const Json text(bytes);
  try {
    (void)text.dump();
  } catch (const Json::type_error&) {
    return {{"encoding", "base64"}, {"data", base64(bytes)}};
  }
  return {{"encoding", "utf-8"}, {"data", bytes}};
}

}  // namespace

void export_session(const SessionStore& store, std::string_view id, std::ostream& output) {
  output << line(header(store.show(id)));
  store.read_events(id, 0, [&](const Event& event) {
    Json payload = Json::parse(event.payload_json, nullptr, false);
    Json exported = {{"seq", event.seq}, {"time_ms", event.time_ms}, {"type", event.type}};
    exported["payload"] = payload.is_discarded() ? Json(event.payload_json) : std::move(payload);
    if (const std::string bytes = store.attachment(id, event.seq); !bytes.empty()) {
      exported["attachment"] = attachment_of(bytes);
    }
    output << line(exported);
  });
  output.flush();
  if (!output) {
    throw Error(Code::kResourceExhausted, "the export could not be written out completely");
  }
}

}  // namespace sandport
