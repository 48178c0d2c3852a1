#include "map_reader.hpp"

#include <algorithm>
#include <charconv>

#include "../model/in_quotes.hpp"
#include "secret_text.hpp"

namespace e2b_template {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string snake_case(std::string_view key) {
  std::string snake;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (!is_upper(key[i])) {
      snake += key[i] == '-' ? '_' : key[i];
      continue;
    }
    if (i > 0 && !is_upper(key[i - 1]) && key[i - 1] != '_') snake += '_';
    snake += static_cast<char>(key[i] | 0x20);
  }
  return snake;
}

bool is_key(const YamlKey& key, std::string_view snake) {
  if (key.name == snake) return true;
  std::string_view others = key.others;
  while (!others.empty()) {
    const auto end = std::min(others.find(' '), others.size());
    if (others.substr(0, end) == snake) return true;
    others.remove_prefix(std::min(end + 1, others.size()));
  }
  return false;
}

std::optional<std::string> nearest(std::string_view word, std::span<const YamlKey> keys) {
  std::optional<std::string> best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const YamlKey& key : keys) {
    const std::size_t far = distance(word, key.name);
    if (far < least) {
      least = far;
      best = key.name;
    }
  }
  return best;
}

MapReader::MapReader(const YamlNode& map, std::span<const YamlKey> keys, Diagnostics& diagnostics)
    : map_(map), diagnostics_(diagnostics) {
  check_keys(keys);
}

void MapReader::check_keys(std::span<const YamlKey> keys) {
  for (const YamlEntry& entry : map_.entries) {
    const std::string snake = snake_case(entry.key);
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const YamlKey& known) { return is_key(known, snake); });
    if (key == keys.end()) {
      const auto like = nearest(snake, keys);
      error(entry.place, "unknown key " + in_quotes(entry.key) +
                             (like ? "; did you mean " + in_quotes(*like) + '?' : std::string()));
      continue;
    }
    if (const YamlEntry* other = find_entry(key->name)) {
      error(entry.place, in_quotes(entry.key) + " is the same as " + in_quotes(other->key) +
                             ", which is there already");
      continue;
    }
    known_.emplace_back(key->name, &entry);
  }
}

const YamlEntry* MapReader::find_entry(std::string_view key) const {
  for (const auto& [name, entry] : known_) {
    if (name == key) return entry;
  }
  return nullptr;
}

const YamlNode* MapReader::find(std::string_view key) const {
  const YamlEntry* entry = find_entry(key);
  return entry == nullptr || entry->value.is_null() ? nullptr : &entry->value;
}

const Place& MapReader::place(std::string_view key) const {
  const YamlEntry* entry = find_entry(key);
  return entry == nullptr ? map_.place : entry->place;
}

std::optional<std::string> MapReader::scalar(const YamlNode& node, std::string_view key) const {
  if (node.kind != YamlNode::Kind::kScalar) {
    error(node.place, std::string(key) + ": expected text, got " +
                          (node.is_null()  ? "nothing"
                           : node.is_map() ? "a map"
                                           : "a list"));
    return std::nullopt;
  }
  if (has_secret_reference(node.text)) {
    error(node.place, std::string(key) +
                          ": a secret would be stored in the template; only registry logins "
                          "may hold one");
    return std::nullopt;
  }
  return node.text;
}

std::string MapReader::text(std::string_view key) const {
  const YamlNode* node = find(key);
  return node == nullptr ? std::string() : scalar(*node, key).value_or("");
}

std::string MapReader::required(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) {
    error(place(key), "the key \"" + std::string(key) + "\" is missing");
    return {};
  }
  auto value = scalar(*node, key);
  if (value && value->empty()) error(node->place, std::string(key) + ": must not be empty");
  return std::move(value).value_or("");
}

bool MapReader::flag(std::string_view key, bool otherwise) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return otherwise;
  if (node->text == "true") return true;
  if (node->text == "false") return false;
  error(node->place, std::string(key) + ": expected true or false");
  return otherwise;
}

std::optional<std::int64_t> MapReader::integer(std::string_view key, std::int64_t least,
                                               std::int64_t most) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const char* end = node->text.data() + node->text.size();
  const auto parsed = std::from_chars(node->text.data(), end, value);
  if (node->kind != YamlNode::Kind::kScalar || parsed.ec != std::errc() || parsed.ptr != end ||
      value < least || value > most) {
    error(node->place, std::string(key) + ": expected an integer from " + std::to_string(least) +
                           " to " + std::to_string(most));
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint32_t> MapReader::mode(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  std::string_view digits = node->text;
  if (digits.starts_with("0o")) digits.remove_prefix(2);
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
  if (digits.size() < 3 || digits.size() > 4 || parsed.ec != std::errc() ||
      parsed.ptr != digits.data() + digits.size()) {
    error(node->place, std::string(key) + ": expected octal digits such as 0755");
    return std::nullopt;
  }
  return value;
}

std::vector<std::string> MapReader::words(std::string_view key) const {
  const YamlNode* node = find(key);
  std::vector<std::string> words;
  if (node == nullptr) return words;
  const auto add = [&](const YamlNode& item) {
    auto word = scalar(item, key);
    if (!word) return;
    if (word->empty()) {
      error(item.place, std::string(key) + ": an empty word");
      return;
    }
    words.push_back(std::move(*word));
  };
  if (node->kind == YamlNode::Kind::kList) {
    for (const YamlNode& item : node->items) add(item);
  } else {
    add(*node);
  }
  return words;
}

std::vector<std::pair<std::string, std::string>> MapReader::text_map(std::string_view key) const {
  const YamlNode* node = find(key);
  std::vector<std::pair<std::string, std::string>> pairs;
  if (node == nullptr) return pairs;
  if (!node->is_map()) {
    error(node->place, std::string(key) + ": expected `NAME: value` lines");
    return pairs;
  }
  for (const YamlEntry& entry : node->entries) {
    if (entry.value.is_null()) {
      pairs.emplace_back(entry.key, "");
    } else if (auto value = scalar(entry.value, entry.key)) {
      pairs.emplace_back(entry.key, std::move(*value));
    }
  }
  return pairs;
}

}  // namespace e2b_template
