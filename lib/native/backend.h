// What this package needs of TensorFlow.js's backend, which keeps it to itself: a pointer to a private member may be named
// in an explicit instantiation ([temp.spec]), so nothing of the upstream header is changed or copied.

#ifndef GRADOSCOPE_BACKEND_H_
#define GRADOSCOPE_BACKEND_H_

#include "tfjs_backend.h"

namespace gradoscope {

using tfnodejs::TFJSBackend;

template <class Tag, auto Member>
struct Reveal {
  friend constexpr auto Revealed(Tag) { return Member; }
};

struct ContextTag {
  friend constexpr auto Revealed(ContextTag);
};
struct HandlesTag {
  friend constexpr auto Revealed(HandlesTag);
};
struct OutputTag {
  friend constexpr auto Revealed(OutputTag);
};
template struct Reveal<ContextTag, &TFJSBackend::tfe_context_>;
template struct Reveal<HandlesTag, &TFJSBackend::tfe_handle_map_>;
template struct Reveal<OutputTag, &TFJSBackend::GenerateOutputTensorInfo>;

inline TFE_Context *Context(TFJSBackend &backend) { return backend.*Revealed(ContextTag{}); }

// Tensors by the number that JavaScript knows them by.
inline auto &Handles(TFJSBackend &backend) { return backend.*Revealed(HandlesTag{}); }

// Gives a tensor a number. Returns what JavaScript makes a tensor of.
inline napi_value Publish(TFJSBackend &backend, napi_env env, TFE_TensorHandle *handle) {
  return (backend.*Revealed(OutputTag{}))(env, handle);
}

}  // namespace gradoscope

#endif  // GRADOSCOPE_BACKEND_H_
