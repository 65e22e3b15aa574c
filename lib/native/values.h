// Reads and makes JavaScript values. What cannot be read comes as the type's zero: the callers' arguments are made by this package.

#ifndef GRADOSCOPE_VALUES_H_
#define GRADOSCOPE_VALUES_H_

#include <node_api.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gradoscope {

inline napi_value Get(napi_env env, napi_value object, const char *key) {
  napi_value value = nullptr;
  napi_get_named_property(env, object, key, &value);
  return value;
}

inline napi_value At(napi_env env, napi_value array, uint32_t index) {
  napi_value value = nullptr;
  napi_get_element(env, array, index, &value);
  return value;
}

inline uint32_t Length(napi_env env, napi_value array) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  return length;
}

inline bool IsArray(napi_env env, napi_value value) {
  bool result = false;
  napi_is_array(env, value, &result);
  return result;
}

inline int64_t Int(napi_env env, napi_value value) {
  int64_t result = 0;
  napi_get_value_int64(env, value, &result);
  return result;
}

inline double Number(napi_env env, napi_value value) {
  double result = 0;
  napi_get_value_double(env, value, &result);
  return result;
}

inline bool Bool(napi_env env, napi_value value) {
  bool result = false;
  napi_get_value_bool(env, value, &result);
  return result;
}

// One byte a character: names, and serialized messages.
inline std::string Bytes(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_latin1(env, value, nullptr, 0, &length) != napi_ok) return {};
  std::string result(length + 1, '\0');
  napi_get_value_string_latin1(env, value, &result[0], result.size(), &length);
  result.resize(length);
  return result;
}

inline std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return {};
  std::string result(length + 1, '\0');
  napi_get_value_string_utf8(env, value, &result[0], result.size(), &length);
  result.resize(length);
  return result;
}

template <class T, class Read>
std::vector<T> List(napi_env env, napi_value array, Read read) {
  const uint32_t length = Length(env, array);
  std::vector<T> result;
  result.reserve(length);
  for (uint32_t i = 0; i < length; i++) result.push_back(static_cast<T>(read(env, At(env, array, i))));
  return result;
}

inline std::vector<int64_t> Ints(napi_env env, napi_value array) { return List<int64_t>(env, array, Int); }

inline napi_value Null(napi_env env) {
  napi_value value = nullptr;
  napi_get_null(env, &value);
  return value;
}

inline napi_value Array(napi_env env, const std::vector<int64_t> &numbers) {
  napi_value result = nullptr;
  napi_create_array_with_length(env, numbers.size(), &result);
  for (size_t i = 0; i < numbers.size(); i++) {
    napi_value number = nullptr;
    napi_create_int64(env, numbers[i], &number);
    napi_set_element(env, result, uint32_t(i), number);
  }
  return result;
}

}  // namespace gradoscope

#endif  // GRADOSCOPE_VALUES_H_
