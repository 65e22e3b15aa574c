// What every part of the addon needs: the backend of this thread, arguments, and errors.

#ifndef GRADOSCOPE_ADDON_H_
#define GRADOSCOPE_ADDON_H_

#include <string>
#include <vector>

#include "backend.h"
#include "tensorflow/c/eager/c_api.h"
#include "tf_auto_status.h"
#include "values.h"

namespace gradoscope {

using tfnodejs::TF_AutoStatus;

inline TFJSBackend *Backend(napi_env env) {
  void *data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<TFJSBackend *>(data);
}

inline napi_value Fail(napi_env env, const std::string &message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

inline bool Failed(TF_Status *status) { return TF_GetCode(status) != TF_OK; }

template <size_t N>
std::vector<napi_value> Arguments(napi_env env, napi_callback_info info) {
  size_t count = N;
  std::vector<napi_value> values(N);
  napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr);
  return values;
}

inline void Export(napi_env env, napi_value exports, const char *name, napi_callback function) {
  const napi_property_descriptor property = {name,    nullptr, function,     nullptr,
                                             nullptr, nullptr, napi_default, nullptr};
  napi_define_properties(env, exports, 1, &property);
}

}  // namespace gradoscope

#endif  // GRADOSCOPE_ADDON_H_
