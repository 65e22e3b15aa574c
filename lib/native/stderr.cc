// Holds back what native code writes to the process's standard error, and hands it over as text.
//
// TensorFlow writes log lines before any setting of its own takes effect, from C++, so that JavaScript
// cannot see them: only the file descriptor can be turned away while the library starts.

#include <node_api.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace {

int saved_stderr = -1;
FILE *held = nullptr;

napi_value Undefined(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

napi_value Hold(napi_env env, napi_callback_info) {
  if (held != nullptr) return Undefined(env);
  held = tmpfile();
  if (held == nullptr) return Undefined(env);
  fflush(stderr);
  saved_stderr = dup(STDERR_FILENO);
  if (saved_stderr < 0 || dup2(fileno(held), STDERR_FILENO) < 0) {
    fclose(held);
    held = nullptr;
  }
  return Undefined(env);
}

napi_value Release(napi_env env, napi_callback_info) {
  std::string text;
  if (held != nullptr) {
    fflush(stderr);
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    char buffer[4096];
    rewind(held);
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, held)) > 0;) text.append(buffer, n);
    fclose(held);
    held = nullptr;
  }
  napi_value value;
  if (napi_create_string_utf8(env, text.data(), text.size(), &value) != napi_ok) return Undefined(env);
  return value;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_property_descriptor properties[] = {
      {"hold", nullptr, Hold, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"release", nullptr, Release, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, 2, properties);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
