// JSON Schema as far as the routes use it: the same object stands in the OpenAPI document and
// checks the requests. Keywords: type, properties, required, additionalProperties (false, or a
// schema), items, minItems, maxItems, minimum, maximum, exclusiveMinimum, minLength, maxLength,
// enum, anyOf (the first that fits), maxProperties. `pattern` is for the document alone: addresses
// with control characters are refused before (url.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gannet/server/http/message.h"

namespace gannet::server {

// Throws HttpError 400 that names the place ("seeds[3] in the body"), what was found and what was
// expected.
void check_schema(const Json& schema, const Json& value, const std::string& where);

// A query's or path's text as the schema's type has it: integer, number, boolean or string. Throws
// as check_schema() does.
Json value_from_text(const Json& schema, const std::string& text, const std::string& where);

// A request's body. Throws HttpError 400 for what is no JSON, or nested deeper than 32.
Json parse_json(std::string_view text);

// Schemas.
Json string_schema(int64_t most = 1000);
Json name_schema();  // of at least one character
Json choice_schema(const std::vector<std::string>& choices);
Json integer_schema(int64_t min, uint64_t max);
Json number_schema(double min, double max);
Json boolean_schema();
Json array_schema(Json items, int64_t least, int64_t most);
Json any_of_schema(std::vector<Json> schemas);

struct Property {
  std::string name;
  Json schema;
  std::string help = "";
  bool required = false;
};
Json object_schema(const std::vector<Property>& properties);
Json open_object_schema(const std::string& help);  // of any keys, in answers

}  // namespace gannet::server
